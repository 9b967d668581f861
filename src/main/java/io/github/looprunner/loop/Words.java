package io.github.looprunner.loop;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Times as a person reads them. */
final class Words {

    private Words() {}

    static String of(long nanos) {
        return of(Duration.ofNanos(nanos));
    }

    static String of(Duration duration) {
        long days = duration.toDays();
        if (days >= 3) {
            return days + "d" + rest(duration.minusDays(days));
        }
        if (duration.toSeconds() >= 60) {
            return rest(duration);
        }
        return duration.toMillis() < 1000 ? duration.toMillis() + " ms" : duration.toMillis() / 1000.0 + " s";
    }

    private static String rest(Duration duration) {
        return duration.toSeconds() == 0
                ? ""
                : duration.truncatedTo(ChronoUnit.SECONDS)
                        .toString()
                        .substring(2)
                        .toLowerCase(Locale.ROOT); // 1h2m3s
    }
}

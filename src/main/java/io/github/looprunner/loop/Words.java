package io.github.looprunner.loop;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Times as a person reads them. */
final class Words {

    private Words() {}

    /** Returns a time to the millisecond. */
    static String exactly(long nanos) {
        return of(Duration.ofNanos(nanos), ChronoUnit.MILLIS);
    }

    /** Returns a time to the second, where it is longer than a minute, else to the millisecond. */
    static String roughly(Duration duration) {
        return of(duration, ChronoUnit.SECONDS);
    }

    private static String of(Duration duration, ChronoUnit precision) {
        if (duration.toSeconds() < 60) {
            return duration.toMillis() < 1000 ? duration.toMillis() + " ms" : duration.toMillis() / 1000.0 + " s";
        }
        long days = duration.toDays() >= 3 ? duration.toDays() : 0;
        Duration rest = duration.minusDays(days).truncatedTo(precision);
        return (days == 0 ? "" : days + "d")
                + (rest.isZero() ? "" : rest.toString().substring(2).toLowerCase(Locale.ROOT)); // 1h2m3s
    }
}

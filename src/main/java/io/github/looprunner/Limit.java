package io.github.looprunner;

import io.github.looprunner.loop.Patience;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The bound of a wait in real time.
 *
 * @param time how long a wait may take; null for ever
 * @param multiplier what all times are multiplied with, for slow machines
 */
record Limit(@Nullable Duration time, double multiplier) {

    /** How long a wait may take unless something else is said: long for a test, short for a person. */
    static final Duration DEFAULT = Duration.ofSeconds(10);

    private static final Duration LONGEST = Duration.ofDays(365L * 100); // so that it fits into nanoseconds

    static final String TIMEOUT_KEY = "looprunner.timeout";
    static final String CUSHION_KEY = "looprunner.cushion";
    static final String SILENCE_KEY = "looprunner.silence";
    static final String MULTIPLIER_KEY = "looprunner.timeout.multiplier";

    /**
     * Returns the bound for a timeout: multiplied for slow machines, and none under a debugger.
     *
     * @param settings looks a setting up by its key; null where it is not set
     */
    static Limit of(Duration timeout, Function<String, @Nullable String> settings) {
        return of(timeout, multiplier(settings));
    }

    /** Returns the bound for another time on the same machine. */
    Limit within(Duration bound) {
        return of(requirePositive("bound", bound), multiplier);
    }

    /** Returns a bound that is exact, whatever the machine. */
    static Limit exactly(Duration time) {
        return new Limit(time, 1);
    }

    /** Returns the bound for a timeout on a machine that is so many times slower than others. */
    static Limit of(Duration timeout, double multiplier) {
        Duration unscaled = requirePositive("timeout", timeout);
        if (Debugger.ATTACHED) {
            return new Limit(null, multiplier);
        }
        double multiplied = unscaled.toNanos() * multiplier;
        Duration time = multiplied < LONGEST.toNanos() ? Duration.ofNanos((long) multiplied) : LONGEST;
        return new Limit(time, multiplier);
    }

    /** Returns the timeout that the settings ask for, or the default. */
    static Duration timeout(Function<String, @Nullable String> settings) {
        String text = settings.apply(TIMEOUT_KEY);
        return text == null ? DEFAULT : requirePositive(TIMEOUT_KEY, parse(TIMEOUT_KEY, text));
    }

    /** Returns how long the settings let virtual time wait for what it cannot see. */
    static Patience patience(Function<String, @Nullable String> settings) {
        return new Patience(
                notNegative(CUSHION_KEY, settings, Patience.DEFAULT.cushion()),
                notNegative(SILENCE_KEY, settings, Patience.DEFAULT.silence()));
    }

    private static Duration notNegative(String key, Function<String, @Nullable String> settings, Duration otherwise) {
        String text = settings.apply(key);
        if (text == null) {
            return otherwise;
        }
        Duration time = parse(key, text);
        if (time.isNegative()) {
            throw new IllegalArgumentException(key + " (" + text + ") must not be negative; 0 ms waits for nothing");
        }
        return time.compareTo(LONGEST) < 0 ? time : LONGEST;
    }

    static boolean isDebugged() {
        return Debugger.ATTACHED;
    }

    String inWords() {
        return time == null ? "for ever" : Report.inWords(time);
    }

    static Duration requirePositive(String name, Duration duration) {
        Objects.requireNonNull(duration, name);
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " (" + duration
                    + ") must be positive; for a wait that is long name" + " a long time, such as 5 minutes");
        }
        return duration.compareTo(LONGEST) < 0 ? duration : LONGEST;
    }

    /** Parses {@code 10 s}, {@code 500 ms}, {@code 2 m} or what {@link Duration#parse} takes. */
    private static Duration parse(String key, String text) {
        String trimmed = text.trim().toLowerCase(Locale.ROOT);
        int unit = 0;
        while (unit < trimmed.length() && Character.isDigit(trimmed.charAt(unit))) {
            unit++;
        }
        try {
            return unit == 0
                    ? Duration.parse(text.trim())
                    : inUnit(
                            Long.parseLong(trimmed.substring(0, unit)),
                            trimmed.substring(unit).trim());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    key + " (" + text + ") must be a time such as 10 s, 500 ms, 2 m or PT10S", e);
        }
    }

    private static Duration inUnit(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "", "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> throw new IllegalArgumentException("unknown unit " + unit);
        };
    }

    static double multiplier(Function<String, @Nullable String> settings) {
        String text = settings.apply(MULTIPLIER_KEY);
        if (text == null) {
            return 1;
        }
        try {
            double multiplier = Double.parseDouble(text.trim());
            if (multiplier > 0 && Double.isFinite(multiplier)) {
                return multiplier;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(MULTIPLIER_KEY + " (" + text + ") must be a positive number such as 2.5");
    }

    /** Asked once: the way a virtual machine was started does not change. */
    private static final class Debugger {

        static final boolean ATTACHED = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .anyMatch(argument -> argument.startsWith("-agentlib:jdwp") || argument.startsWith("-Xrunjdwp"));
    }
}

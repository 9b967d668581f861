package io.github.looprunner.checks;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a rule was broken. */
final class Breach extends AssertionError {

    private static final long serialVersionUID = 1L;

    private static final int KEY_WIDTH = 14; // as in the reports of runners
    private static final int STACK_LINES = 12;

    private final String expected;
    private final String seen;

    Breach(String expected, String seen) {
        this(expected, seen, null);
    }

    private Breach(String expected, String seen, @Nullable Throwable cause) {
        super("expected " + expected + ", but saw " + seen, cause);
        this.expected = expected;
        this.seen = seen;
    }

    /** Returns what a check threw as a breach. */
    static Breach of(Throwable thrown) {
        return thrown instanceof Breach breach
                ? breach
                : new Breach("that the loop does what it is asked for", "it threw " + thrown, thrown);
    }

    /** Returns that a check did not end. */
    static Breach hung(Duration bound, StackTraceElement[] stack) {
        return new Breach(
                "that calls of the loop return",
                "no return within " + bound.toMillis() + " ms:\n"
                        + Arrays.stream(stack)
                                .limit(STACK_LINES)
                                .map(frame -> "at " + frame)
                                .collect(Collectors.joining("\n")));
    }

    /** Returns the facts, each on lines of its own. */
    String inWords() {
        return fact("expected", expected) + fact("seen", seen);
    }

    static String fact(String key, String value) {
        return "\n  " + padded(key) + value.replace("\n", "\n" + " ".repeat(KEY_WIDTH + 4));
    }

    private static String padded(String key) {
        return key + " ".repeat(KEY_WIDTH - key.length()) + ": ";
    }
}

package io.github.looprunner;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which submissions are worth a look at the stack, which costs some microseconds. */
enum SubmissionSites {
    /** Every one. */
    ALL,
    /** The first thousand of a loop, which is every one in most tests, and then a few. */
    SOME,
    /** None. */
    NONE;

    static final String KEY = "looprunner.submissionSites";

    private static final int FIRST = 1000;
    private static final long ONE_IN = 8192; // a power of two; makes a microsecond an eighth of a nanosecond a task

    static SubmissionSites of(@Nullable String setting) {
        if (setting == null) {
            return SOME;
        }
        return switch (setting.trim().toLowerCase(Locale.ROOT)) {
            case "all" -> ALL;
            case "some" -> SOME;
            case "none" -> NONE;
            default -> throw new IllegalArgumentException(KEY + " (" + setting + ") must be all, some or none");
        };
    }

    /** Returns the next submission that is looked at, from a given one on; the last long for none. */
    long next(long ordinal) {
        return switch (this) {
            case ALL -> ordinal;
            case SOME -> ordinal < FIRST ? ordinal : (ordinal + ONE_IN - 1) & -ONE_IN;
            case NONE -> Long.MAX_VALUE;
        };
    }
}

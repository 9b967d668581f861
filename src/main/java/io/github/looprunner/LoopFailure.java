package io.github.looprunner;

import org.jspecify.annotations.Nullable;

/**
 * A verdict on a test: its message says in one sentence what is wrong, then the facts, then the next step.
 *
 * <p>What the code under test throws is never wrapped in this; see {@link LoopRunner#runCoroutine(Coroutine)}.
 */
public final class LoopFailure extends AssertionError {

    private static final long serialVersionUID = 1L;

    /** What kinds of verdict there are. */
    public enum Verdict {
        /** Under virtual time nothing was left that could bring the result. */
        NEVER,
        /** Under virtual time only periodic timers were left, which fired again and again. */
        ONLY_PERIODIC,
        /** The bound of a wait passed while virtual time ran on and on. */
        RAN_AWAY,
        /** The bound of a wait passed before the result came. */
        TIMED_OUT,
        /** The result came, but after the bound. */
        LATE,
        /** The bound passed while one task kept the loop from all others. */
        BLOCKED_LOOP,
        /** The test's thread was interrupted while it waited, as by JUnit's {@code @Timeout}. */
        INTERRUPTED,
        /** Something on a loop failed, and nobody was told. */
        UNCAUGHT,
        /** Something that was expected did not happen. */
        UNMET,
        /** A resource or a loop could not be closed. */
        NOT_CLOSED
    }

    private final Verdict verdict;

    LoopFailure(Verdict verdict, String message) {
        super(message);
        this.verdict = verdict;
    }

    LoopFailure(Verdict verdict, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.verdict = verdict;
    }

    /** Returns what kind of verdict this is. */
    public Verdict verdict() {
        return verdict;
    }
}

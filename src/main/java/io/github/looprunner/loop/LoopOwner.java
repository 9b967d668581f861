package io.github.looprunner.loop;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a loop reports to the test that owns it. Every method may be called from any thread, and must not block.
 */
public interface LoopOwner {

    /** Returns what owns the loop, such as {@code HerdTests.addsCommand}; threads are named after it. */
    String name();

    /** Returns the name that reports call the loop by. */
    String loopName();

    /** Returns the context class loader for the loop's threads. */
    ClassLoader contextClassLoader();

    /** Returns where the loop may take a used thread from, and leave it; null where it shall have one of its own. */
    default @Nullable LoopThreads reusedThreads() {
        return null;
    }

    /**
     * Returns which submission is the next whose origin is recorded, which costs some microseconds: the given one or a
     * later one; {@link Long#MAX_VALUE} for none.
     *
     * @param ordinal how many submissions of its kind came before, roughly
     */
    long nextSite(long ordinal);

    /** Returns how a loop's thread looks out for work before it parks. */
    default Spin spin() {
        return Spin.NEVER;
    }

    /** Returns who says when the loop moves, and what time it is; null where that is up to the machine. */
    default @Nullable Kernel kernel() {
        return null;
    }

    /** Returns whether the owner is ending its loops: who shuts one down then need not be looked for. */
    default boolean isEnding() {
        return false;
    }

    /** Takes note of a failure that reached nobody so far; {@link #handed} and {@link #raised} may take it back. */
    void failed(TaskFailure failure);

    /**
     * Returns who is told of what threads throw that were born on the loop and outlive it. Such threads keep that alive, so it
     * best holds on to little.
     */
    default Consumer<TaskFailure> afterEnd() {
        return this::failed;
    }

    /**
     * Takes note that somebody was handed a throwable, by a callback that takes one, and so is in charge of it: also
     * where the same throwable fails something else, before or after.
     *
     * @param thrown the original, without {@link java.util.concurrent.CompletionException}s around it
     */
    void handed(Throwable thrown);

    /**
     * Takes note that somebody who asked for a result had a throwable thrown at him, as by {@code join}. Where he lets it
     * escape from a task, it is a new failure.
     *
     * @param thrown the original, without {@link java.util.concurrent.CompletionException}s around it
     */
    void raised(Throwable thrown);

    /** Called after every step of the loop, by the thread that ran it; must be cheap. */
    void stepped();
}

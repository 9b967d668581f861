package io.github.looprunner.loop;

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

    /**
     * Returns whether to record where a submission comes from, which costs about a microsecond.
     *
     * @param ordinal how many submissions of its kind came before it, roughly
     */
    boolean recordsSite(long ordinal);

    /** Takes note of a failure that reached nobody so far; {@link #observed} may take it back. */
    void failed(TaskFailure failure);

    /** Takes note that somebody was given this throwable, or will be. */
    void observed(Throwable thrown);

    /** Called after every step of the loop, by the thread that ran it; must be cheap. */
    void stepped();
}

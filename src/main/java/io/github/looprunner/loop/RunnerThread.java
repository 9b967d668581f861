package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/**
 * A thread of this library's own, to be made {@linkplain Births#unnoted unnoted}. What is known of it is in fields: the first
 * use of a thread local would give the thread a buffer for allocations, which costs as much as a tenth of the thread itself.
 */
class RunnerThread extends Thread {

    private @Nullable EventLoop runsFor; // this thread only
    private boolean noted; // this thread only

    RunnerThread(String name) {
        super(name);
        setDaemon(true);
    }

    RunnerThread(ThreadGroup group, @Nullable Runnable body, String name) {
        super(group, body, name);
        setDaemon(true);
    }

    /** Returns the loop that this thread runs for, null if that is none. Called by this thread. */
    final @Nullable EventLoop runsFor() {
        return runsFor;
    }

    /** Called by this thread. */
    final void runFor(@Nullable EventLoop loop) {
        runsFor = loop;
    }

    /** Returns whether {@link Births} are noted that happen on this thread. Called by this thread. */
    final boolean isNoted() {
        return noted;
    }

    /** Called by this thread. */
    final void setNoted(boolean noted) {
        this.noted = noted;
    }
}

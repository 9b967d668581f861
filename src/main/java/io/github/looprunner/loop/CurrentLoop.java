package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/** Which loop the current thread runs for. */
final class CurrentLoop {

    private static final ThreadLocal<@Nullable EventLoop> OF_FOREIGN_THREAD = new ThreadLocal<>();

    private CurrentLoop() {}

    static @Nullable EventLoop get() {
        return Thread.currentThread() instanceof RunnerThread own ? own.runsFor() : OF_FOREIGN_THREAD.get();
    }

    /** Sets the loop, null for none. */
    static void set(@Nullable EventLoop loop) {
        if (Thread.currentThread() instanceof RunnerThread own) {
            own.runFor(loop);
        } else if (loop == null) {
            OF_FOREIGN_THREAD.remove();
        } else {
            OF_FOREIGN_THREAD.set(loop);
        }
    }
}

package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/** Which loop the current thread runs for; set once by each thread of a loop. */
final class CurrentLoop {

    private static final ThreadLocal<@Nullable EventLoop> LOOP = new ThreadLocal<>();

    private CurrentLoop() {}

    static @Nullable EventLoop get() {
        return LOOP.get();
    }

    static void set(EventLoop loop) {
        LOOP.set(loop);
    }

    static void clear() {
        LOOP.remove();
    }
}

package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/** Which loop the current thread runs for. */
final class CurrentLoop {

    private static final ThreadLocal<@Nullable EventLoop> LOOP = new ThreadLocal<>();

    private CurrentLoop() {}

    static @Nullable EventLoop get() {
        return LOOP.get();
    }

    static void set(EventLoop loop) {
        LOOP.set(loop);
    }

    /** Puts back what {@link #get} said before. */
    static void restore(@Nullable EventLoop before) {
        if (before == null) {
            LOOP.remove();
        } else {
            LOOP.set(before);
        }
    }
}

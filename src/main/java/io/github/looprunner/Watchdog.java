package io.github.looprunner;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Interrupts code that takes too long on the thread that runs it. */
final class Watchdog {

    private final Thread watched = Thread.currentThread();
    private boolean ended; // guarded by this
    private boolean bitten; // guarded by this

    private Watchdog() {}

    /** Runs code on the calling thread, which is interrupted once the bound has passed. */
    static void interruptAfter(Duration bound, CheckedRunnable code) throws Throwable {
        Watchdog watchdog = new Watchdog();
        CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();
        timer.orTimeout(bound.toNanos(), TimeUnit.NANOSECONDS).exceptionally(watchdog::bite);
        try {
            code.run();
        } finally {
            watchdog.end();
            timer.complete(null);
        }
    }

    private synchronized @Nullable Void bite(Throwable timeout) {
        if (!ended) {
            bitten = true;
            watched.interrupt();
        }
        return null;
    }

    private synchronized void end() {
        ended = true;
        if (bitten) {
            Thread.interrupted(); // it was ours, and the code has ended
        }
    }
}

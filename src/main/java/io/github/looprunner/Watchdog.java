package io.github.looprunner;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Interrupts code that takes too long on the thread that runs it. */
final class Watchdog {

    private final Thread watched = Thread.currentThread();
    private final CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();
    private boolean ended; // guarded by this
    private boolean bitten; // guarded by this

    private Watchdog() {}

    /** Starts to watch the calling thread, which is interrupted once the bound has passed, unless it says end before. */
    static Watchdog interruptAfter(Duration bound) {
        Watchdog watchdog = new Watchdog();
        watchdog.timer.orTimeout(bound.toNanos(), TimeUnit.NANOSECONDS).exceptionally(watchdog::bite);
        return watchdog;
    }

    /** Starts to watch the calling thread as before; some time after a deadline, never where that never comes. */
    static Watchdog interruptAfter(Deadline deadline, Duration grace) {
        return deadline.isNever()
                ? new Watchdog()
                : interruptAfter(Duration.ofNanos(Math.max(0, deadline.left())).plus(grace));
    }

    /** Ends watching; returns whether it had to interrupt. */
    boolean end() {
        timer.complete(null);
        synchronized (this) {
            ended = true;
            if (bitten) {
                Thread.interrupted(); // it was ours, and the code has ended
            }
            return bitten;
        }
    }

    private synchronized @Nullable Void bite(Throwable timeout) {
        if (!ended) {
            bitten = true;
            watched.interrupt();
        }
        return null;
    }
}

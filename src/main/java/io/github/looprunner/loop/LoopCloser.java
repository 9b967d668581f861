package io.github.looprunner.loop;

import java.time.Duration;
import java.util.concurrent.Future;

/** Ends a loop step by step, each bounded: what is queued runs; who waits is freed; what still runs is interrupted. */
final class LoopCloser {

    private static final Duration DRAIN_BOUND = Duration.ofMillis(500); // for queued tasks, before waiters are freed
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(2); // for a task that ends on an interrupt

    private final SingleThreadLoop loop;
    private boolean interrupted; // the caller, meanwhile

    LoopCloser(SingleThreadLoop loop) {
        this.loop = loop;
    }

    void close() {
        loop.shutdown();
        interrupted = Thread.interrupted();
        awaitEnd(DRAIN_BOUND);
        loop.freeWaiters();
        awaitEnd(CLOSE_BOUND);
        if (!hasEnded()) {
            loop.shutdownNow().forEach(LoopCloser::free);
            loop.coroutineThreads().all().forEach(CoroutineThread::interruptRetired);
            awaitEnd(CLOSE_BOUND);
        }
        loop.freeWaiters();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean hasEnded() {
        return loop.isTerminated() && loop.coroutineThreads().all().stream().noneMatch(Thread::isAlive);
    }

    /** Waits in spite of interrupts. */
    private void awaitEnd(Duration bound) {
        long deadline = System.nanoTime() + bound.toNanos();
        while (true) {
            try {
                loop.awaitEnd(deadline);
                return;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private static void free(Runnable never) {
        if (never instanceof Future<?> future) {
            future.cancel(/* mayInterruptIfRunning= */ false);
        }
    }
}

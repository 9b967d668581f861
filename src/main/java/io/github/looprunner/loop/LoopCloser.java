package io.github.looprunner.loop;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** Ends a loop step by step, each bounded: what is queued runs; who waits is freed; what still runs is interrupted. */
final class LoopCloser {

    private static final Duration FIRST_BOUND =
            Duration.ofSeconds(2); // for what stands on the loop, and needs it to close
    private static final Duration DRAIN_BOUND =
            Duration.ofMillis(500); // for queued tasks, before those are freed who wait for anything else
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(2); // for a task that ends on an interrupt

    private final SingleThreadLoop loop;
    private boolean interrupted; // the caller, meanwhile

    LoopCloser(SingleThreadLoop loop) {
        this.loop = loop;
    }

    void close() {
        interrupted = Thread.interrupted();
        awaitFirst(FIRST_BOUND);
        loop.shutdown();
        awaitEnd(DRAIN_BOUND);
        loop.freeWaitersBut(future -> future.brings().contains(loop)); // for what a task of the loop may yet bring
        awaitEnd(CLOSE_BOUND);
        if (!hasEnded()) {
            String keptWaiting = loop.awaitedCarrier();
            List<Runnable> never = loop.shutdownNow();
            if (keptWaiting != null) {
                reportLost(never, keptWaiting);
            }
            never.forEach(LoopCloser::free);
            loop.coroutineThreads().all().forEach(CoroutineThread::interruptRetired);
            loop.endUncarried();
            awaitEnd(CLOSE_BOUND);
        }
        loop.freeWaiters();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets what stands on the loop close while it still runs. */
    private void awaitFirst(Duration bound) {
        CompletionStage<?> first = loop.closeFirst();
        CountDownLatch done = new CountDownLatch(1);
        first.whenComplete((value, thrown) -> done.countDown());
        long deadline = System.nanoTime() + bound.toNanos();
        inSpiteOfInterrupts(() -> loop.await(done, deadline));
    }

    /** Reports what was executed or submitted, and not cancelled; who waits for anything else is told by its future. */
    private void reportLost(List<Runnable> never, String keptWaiting) {
        List<Runnable> lost = never.stream()
                .filter(task -> !isDone(task) && (task instanceof Future || !(task instanceof Described)))
                .toList();
        if (!lost.isEmpty()) {
            IllegalStateException closed = new IllegalStateException(loop.inWords() + " was closed, and " + lost.size()
                    + " of its tasks never ran, since it waited in vain for a turn on " + keptWaiting
                    + "; let that run them before the test ends, or cancel them");
            loop.failed(closed, lost.get(0));
        }
    }

    /** Returns whether a task has been cancelled, as a rule, so that nobody will miss it. */
    static boolean isDone(Runnable task) {
        return task instanceof Future<?> future && future.isDone();
    }

    private boolean hasEnded() {
        return loop.isTerminated() && loop.coroutineThreads().all().stream().noneMatch(Thread::isAlive);
    }

    private void awaitEnd(Duration bound) {
        long deadline = System.nanoTime() + bound.toNanos();
        inSpiteOfInterrupts(() -> loop.awaitEnd(deadline));
    }

    private void inSpiteOfInterrupts(BoundedWait wait) {
        while (true) {
            try {
                wait.await();
                return;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private interface BoundedWait {

        void await() throws InterruptedException;
    }

    /** Lets go of those who wait for a task that will never run. */
    static void free(Runnable never) {
        if (never instanceof Future<?> future) {
            future.cancel(/* mayInterruptIfRunning= */ false);
        }
    }
}

package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.isTrue;
import static io.github.looprunner.checks.Trial.thrown;

import io.github.looprunner.loop.EventLoop;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Rules about the end of a loop. */
final class ShutdownRules {

    private static final String SOURCE = "EventLoop, Shutdown";
    private static final String CLOSE = "EventLoop.close";

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "tasks that are queued run after shutdown", ShutdownRules::queuedRun),
            Rule.of(SOURCE, "timers that are due run after shutdown", ShutdownRules::dueRun),
            Rule.of(SOURCE, "timers that are not due are cancelled by shutdown", ShutdownRules::othersCancelled),
            Rule.of(SOURCE, "what is submitted after shutdown is rejected, and told why", ShutdownRules::rejected),
            Rule.of(
                    SOURCE,
                    "what a queued task submits after shutdown runs or is rejected",
                    ShutdownRules::submittedLate),
            Rule.of(SOURCE, "shutdownNow returns what never began, and nothing else", ShutdownRules::shutdownNow),
            Rule.of(SOURCE, "shutdownNow interrupts the task that runs", ShutdownRules::interrupts),
            Rule.of(SOURCE, "awaitTermination tells whether the loop has ended", ShutdownRules::awaitTermination),
            Rule.of(CLOSE, "close ends the loop, twice or unused as well", ShutdownRules::close),
            Rule.of(CLOSE, "close on the loop itself does not wait", ShutdownRules::closeOnLoop),
            Rule.of(CLOSE, "close runs what is queued", ShutdownRules::closeRunsQueued),
            Rule.of(CLOSE, "close interrupts what does not end", ShutdownRules::closeInterrupts),
            Rule.of(CLOSE, "close frees those who wait for futures of the loop", ShutdownRules::closeFrees));

    private ShutdownRules() {}

    private static void queuedRun(Trial trial) throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        EventLoop loop = trial.loop();
        try (Held held = trial.hold()) {
            loop.execute(ran::incrementAndGet);
            loop.submit(ran::incrementAndGet);
            loop.supply(ran::incrementAndGet);
            loop.shutdown();
            isTrue(loop.isShutdown(), "that isShutdown() is true", "false");
            isTrue(!loop.isTerminated(), "that isTerminated() is false while a task runs", "true");
        }
        trial.awaitEnd(loop);
        equal(3, ran.get(), "how many of three queued tasks ran");
        isTrue(loop.isTerminated(), "that isTerminated() is true", "false");
    }

    private static void dueRun(Trial trial) throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        EventLoop loop = trial.loop();
        try (Held held = trial.hold()) {
            loop.schedule(ran::incrementAndGet, 0, TimeUnit.SECONDS);
            loop.shutdown();
        }
        trial.awaitEnd(loop);
        equal(1, ran.get(), "how often a timer that was due ran");
    }

    private static void othersCancelled(Trial trial) throws InterruptedException {
        EventLoop loop = trial.loop();
        ScheduledFuture<?> later = loop.schedule(() -> {}, 1, TimeUnit.HOURS);
        ScheduledFuture<?> rate = loop.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS);
        AtomicInteger runs = new AtomicInteger();
        ScheduledFuture<?> delay = loop.scheduleWithFixedDelay(runs::incrementAndGet, 0, 1, TimeUnit.HOURS);
        trial.until(() -> runs.get() == 1, "that a periodic timer runs");
        trial.rest();
        loop.shutdown();
        for (ScheduledFuture<?> timer : List.of(later, rate, delay)) {
            isTrue(timer.isCancelled(), "that a timer which is due in an hour is cancelled", timer);
        }
        trial.awaitEnd(loop);
    }

    private static void rejected(Trial trial) {
        EventLoop loop = trial.loop();
        AtomicInteger ran = new AtomicInteger();
        try (Held held = trial.hold()) {
            loop.shutdown();
            List<Callable<?>> submissions = List.of(
                    () -> {
                        loop.execute(ran::incrementAndGet);
                        return "executed";
                    },
                    () -> loop.submit(ran::incrementAndGet),
                    () -> loop.schedule(ran::incrementAndGet, 0, TimeUnit.SECONDS),
                    () -> loop.scheduleAtFixedRate(ran::incrementAndGet, 0, 1, TimeUnit.SECONDS),
                    () -> loop.supply(ran::incrementAndGet),
                    () -> loop.async(ran::incrementAndGet));
            for (Callable<?> submission : submissions) {
                RejectedExecutionException thrown =
                        thrown(RejectedExecutionException.class, "a submission after shutdown", submission);
                String message = thrown.getMessage();
                isTrue(
                        message != null && message.contains(loop.name()),
                        "a message that names the loop (" + loop.name() + ")",
                        thrown);
            }
        }
        trial.until(loop::isTerminated, "that the loop ends");
        equal(0, ran.get(), "how many of the rejected tasks ran");
    }

    /** Where a loop still takes tasks from its own thread, to close what stands on it, they must run. */
    private static void submittedLate(Trial trial) throws InterruptedException {
        EventLoop loop = trial.loop();
        AtomicBoolean accepted = new AtomicBoolean();
        AtomicInteger ran = new AtomicInteger();
        try (Held held = trial.hold()) {
            loop.execute(() -> {
                try {
                    loop.execute(ran::incrementAndGet);
                    accepted.set(true);
                } catch (RejectedExecutionException closed) {
                    accepted.set(false);
                }
            });
            loop.shutdown();
        }
        trial.awaitEnd(loop);
        equal(
                accepted.get() ? 1 : 0,
                ran.get(),
                "how often it ran, since it was " + (accepted.get() ? "taken" : "rejected"));
    }

    private static void shutdownNow(Trial trial) throws InterruptedException {
        EventLoop loop = trial.loop();
        AtomicInteger executed = new AtomicInteger();
        AtomicInteger submitted = new AtomicInteger();
        AtomicInteger armed = new AtomicInteger();
        List<Runnable> never;
        try (Held held = trial.hold()) {
            loop.execute(executed::incrementAndGet);
            loop.submit(submitted::incrementAndGet);
            loop.schedule(armed::incrementAndGet, 1, TimeUnit.HOURS);
            never = loop.shutdownNow();
        }
        trial.awaitEnd(loop);
        equal(0, executed.get() + submitted.get() + armed.get(), "how many of them the loop has run");
        equal(3, never.size(), "how many were returned, of two tasks and a timer");
        never.forEach(Runnable::run);
        equal(
                List.of(1, 1, 1),
                List.of(executed.get(), submitted.get(), armed.get()),
                "how often each has run once the returned ones were run");
    }

    private static void interrupts(Trial trial) throws InterruptedException {
        EventLoop loop = trial.loop();
        try (Held held = trial.hold()) {
            loop.shutdownNow();
            trial.await(held.interrupted, "that the task is interrupted");
        }
        trial.awaitEnd(loop);
    }

    private static void awaitTermination(Trial trial) throws InterruptedException {
        EventLoop loop = trial.loop();
        try (Held held = trial.hold()) {
            loop.shutdown();
            isTrue(
                    !loop.awaitTermination(1, TimeUnit.MILLISECONDS),
                    "that awaitTermination returns false while a task runs",
                    "true");
        }
        trial.awaitEnd(loop);
        isTrue(loop.awaitTermination(0, TimeUnit.SECONDS), "that awaitTermination returns true at once", "false");
    }

    private static void close(Trial trial) {
        EventLoop unused = trial.open(new Reports("unused", /* kernel= */ null));
        EventLoop used = trial.loop();
        trial.rest();
        for (EventLoop loop : List.of(unused, used)) {
            loop.close();
            isTrue(loop.isTerminated(), "that a loop has ended when close() returns", "it has not");
            loop.close();
        }
    }

    private static void closeOnLoop(Trial trial) throws InterruptedException {
        EventLoop loop = trial.loop();
        AtomicInteger ran = new AtomicInteger();
        trial.onLoop(() -> {
            loop.execute(ran::incrementAndGet);
            loop.close();
            isTrue(!loop.isTerminated(), "that a loop goes on while a task runs", "it has ended");
            return true;
        });
        trial.awaitEnd(loop);
        equal(1, ran.get(), "how often a queued task ran");
    }

    private static void closeRunsQueued(Trial trial) {
        EventLoop loop = trial.loop();
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            loop.execute(ran::incrementAndGet);
        }
        loop.close();
        equal(100, ran.get(), "how many of a hundred queued tasks ran");
    }

    private static void closeInterrupts(Trial trial) {
        try (Held held = trial.hold()) {
            trial.loop().close();
            trial.await(held.interrupted, "that a task which does not end is interrupted");
            isTrue(trial.loop().isTerminated(), "that the loop has ended when close() returns", "it has not");
        }
    }

    private static void closeFrees(Trial trial) {
        EventLoop loop = trial.loop();
        CompletableFuture<String> never = loop.newFuture();
        CountDownLatch freed = new CountDownLatch(1);
        never.whenComplete((value, thrown) -> {
            if (thrown instanceof CancellationException) {
                freed.countDown();
            }
        });
        trial.rest();
        loop.close();
        trial.await(freed, "that an incomplete future is cancelled");
    }
}

package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;

import io.github.looprunner.loop.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Rules about submissions that race the end of a loop. */
final class RaceRules {

    private static final String SOURCE = "EventLoop, Shutdown";
    private static final int ROUNDS = 40; // at most, as far as a part of the bound goes
    private static final int PART = 20;
    private static final int PRODUCERS = 2;
    private static final int TASKS = 50; // of each producer

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "a task that races shutdown is run once or rejected", RaceRules::tasks),
            Rule.of(SOURCE, "a task that races shutdownNow is run once, returned or rejected", RaceRules::tasksNow),
            Rule.of(SOURCE, "a timer that races shutdown is run once, cancelled or rejected", RaceRules::timers));

    private RaceRules() {}

    private static void tasks(Trial trial) throws InterruptedException {
        rounds(
                trial,
                (loop, task) -> {
                    loop.execute(task);
                    return null;
                },
                loop -> {
                    loop.shutdown();
                    return List.of();
                });
    }

    private static void tasksNow(Trial trial) throws InterruptedException {
        rounds(
                trial,
                (loop, task) -> {
                    loop.execute(task);
                    return null;
                },
                EventLoop::shutdownNow);
    }

    private static void timers(Trial trial) throws InterruptedException {
        rounds(trial, (loop, task) -> loop.schedule(task, 10, TimeUnit.MICROSECONDS), loop -> {
            loop.shutdown();
            return List.of();
        });
    }

    private static void rounds(Trial trial, Submission submission, Shutdown shutdown) throws InterruptedException {
        long end = trial.left() - trial.left() / PART;
        for (int round = 0; round < ROUNDS && trial.left() > end; round++) {
            EventLoop loop = trial.open(new Reports("raced", /* kernel= */ null));
            if (round % 2 == 0) {
                trial.onLoop(loop, () -> true); // else its thread starts in the race
            }
            race(trial, loop, round, submission, shutdown);
        }
    }

    private static void race(Trial trial, EventLoop loop, int round, Submission submission, Shutdown shutdown)
            throws InterruptedException {
        List<Raced> raced = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger submitted = new AtomicInteger();
        AtomicBoolean go = new AtomicBoolean();
        List<Thread> producers = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            producers.add(OrderRules.started("producer", () -> {
                while (!go.get()) {
                    Thread.onSpinWait();
                }
                for (int j = 0; j < TASKS; j++) {
                    Raced task = new Raced();
                    raced.add(task);
                    task.submit(loop, submission);
                    submitted.incrementAndGet();
                }
            }));
        }
        go.set(true);
        trial.until(() -> submitted.get() >= round % TASKS, "that submissions return");
        List<Runnable> returned = shutdown.of(loop);
        trial.until(() -> producers.stream().noneMatch(Thread::isAlive), "that submissions return");
        trial.awaitEnd(loop);
        returned.forEach(Runnable::run);
        raced.forEach(Raced::judge);
    }

    /** How a task is submitted; returns its future where there is one. */
    private interface Submission {

        @Nullable
        Future<?> of(EventLoop loop, Runnable task);
    }

    /** How a loop is shut down; returns what never began. */
    private interface Shutdown {

        List<Runnable> of(EventLoop loop);
    }

    /** A task that is submitted while its loop is shut down. */
    private static final class Raced implements Runnable {

        private final AtomicInteger runs = new AtomicInteger();
        private boolean rejected; // the producer's thread, until that has ended
        private @Nullable Future<?> future; // as above

        @Override
        public void run() {
            runs.incrementAndGet();
        }

        void submit(EventLoop loop, Submission submission) {
            try {
                future = submission.of(loop, this);
            } catch (RejectedExecutionException e) {
                rejected = true;
            }
        }

        void judge() {
            boolean cancelled = future != null && future.isCancelled();
            equal(
                    rejected || cancelled ? 0 : 1,
                    runs.get(),
                    "how often a task ran that was " + (rejected ? "rejected" : cancelled ? "cancelled" : "taken"));
        }
    }
}

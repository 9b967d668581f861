package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.isTrue;
import static io.github.looprunner.checks.Trial.thrown;

import io.github.looprunner.loop.EventLoop;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Rules about tasks and timers that are cancelled. */
final class CancelRules {

    private static final String SOURCE = "java.util.concurrent.Future.cancel";

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "a task that is cancelled while it is queued never runs", CancelRules::queued),
            Rule.of(SOURCE, "a timer that is cancelled while it is armed never runs", CancelRules::armed),
            Rule.of(SOURCE, "a periodic timer that is cancelled runs no more", CancelRules::periodic),
            Rule.of(SOURCE, "a periodic timer may cancel itself", CancelRules::periodicFromWithin),
            Rule.of(
                    SOURCE,
                    "a task that is cancelled while it runs is interrupted where that is asked for",
                    CancelRules::running),
            Rule.of(
                    SOURCE,
                    "a task that is cancelled without an interrupt runs to its end",
                    CancelRules::withoutInterrupt),
            Rule.of("EventLoop, Order", "an interrupt does not reach the next task", CancelRules::interruptStays),
            Rule.of("EventLoop.supplyStage", "cancelling a stage that was started cancels it", CancelRules::stage));

    private CancelRules() {}

    private static void queued(Trial trial) {
        AtomicInteger ran = new AtomicInteger();
        Future<?> submitted;
        Future<?> supplied;
        try (Held held = trial.hold()) {
            submitted = trial.loop().submit(ran::incrementAndGet);
            supplied = trial.loop().supply(ran::incrementAndGet);
            isTrue(submitted.cancel(false), "that a queued task can be cancelled", "cancel returned false");
            isTrue(supplied.cancel(false), "that a queued task can be cancelled", "cancel returned false");
        }
        trial.rest();
        equal(0, ran.get(), "how many of the cancelled tasks ran");
        isTrue(submitted.isCancelled() && submitted.isDone(), "that it counts as cancelled and done", submitted);
        thrown(CancellationException.class, "get() of a cancelled task", submitted::get);
    }

    private static void armed(Trial trial) throws Exception {
        AtomicInteger ran = new AtomicInteger();
        EventLoop loop = trial.loop();
        boolean cancelled = trial.onLoop(
                () -> // where it cannot run meanwhile
                loop.schedule(ran::incrementAndGet, 2, TimeUnit.MILLISECONDS).cancel(false));
        isTrue(cancelled, "that an armed timer can be cancelled", "cancel returned false");
        loop.schedule(() -> {}, 4, TimeUnit.MILLISECONDS).get(trial.left(), TimeUnit.NANOSECONDS);
        equal(0, ran.get(), "how often it ran");
    }

    private static void periodic(Trial trial) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        ScheduledFuture<?> series =
                trial.loop().scheduleAtFixedRate(runs::incrementAndGet, 0, 1, TimeUnit.MILLISECONDS);
        trial.until(() -> runs.get() >= 2, "that a periodic timer runs");
        series.cancel(false);
        trial.rest(); // a run that had begun ends
        int before = runs.get();
        trial.loop().schedule(() -> {}, 4, TimeUnit.MILLISECONDS).get(trial.left(), TimeUnit.NANOSECONDS);
        equal(before, runs.get(), "the number of runs");
        isTrue(series.isCancelled(), "that it counts as cancelled", "isCancelled() returned false");
    }

    private static void periodicFromWithin(Trial trial) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<ScheduledFuture<?>> armed = new CompletableFuture<>();
        ScheduledFuture<?> series = trial.loop()
                .scheduleAtFixedRate(
                        () -> {
                            runs.incrementAndGet();
                            armed.thenAccept(timer -> timer.cancel(true));
                        },
                        1,
                        1,
                        TimeUnit.MILLISECONDS);
        armed.complete(series);
        trial.until(series::isCancelled, "that the timer cancels itself");
        int before = runs.get();
        trial.loop().schedule(() -> {}, 4, TimeUnit.MILLISECONDS).get(trial.left(), TimeUnit.NANOSECONDS);
        equal(before, runs.get(), "the number of runs");
    }

    private static void running(Trial trial) {
        Held task = new Held(/* endsOnInterrupt= */ true);
        try (task) {
            Future<?> submitted = trial.loop().submit(task);
            trial.await(task.begun, "that a task runs");
            submitted.cancel(true);
            trial.await(task.interrupted, "that the task is interrupted");
            trial.rest();
        }
    }

    private static void withoutInterrupt(Trial trial) {
        Held task = new Held(/* endsOnInterrupt= */ true);
        try (task) {
            Future<?> submitted = trial.loop().submit(task);
            trial.await(task.begun, "that a task runs");
            submitted.cancel(false);
            isTrue(!Trial.happensInAMoment(task.interrupted), "that the task is not interrupted", "it was interrupted");
        }
        trial.rest();
    }

    private static void interruptStays(Trial trial) {
        EventLoop loop = trial.loop();
        AtomicInteger leaks = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(2);
        Runnable next = () -> {
            if (Thread.currentThread().isInterrupted()) {
                leaks.incrementAndGet();
            }
            done.countDown();
        };
        trial.onLoop(() -> {
            loop.schedule(next, 0, TimeUnit.NANOSECONDS);
            loop.execute(next);
            Thread.currentThread().interrupt();
            return true;
        });
        trial.await(done, "that tasks run after one that was interrupted");
        equal(0, leaks.get(), "how many of the next tasks began with an interrupt");
    }

    private static void stage(Trial trial) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> started = trial.loop().supplyStage(() -> stage);
        trial.rest();
        started.cancel(false);
        trial.until(stage::isCancelled, "that the stage is cancelled");
    }
}

package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.isTrue;
import static io.github.looprunner.checks.Trial.same;
import static io.github.looprunner.checks.Trial.thrown;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Rules about the futures of a loop. */
final class FutureRules {

    private static final String SOURCE = "EventLoop.newFuture";
    private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "asynchronous stages stay on the loop, for the whole chain", FutureRules::chain),
            Rule.of(
                    "EventLoop.supply",
                    "supply answers with the result, or with the original failure",
                    FutureRules::supply),
            Rule.of("EventLoop.supplyStage", "supplyStage answers as its stage does", FutureRules::supplyStage),
            Rule.of("EventLoop.adopt", "an adopted stage completes on the loop", FutureRules::adopt),
            Rule.of("EventLoop.allOf", "allOf completes on the loop, when all have completed", FutureRules::allOf),
            Rule.of(
                    "EventLoop.delayedExecutor",
                    "a delayed executor runs tasks on the loop, and not early",
                    FutureRules::delayedExecutor),
            Rule.of(SOURCE, "timeouts of futures come on the loop, and not early", FutureRules::timeouts),
            Rule.of(SOURCE, "waiting for a future on its own loop is refused", FutureRules::waitingOnLoop),
            Rule.of(
                    "java.util.concurrent.ExecutorService",
                    "invokeAll answers all, and invokeAny one",
                    FutureRules::invoke));

    private FutureRules() {}

    private static void chain(Trial trial) {
        EventLoop loop = trial.loop();
        CompletableFuture<String> first = loop.newFuture();
        CompletableFuture<List<Boolean>> last = first.thenApplyAsync(value -> loop.inEventLoop())
                .thenCompose(in -> CompletableFuture.completedFuture(List.of(in)))
                .thenApplyAsync(in -> List.of(in.get(0), loop.inEventLoop()));
        first.complete("from elsewhere");
        equal(List.of(true, true), trial.await(last, "that stages run").get(), "which stages ran on the loop");
    }

    private static void supply(Trial trial) {
        IllegalStateException failure = new IllegalStateException("supplied");
        Callable<String> fails = () -> {
            throw failure;
        };
        equal("done", trial.await(trial.loop().supply(() -> "done"), "a result").get(), "the result");
        same(failure, trial.await(trial.loop().supply(fails), "a failure").thrown(), "the failure");
    }

    private static void supplyStage(Trial trial) {
        EventLoop loop = trial.loop();
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> started = loop.supplyStage(() -> stage);
        trial.rest();
        isTrue(!started.isDone(), "that it waits for its stage", "it was done before");
        stage.complete("done");
        equal("done", trial.await(started, "a result").get(), "the result");

        IllegalStateException failure = new IllegalStateException("staged");
        Outcome<String> failed =
                trial.await(loop.supplyStage(() -> CompletableFuture.<String>failedStage(failure)), "a failure");
        same(failure, failed.thrown(), "the failure");
        isTrue(nullStage(trial).thrown() != null, "that a task which returns null has failed", "it has not");
    }

    @SuppressWarnings("NullAway") // what a user may do who does not check for null
    private static Outcome<String> nullStage(Trial trial) {
        return trial.await(trial.loop().<String>supplyStage(() -> null), "a failure");
    }

    private static void adopt(Trial trial) {
        EventLoop loop = trial.loop();
        CompletableFuture<String> foreign = new CompletableFuture<>();
        CompletableFuture<Boolean> onLoop = loop.adopt(foreign).thenApply(value -> loop.inEventLoop());
        foreign.complete("from elsewhere");
        isTrue(trial.await(onLoop, "that it completes").get(), "that it completes on the loop", "elsewhere");

        CompletableFuture<String> kept = new CompletableFuture<>();
        loop.adopt(kept).cancel(false);
        isTrue(!kept.isDone(), "that cancelling the adopted future leaves the stage alone", "it was cancelled");
    }

    private static void allOf(Trial trial) {
        EventLoop loop = trial.loop();
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = loop.newFuture();
        CompletableFuture<@Nullable Void> all = loop.allOf(first, second);
        CompletableFuture<Boolean> onLoop = all.handle((value, thrown) -> thrown != null && loop.inEventLoop());
        first.completeExceptionally(new IllegalStateException("one of all"));
        trial.rest();
        isTrue(!all.isDone(), "that it waits for all stages", "it was done after the first");
        second.complete("from elsewhere");
        isTrue(trial.await(onLoop, "that it completes").get(), "that it fails on the loop", "elsewhere, or no failure");
    }

    private static void delayedExecutor(Trial trial) {
        EventLoop loop = trial.loop();
        CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
        CompletableFuture<Long> after = new CompletableFuture<>();
        long start = loop.nanoTime();
        loop.delayedExecutor(Duration.ofMillis(2)).execute(() -> {
            after.complete(loop.nanoTime() - start);
            onLoop.complete(loop.inEventLoop());
        });
        isTrue(trial.await(onLoop, "that the task runs").get(), "that it runs on the loop", "elsewhere");
        long passed = trial.await(after, "that the task runs").get();
        isTrue(passed >= 2 * MILLISECOND, "that it runs after 2 ms", passed + " ns");
        CountDownLatch atOnce = new CountDownLatch(1);
        loop.delayedExecutor(Duration.ZERO).execute(atOnce::countDown);
        trial.await(atOnce, "that a task without a delay runs");
    }

    private static void timeouts(Trial trial) {
        EventLoop loop = trial.loop();
        CompletableFuture<String> given = loop.newFuture();
        CompletableFuture<String> late = loop.newFuture();
        CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
        CompletableFuture<Long> after = new CompletableFuture<>();
        CompletableFuture<String> failed = trial.onLoop(
                () -> { // so that no timeout comes before all is set up
                    long start = loop.nanoTime();
                    given.completeOnTimeout("given", 2, TimeUnit.MILLISECONDS);
                    return late.thenApply(value -> value)
                            .orTimeout(2, TimeUnit.MILLISECONDS)
                            .whenComplete((value, thrown) -> {
                                after.complete(loop.nanoTime() - start);
                                onLoop.complete(loop.inEventLoop());
                            });
                });
        equal("given", trial.await(given, "that completeOnTimeout completes").get(), "the value");
        long passed = trial.await(after, "that orTimeout completes").get();
        isTrue(passed >= 2 * MILLISECOND, "a timeout after 2 ms", passed + " ns");
        isTrue(trial.await(onLoop, "a timeout").get(), "that it comes on the loop", "elsewhere");
        Outcome<String> outcome = trial.await(failed, "a timeout");
        isTrue(outcome.thrown() instanceof TimeoutException, "a TimeoutException", outcome);
    }

    private static void waitingOnLoop(Trial trial) {
        EventLoop loop = trial.loop();
        Future<String> incomplete =
                loop.newFuture(); // as a plain future: this library never waits in a CompletableFuture
        trial.onLoop(() -> {
            Future<String> queued = loop.submit(() -> "behind");
            thrown(IllegalStateException.class, "get() of newFuture() on its loop", incomplete::get);
            thrown(IllegalStateException.class, "get() of a task that is queued behind", queued::get);
            return true;
        });
    }

    private static void invoke(Trial trial) throws Exception {
        EventLoop loop = trial.loop();
        List<Callable<Integer>> tasks = List.of(() -> 1, () -> 2, () -> 3);
        int sum = 0;
        for (Future<Integer> each : loop.invokeAll(tasks, trial.left(), TimeUnit.NANOSECONDS)) {
            sum += each.get(trial.left(), TimeUnit.NANOSECONDS);
        }
        equal(6, sum, "the sum of the results");
        int any = loop.invokeAny(tasks, trial.left(), TimeUnit.NANOSECONDS);
        isTrue(any >= 1 && any <= 3, "the result of one of three tasks", any);
    }
}

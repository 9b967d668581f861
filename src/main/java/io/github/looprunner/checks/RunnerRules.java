package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.isTrue;
import static io.github.looprunner.checks.Trial.same;
import static io.github.looprunner.checks.Trial.thrown;

import io.github.looprunner.Coroutine;
import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.loop.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Rules about a runner on a loop of the kind. */
final class RunnerRules {

    private static final String SOURCE = "LoopRunner";

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "a runner waits for what runs on the loop", RunnerRules::waits),
            Rule.of(SOURCE, "a runner looks again after a step of the loop", RunnerRules::eventually),
            Rule.of(SOURCE, "a runner settles when the loop is quiet", RunnerRules::settles)
                    .needing(Needs.COUNTING),
            Rule.of(SOURCE, "a runner tells of a failure that reached nobody", RunnerRules::tells),
            Rule.of(SOURCE, "a runner's wait that times out says what the loop does", RunnerRules::timesOut),
            Rule.of(
                            "EventLoopFactory.noVirtualTime",
                            "a runner refuses virtual time, and says why",
                            RunnerRules::refuses)
                    .needing(Needs.REAL_TIME_ONLY));

    private RunnerRules() {}

    private static void waits(Trial trial) {
        IllegalStateException failure = new IllegalStateException("thrown on the loop");
        EventLoop loop;
        try (LoopRunner runner = start(trial)) {
            loop = runner.loop();
            CompletableFuture<String> reply = runner.loop().newFuture();
            runner.loop().schedule(() -> reply.complete("timer"), 1, TimeUnit.MILLISECONDS);
            equal("timer", runner.runCoroutine(reply), "the result of a future");
            equal("stage", runner.runCoroutine(() -> CompletableFuture.completedStage("stage")), "that of a stage");
            Coroutine<Boolean> body = Coroutine.async(() -> loop.inEventLoop());
            equal(true, runner.runCoroutine(body), "whether a body runs on the loop");
            equal(true, runner.call(() -> loop.inEventLoop()), "whether a function runs on the loop");
            IllegalStateException thrown = thrown(
                    IllegalStateException.class,
                    "call",
                    () -> runner.call(() -> {
                        throw failure;
                    }));
            same(failure, thrown, "the failure");
        }
        isTrue(loop.isTerminated(), "that the loop has ended with its runner", "it has not");
    }

    private static void eventually(Trial trial) {
        AtomicInteger runs = new AtomicInteger();
        try (LoopRunner runner = start(trial)) {
            for (int i = 0; i < 3; i++) {
                runner.execute(runs::incrementAndGet);
            }
            runner.eventually(() -> equal(3, runs.get(), "the number of runs"));
        }
    }

    private static void settles(Trial trial) {
        AtomicInteger runs = new AtomicInteger();
        try (LoopRunner runner = start(trial)) {
            for (int i = 0; i < 20; i++) {
                runner.execute(() -> runner.execute(runs::incrementAndGet));
                runner.settle();
                equal(i + 1, runs.get(), "the number of runs");
            }
        }
    }

    private static void tells(Trial trial) {
        IllegalStateException failure = new IllegalStateException("reached nobody");
        LoopRunner runner = start(trial);
        runner.execute(() -> {
            throw failure;
        });
        LoopFailure thrown = thrown(LoopFailure.class, "close() of the runner", () -> {
            runner.close();
            return "closed";
        });
        same(failure, thrown.getCause(), "the cause");
    }

    private static void timesOut(Trial trial) {
        try (LoopRunner runner = start(trial)) {
            LoopFailure thrown =
                    thrown(LoopFailure.class, "a wait for what never comes", () -> runner.within(Duration.ofMillis(1))
                            .runCoroutine(runner.loop().<String>newFuture()));
            String message = String.valueOf(thrown.getMessage());
            isTrue(message.contains(runner.loop().name()), "a report that names the loop", message);
        }
    }

    private static void refuses(Trial trial) {
        String reason = trial.factory().noVirtualTime().orElseThrow();
        isTrue(!reason.isBlank(), "a reason", "a blank one");
        IllegalStateException refused = thrown(
                IllegalStateException.class,
                "virtualTime()",
                () -> LoopRunner.builder().loop(trial.factory()).virtualTime().start());
        isTrue(String.valueOf(refused.getMessage()).contains(reason), "a message with the reason: " + reason, refused);
    }

    private static LoopRunner start(Trial trial) {
        return LoopRunner.builder()
                .loop(trial.factory())
                .name("LoopChecks")
                .timeout(Duration.ofNanos(Math.max(1, trial.left())))
                .start();
    }
}

package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.isTrue;
import static io.github.looprunner.checks.Trial.same;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Rules about bodies in sequential style. */
final class CoroutineRules {

    private static final String SOURCE = "EventLoop.async";

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "an await frees the loop", CoroutineRules::awaitFreesTheLoop),
            Rule.of(SOURCE, "an await gives the result, or throws the original failure", CoroutineRules::outcome),
            Rule.of(SOURCE, "a cancelled body is freed from its await", CoroutineRules::cancelledAwait),
            Rule.of(SOURCE, "a cancelled body that blocks is interrupted", CoroutineRules::cancelledBlocking),
            Rule.of("EventLoop.sleep", "a sleep is not early, and frees the loop", CoroutineRules::sleep));

    private CoroutineRules() {}

    private static void awaitFreesTheLoop(Trial trial) {
        EventLoop loop = trial.loop();
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<String> gate = loop.newFuture();
        CompletableFuture<Boolean> first = loop.async(() -> {
            ran.add("first");
            EventLoop.await(gate);
            return ran.add("first again");
        });
        CompletableFuture<Boolean> second = loop.async(() -> {
            ran.add("second");
            return gate.complete("open");
        });
        trial.await(second, "that the second body runs while the first awaits");
        trial.await(first, "that the first body goes on");
        equal(List.of("first", "second", "first again"), List.copyOf(ran), "the order");
    }

    private static void outcome(Trial trial) {
        EventLoop loop = trial.loop();
        IOException failure = new IOException("awaited");
        CompletableFuture<String> given = new CompletableFuture<>();
        CompletableFuture<String> failing = new CompletableFuture<>();
        Outcome<String> result = trial.await(
                loop.async(() -> {
                    loop.execute(() -> given.complete("given"));
                    return EventLoop.await(given);
                }),
                "that a body ends");
        Outcome<String> failed = trial.await(
                loop.async(() -> {
                    loop.execute(() -> failing.completeExceptionally(failure));
                    return EventLoop.await(failing);
                }),
                "that a body ends");
        equal("given", result.get(), "the result");
        same(failure, failed.thrown(), "the failure");
    }

    private static void cancelledAwait(Trial trial) {
        EventLoop loop = trial.loop();
        CompletableFuture<String> never = loop.newFuture();
        CompletableFuture<String> seen = new CompletableFuture<>();
        CompletableFuture<String> body = loop.async(() -> {
            try {
                return EventLoop.await(never);
            } catch (CancellationException cancelled) {
                seen.complete("cancelled");
                throw cancelled;
            }
        });
        trial.rest();
        body.cancel(true);
        equal(
                "cancelled",
                trial.await(seen, "that await throws a CancellationException").get(),
                "what the body saw");
        trial.rest();
    }

    private static void cancelledBlocking(Trial trial) {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        CompletableFuture<String> body = trial.loop().async(() -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return "ended";
        });
        trial.await(begun, "that a body runs");
        body.cancel(true);
        trial.await(interrupted, "that the body is interrupted");
        trial.rest();
    }

    private static void sleep(Trial trial) {
        EventLoop loop = trial.loop();
        CountDownLatch meanwhile = new CountDownLatch(1);
        CompletableFuture<Long> body = loop.async(() -> {
            long start = loop.nanoTime();
            loop.execute(meanwhile::countDown);
            EventLoop.sleep(Duration.ofMillis(2));
            return meanwhile.getCount() == 0 ? loop.nanoTime() - start : 0;
        });
        long slept = trial.await(body, "that a sleep ends").get();
        isTrue(slept != 0, "that a task runs while a body sleeps", "it did not");
        isTrue(slept >= Duration.ofMillis(2).toNanos(), "a sleep of 2 ms", slept + " ns");
    }
}

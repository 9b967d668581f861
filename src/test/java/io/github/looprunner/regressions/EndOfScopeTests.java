package io.github.looprunner.regressions;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.await;
import static io.github.looprunner.Coroutine.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.testing.Bounded;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What went wrong once when a scope ended, or somebody cancelled. */
class EndOfScopeTests {

    private final LoopRunner runner = LoopRunner.start();

    @AfterEach
    void closeRunner() {
        catchThrowable(runner::close);
    }

    @Test
    void leavesWhoCancelsHisOwnStageAlone() {
        CompletableFuture<Void> heartbeat = new CompletableFuture<>();
        runner.start(() -> heartbeat);
        runner.manage(() -> heartbeat.cancel(true));

        assertThatCode(runner::close).doesNotThrowAnyException();
    }

    @Test
    void leavesABodyAloneWhoseStageWasCancelled() {
        CompletableFuture<Void> stop = new CompletableFuture<>();
        runner.start(async(() -> await(stop)));
        runner.settle();

        stop.cancel(true);

        assertThatCode(runner::close).doesNotThrowAnyException();
    }

    @Test
    void leavesStartedWorkAloneWhoseResourceIsClosedUnderIt() {
        CompletableFuture<Void> accept = new CompletableFuture<>();
        runner.manage(() -> accept.completeExceptionally(new IllegalStateException("the server is closed")));
        runner.start(async(() -> await(accept)));
        runner.settle();

        assertThatCode(runner::close).doesNotThrowAnyException();
    }

    @Test
    void closesWhatACoroutineManagesWhileItEnds() {
        AtomicBoolean closed = new AtomicBoolean();
        runner.start(async(() -> {
            try {
                sleep(Duration.ofHours(1));
            } finally {
                runner.manage(() -> closed.set(true));
            }
        }));
        runner.settle();

        runner.close();

        assertThat(closed).isTrue();
    }

    @Test
    void reportsACoroutineThatAwaitsForEver() {
        CompletableFuture<Void> never = new CompletableFuture<>();
        runner.loop().async(() -> awaitAgainAndAgain(never));
        runner.settle();

        assertThatThrownBy(runner::close).isInstanceOf(LoopFailure.class).hasMessageContaining("the loop has ended");
    }

    @Test
    @Tag("slow") // the body outlives all bounds on purpose
    void namesACoroutineThatOutlivesItsLoop() {
        AtomicBoolean stop = new AtomicBoolean();
        runner.loop().async(() -> {
            try {
                return await(new CompletableFuture<Void>());
            } finally {
                spinUntil(stop);
            }
        });
        runner.settle();

        Throwable failure = catchThrowable(runner::close);
        stop.set(true);

        assertThat(failure).isInstanceOf(LoopFailure.class);
        assertThat(((LoopFailure) failure).verdict()).isEqualTo(Verdict.NOT_CLOSED);
    }

    @Test
    void letsBodiesCleanUpOneAfterTheOtherWhenTheLoopEnds() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            runner.loop().async(() -> {
                try {
                    return await(new CompletableFuture<Void>());
                } finally {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    assertThat(runner.loop().inEventLoop()).isTrue();
                    Thread.yield();
                    inside.decrementAndGet();
                }
            });
        }
        runner.settle();

        runner.close();

        assertThat(most).hasValue(1);
    }

    @Test
    void reportsAFailureThatComesWhenTheEndHasFreedItsFuture() {
        CountDownLatch freed = new CountDownLatch(1);
        CompletableFuture<Object> waited = runner.loop().newFuture();
        waited.whenComplete((value, thrown) -> freed.countDown());
        runner.loop().supply(() -> {
            Bounded.await(freed);
            throw new IllegalStateException("after all");
        });

        assertThatThrownBy(() -> {
                    runner.loop().close();
                    runner.close();
                })
                .isInstanceOf(LoopFailure.class)
                .hasRootCauseMessage("after all");
    }

    @Test
    void reportsAFailureThatAnAdoptedFutureOfOursPassesOn() {
        runner.loop().adopt(runner.loop().supply(() -> {
            throw new IllegalStateException("adopted");
        }));

        assertThatThrownBy(runner::close).isInstanceOf(LoopFailure.class).hasRootCauseMessage("adopted");
    }

    @Test
    void reportsAFailureThatAllOfPassesOn() {
        runner.loop().allOf(runner.loop().supply(() -> {
            throw new IllegalStateException("one of all");
        }));

        assertThatThrownBy(runner::close).isInstanceOf(LoopFailure.class).hasRootCauseMessage("one of all");
    }

    @Test
    void interruptsACallThatTimesOut() {
        CountDownLatch never = new CountDownLatch(1);

        assertThatThrownBy(() -> runner.within(Duration.ofMillis(50)).call(() -> Bounded.await(never)))
                .isInstanceOf(LoopFailure.class);

        assertThat(runner.call(() -> 1)).isEqualTo(1);
    }

    @Test
    void checksAnAssertionThatCallsTheLoopOnlySoOften() {
        AtomicInteger checks = new AtomicInteger();

        assertThatThrownBy(() -> runner.within(Duration.ofMillis(200))
                        .eventually(() ->
                                assertThat(runner.call(checks::incrementAndGet)).isNegative()))
                .isInstanceOf(LoopFailure.class);

        assertThat(checks).hasValueLessThan(400);
    }

    private static Void awaitAgainAndAgain(CompletableFuture<Void> never) {
        while (true) {
            try {
                return await(never);
            } catch (RuntimeException e) {
                Thread.onSpinWait();
            }
        }
    }

    private static void spinUntil(AtomicBoolean stop) {
        while (!stop.get()) {
            Thread.onSpinWait();
        }
    }
}

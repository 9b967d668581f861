package io.github.looprunner.libraries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.Fallback;
import dev.failsafe.Policy;
import dev.failsafe.RetryPolicy;
import io.github.looprunner.LoopRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FailsafeTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private final LoopRunner runner = LoopRunner.builder().virtualTime().start();
    private final AtomicInteger tries = new AtomicInteger();

    @AfterEach
    void endsInnocent() {
        runner.close();
    }

    @Test
    void retriesWithBackoff() {
        RetryPolicy<Integer> backoff = RetryPolicy.<Integer>builder()
                .withMaxRetries(10)
                .withBackoff(HOUR, Duration.ofDays(1))
                .build();

        assertThat(runner.runCoroutine(with(backoff).getAsync(() -> failUntil(6))))
                .isEqualTo(6);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1 + 2 + 4 + 8 + 16));
    }

    @Test
    void retriesStages() {
        assertThat(runner.runCoroutine(with(hourly(10)).getStageAsync(() -> flaky(4))))
                .isEqualTo(4);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(3));
    }

    @Test
    void givesUpRetrying() {
        assertThatThrownBy(() -> runner.runCoroutine(with(hourly(5)).getAsync(() -> failUntil(100))))
                .isInstanceOf(IOException.class)
                .hasMessage("try 6");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(5));
    }

    @Test
    void givesUpRetryingStages() {
        assertThatThrownBy(() -> runner.runCoroutine(with(hourly(5)).getStageAsync(() -> flaky(100))))
                .isInstanceOf(IOException.class)
                .hasMessage("try 6");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(5));
    }

    @Test
    void fallsBack() {
        FailsafeExecutor<Integer> executor = Failsafe.<Integer, Policy<Integer>>with(Fallback.of(-1), hourly(5))
                .with(runner.loop());

        assertThat(runner.runCoroutine(executor.getAsync(() -> failUntil(100)))).isEqualTo(-1);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(5));
    }

    @Test
    void stopsRetryingWhenCancelled() {
        CompletableFuture<Integer> retried = with(hourly(-1)).getAsync(() -> failUntil(100));
        runner.time().advanceBy(HOUR.multipliedBy(2));
        retried.cancel(false);

        assertThat(tries).hasValue(3);
        assertThat(runner.time().peekNext()).isEmpty();
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(2));
    }

    @Test
    void opensACircuitBreaker() {
        CircuitBreaker<Integer> breaker = CircuitBreaker.<Integer>builder()
                .withFailureThreshold(3)
                .withDelay(HOUR)
                .build();
        FailsafeExecutor<Integer> executor =
                Failsafe.<Integer, Policy<Integer>>with(hourly(2), breaker).with(runner.loop());

        assertThatThrownBy(() -> runner.runCoroutine(executor.getAsync(() -> failUntil(100))))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> runner.runCoroutine(executor.getAsync(() -> failUntil(100))))
                .isInstanceOf(CircuitBreakerOpenException.class);
        assertThat(tries).hasValue(3);
        assertThat(breaker.isOpen()).isTrue(); // for an hour of System.nanoTime()
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(4));
    }

    @Test
    void timesOutByTheMachine() { // Timeout always uses Failsafe's own scheduler, whatever with(...) was given
        dev.failsafe.Timeout<String> timeout = dev.failsafe.Timeout.of(HOUR);
        CompletionStage<String> slow = Failsafe.with(timeout)
                .with(runner.loop())
                .getStageAsync(() -> {
                    CompletableFuture<String> late = runner.loop().newFuture();
                    runner.loop().schedule(() -> late.complete("late"), 3, TimeUnit.HOURS);
                    return late;
                });

        assertThat(runner.runCoroutine(slow)).isEqualTo("late");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(3));
    }

    @Test
    void bindsRetriesByTheMachine() { // withMaxDuration() reads Instant.now(): eight hours fit into two
        RetryPolicy<Integer> bound = RetryPolicy.<Integer>builder()
                .withMaxRetries(-1)
                .withDelay(HOUR)
                .withMaxDuration(HOUR.multipliedBy(2))
                .build();

        assertThat(runner.runCoroutine(with(bound).getAsync(() -> failUntil(9))))
                .isEqualTo(9);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(8));
    }

    private FailsafeExecutor<Integer> with(RetryPolicy<Integer> policy) {
        return Failsafe.with(policy).with(runner.loop());
    }

    private static RetryPolicy<Integer> hourly(int retries) {
        return RetryPolicy.<Integer>builder()
                .withMaxRetries(retries)
                .withDelay(HOUR)
                .build();
    }

    private CompletableFuture<Integer> flaky(int last) {
        return runner.loop().supply(() -> failUntil(last));
    }

    private int failUntil(int last) throws IOException {
        if (tries.incrementAndGet() < last) {
            throw new IOException("try " + tries);
        }
        return tries.get();
    }
}

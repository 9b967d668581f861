package io.github.looprunner.libraries;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import io.github.resilience4j.retry.MaxRetriesExceededException;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.timelimiter.TimeLimiter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class Resilience4jTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private final LoopRunner runner = LoopRunner.builder().virtualTime().start();
    private final AtomicInteger tries = new AtomicInteger();

    @AfterEach
    void endsInnocent() {
        runner.close();
    }

    // Retry

    @Test
    void retriesWithBackoff() {
        Retry retry = Retry.of(
                "backoff",
                RetryConfig.custom()
                        .maxAttempts(10)
                        .intervalFunction(IntervalFunction.ofExponentialBackoff(HOUR, 2))
                        .build());

        assertThat(runner.runCoroutine(retry.executeCompletionStage(runner.loop(), () -> flaky(6))))
                .isEqualTo(6);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1 + 2 + 4 + 8 + 16));
    }

    @Test
    void givesUpRetrying() {
        Retry retry = hourly(RetryConfig.custom());

        assertThatThrownBy(() -> runner.runCoroutine(retry.executeCompletionStage(runner.loop(), () -> flaky(100))))
                .isInstanceOf(IOException.class)
                .hasMessage("try 5");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(4));
    }

    @Test
    void retriesForAResult() {
        Retry retry = hourly(RetryConfig.<Integer>custom()
                .retryOnResult(number -> number < 100)
                .failAfterMaxAttempts(true));

        assertThatThrownBy(() -> runner.runCoroutine(retry.executeCompletionStage(
                        runner.loop(), () -> runner.loop().supply(tries::incrementAndGet))))
                .isInstanceOf(MaxRetriesExceededException.class);
        assertThat(tries).hasValue(5);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(4));
    }

    // TimeLimiter

    @Test
    void timesOut() {
        TimeLimiter limiter = TimeLimiter.of(HOUR);
        CompletableFuture<String> never = runner.loop().newFuture();

        assertThatThrownBy(() -> runner.runCoroutine(limiter.executeCompletionStage(runner.loop(), () -> never)))
                .isInstanceOf(TimeoutException.class);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void takesItsTimeoutBack() {
        TimeLimiter limiter = TimeLimiter.of(HOUR.multipliedBy(3));
        CompletionStage<String> late = limiter.executeCompletionStage(runner.loop(), this::late);

        assertThat(runner.runCoroutine(late)).isEqualTo("late");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void retriesWhatTimesOut() {
        TimeLimiter limiter = TimeLimiter.of(HOUR);
        Retry retry = hourly(RetryConfig.custom());
        CompletionStage<String> retried = retry.executeCompletionStage(
                runner.loop(),
                () -> limiter.executeCompletionStage(
                        runner.loop(),
                        () -> tries.incrementAndGet() < 3
                                ? runner.loop().<String>newFuture()
                                : CompletableFuture.completedFuture("done")));

        assertThat(runner.runCoroutine(retried)).isEqualTo("done");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(4));
    }

    // CircuitBreaker

    @Test
    void letsTheCircuitBreakerTryAgainAfterAnHour() { // automaticTransitionFromOpenToHalfOpenEnabled has threads of
        // its own
        CircuitBreaker breaker =
                breaker(CircuitBreakerConfig.custom().slidingWindowSize(4).minimumNumberOfCalls(4));
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> runner.runCoroutine(breaker.executeCompletionStage(() -> flaky(5))))
                    .isInstanceOf(IOException.class);
        }

        assertThatThrownBy(() -> runner.runCoroutine(breaker.executeCompletionStage(() -> flaky(5))))
                .isInstanceOf(CallNotPermittedException.class);
        runner.time().advanceBy(HOUR.plusMillis(1));
        assertThat(runner.runCoroutine(breaker.executeCompletionStage(() -> flaky(5))))
                .isEqualTo(5);
        assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.plusMillis(1));
    }

    @Test
    void retriesUntilTheCircuitBreakerCloses() {
        CircuitBreaker breaker = breaker(CircuitBreakerConfig.custom()
                .slidingWindowSize(2)
                .minimumNumberOfCalls(2)
                .permittedNumberOfCallsInHalfOpenState(1));
        Retry retry = Retry.of(
                "patient",
                RetryConfig.custom()
                        .maxAttempts(100)
                        .waitDuration(Duration.ofMinutes(7))
                        .build());
        CompletionStage<Integer> retried =
                retry.executeCompletionStage(runner.loop(), () -> breaker.executeCompletionStage(() -> flaky(4)));

        assertThat(runner.runCoroutine(retried)).isEqualTo(4);
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(7 + 63 + 63));
    }

    @Test
    void forgetsFailuresOfAnHourAgo() {
        CircuitBreaker breaker = breaker(CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.TIME_BASED)
                .slidingWindowSize(3_600)
                .minimumNumberOfCalls(2));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> runner.runCoroutine(breaker.executeCompletionStage(() -> flaky(100))))
                    .isInstanceOf(IOException.class);
            runner.time().advanceBy(HOUR);
        }

        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(5));
    }

    @Test
    void timesCallsOfACircuitBreaker() {
        CircuitBreaker breaker = breaker(CircuitBreakerConfig.custom()
                .slidingWindowSize(1)
                .minimumNumberOfCalls(1)
                .slowCallDurationThreshold(HOUR.minusMinutes(1)));

        assertThat(runner.runCoroutine(breaker.executeCompletionStage(this::late)))
                .isEqualTo("late");
        assertThat(breaker.getMetrics().getNumberOfSlowCalls()).isEqualTo(1);
        assertThat(breaker.getState()).isEqualTo(State.OPEN);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    // RateLimiter

    @Test
    void permitsAnotherCallAfterAnHour() { // waiting for a permission would block the thread, by LockSupport.parkNanos
        RateLimiterConfig config = RateLimiterConfig.custom()
                .limitForPeriod(1)
                .limitRefreshPeriod(HOUR)
                .timeoutDuration(HOUR)
                .build();
        RateLimiter limiter = RateLimiter.of("hourly", config, runner.loop()::nanoTime);

        assertThat(limiter.reservePermission()).isZero();
        runner.time().advanceBy(Duration.ofMinutes(20));
        assertThat(limiter.reservePermission()).isEqualTo(Duration.ofMinutes(40).toNanos());
        assertThat(limiter.reservePermission()).isNegative();
        runner.time().advanceBy(Duration.ofMinutes(100));
        assertThat(limiter.reservePermission()).isZero();
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(2));
    }

    private static Retry hourly(RetryConfig.Builder<?> config) {
        return Retry.of("hourly", config.maxAttempts(5).waitDuration(HOUR).build());
    }

    private CircuitBreaker breaker(CircuitBreakerConfig.Builder config) {
        return CircuitBreaker.of(
                "virtual",
                config.waitDurationInOpenState(HOUR)
                        .clock(runner.loop().clock())
                        .currentTimestampFunction(clock -> runner.loop().nanoTime(), NANOSECONDS)
                        .build());
    }

    private CompletableFuture<String> late() {
        CompletableFuture<String> late = runner.loop().newFuture();
        runner.loop().schedule(() -> late.complete("late"), 1, HOURS);
        return late;
    }

    private CompletableFuture<Integer> flaky(int last) {
        return runner.loop().supply(() -> {
            if (tries.incrementAndGet() < last) {
                throw new IOException("try " + tries);
            }
            return tries.get();
        });
    }
}

package io.github.looprunner.libraries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.CoroutineScopeKt;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.DelayKt;
import kotlinx.coroutines.ExecutorsKt;
import kotlinx.coroutines.TimeoutCancellationException;
import kotlinx.coroutines.TimeoutKt;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;
import kotlinx.coroutines.future.FutureKt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kotlin's suspending functions, called from Java: the continuation is the last argument. */
@Timeout(30)
class KotlinCoroutinesTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private final LoopRunner runner = LoopRunner.builder().virtualTime().start();
    private final CoroutineScope scope = CoroutineScopeKt.CoroutineScope(ExecutorsKt.from(runner.loop()));

    @AfterEach
    void endsInnocent() {
        runner.close();
    }

    @Test
    void delays() {
        CompletableFuture<Unit> late = start((self, then) -> DelayKt.delay(HOUR.toMillis(), then));

        runner.runCoroutine(late);

        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void timesOut() {
        CompletableFuture<Unit> never = start((self, then) ->
                TimeoutKt.withTimeout(HOUR.toMillis(), (inner, rest) -> DelayKt.delay(Long.MAX_VALUE, rest), then));

        assertThatThrownBy(() -> runner.runCoroutine(never)).isInstanceOf(TimeoutCancellationException.class);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void fallsBackAtATimeoutAndCancelsWhatWasLate() {
        CompletableFuture<Unit> soon = start((self, then) -> TimeoutKt.withTimeoutOrNull(
                HOUR.toMillis(), (inner, rest) -> DelayKt.delay(3 * HOUR.toMillis(), rest), then));

        assertThat(runner.runCoroutine(soon)).isNull();
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void retries() {
        CompletableFuture<Integer> flaky =
                start((self, then) -> FlowKt.first(FlowKt.retry(hourly(5), 10, (thrown, rest) -> true), then));

        assertThat(runner.runCoroutine(flaky)).isEqualTo(5);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(5));
    }

    @Test
    void givesUpRetrying() {
        CompletableFuture<Integer> broken =
                start((self, then) -> FlowKt.first(FlowKt.retry(hourly(100), 3, (thrown, rest) -> true), then));

        assertThatThrownBy(() -> runner.runCoroutine(broken))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(4));
    }

    @Test
    void awaitsStagesOfTheLoop() {
        CompletableFuture<String> late = runner.loop().newFuture();
        runner.loop().schedule(() -> late.complete("late"), 1, TimeUnit.HOURS);
        CompletableFuture<String> awaited = start((self, then) -> FutureKt.await(late, then));

        assertThat(runner.runCoroutine(awaited)).isEqualTo("late");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void retriesStagesOfTheLoop() {
        AtomicInteger tries = new AtomicInteger();
        Flow<Integer> stages = FlowKt.map(hourly(1), (hour, then) -> FutureKt.await(flaky(4, tries), then));
        CompletableFuture<Integer> retried =
                start((self, then) -> FlowKt.first(FlowKt.retry(stages, 10, (thrown, rest) -> true), then));

        assertThat(runner.runCoroutine(retried)).isEqualTo(4);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(4));
    }

    @Test
    void reportsWhatNobodyHandles() {
        BuildersKt.launch(scope, EmptyCoroutineContext.INSTANCE, CoroutineStart.DEFAULT, (self, then) -> {
            throw new IllegalStateException("boom");
        });

        assertThat(runner.expectUncaught(IllegalStateException.class)).hasMessage("boom");
        assertThat(runner.time().elapsed()).isZero();
    }

    /** Each collection takes an hour, then fails until the last one. */
    private static Flow<Integer> hourly(int last) {
        AtomicInteger tries = new AtomicInteger();
        Flow<Integer> flaky = FlowKt.flow((collector, then) -> {
            if (tries.incrementAndGet() < last) {
                throw new IllegalStateException("try " + tries, new IOException("boom"));
            }
            return collector.emit(tries.get(), then);
        });
        return FlowKt.onStart(flaky, (collector, then) -> DelayKt.delay(HOUR.toMillis(), then));
    }

    private CompletableFuture<Integer> flaky(int last, AtomicInteger tries) {
        return runner.loop().supply(() -> {
            if (tries.incrementAndGet() < last) {
                throw new IOException("try " + tries);
            }
            return tries.get();
        });
    }

    private <T> CompletableFuture<T> start(Function2<CoroutineScope, Continuation<? super T>, Object> body) {
        return FutureKt.future(scope, EmptyCoroutineContext.INSTANCE, CoroutineStart.DEFAULT, body);
    }
}

package io.github.looprunner.libraries;

import static java.util.concurrent.TimeUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.reactor.LoopSchedulers;
import io.github.looprunner.reactor.ReactorOnLoop;
import io.github.looprunner.testing.Bounded;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.function.Tuple2;
import reactor.util.retry.Retry;

@Timeout(30)
@ResourceLock(value = ReactorOnLoop.LOCK, mode = ResourceAccessMode.READ) // one test wants Reactor's own schedulers
class ReactorTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private final LoopRunner runner = LoopRunner.builder().virtualTime().start();
    private final Scheduler scheduler = Schedulers.fromExecutorService(runner.loop());

    @AfterEach
    void endsInnocent() {
        runner.close();
    }

    @Test
    void delaysAnElement() {
        Mono<String> late = Mono.just("late").delayElement(HOUR, scheduler);

        assertThat(runner.runCoroutine(late.toFuture())).isEqualTo("late");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void timesOut() {
        Mono<String> never = Mono.<String>never().timeout(HOUR, scheduler);

        assertThatThrownBy(() -> runner.runCoroutine(never.toFuture())).isInstanceOf(TimeoutException.class);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void fallsBackAtATimeoutAndCancelsWhatWasLate() {
        Mono<String> late = Mono.just("late").delayElement(HOUR.multipliedBy(3), scheduler);
        Mono<String> soon = late.timeout(HOUR, Mono.just("fallback"), scheduler);

        assertThat(runner.runCoroutine(soon.toFuture())).isEqualTo("fallback");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void retriesWithBackoff() {
        AtomicInteger tries = new AtomicInteger();
        Mono<Integer> flaky = Mono.fromCallable(() -> failUntil(4, tries))
                .subscribeOn(scheduler)
                .retryWhen(Retry.backoff(10, HOUR).jitter(0).scheduler(scheduler));

        assertThat(runner.runCoroutine(flaky.toFuture())).isEqualTo(4);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1 + 2 + 4));
    }

    @Test
    void retriesStagesOfTheLoop() {
        AtomicInteger tries = new AtomicInteger();
        Mono<Integer> flaky = Mono.fromFuture(() -> runner.loop().supply(() -> failUntil(4, tries)))
                .retryWhen(Retry.fixedDelay(10, HOUR).scheduler(scheduler));

        assertThat(runner.runCoroutine(flaky.toFuture())).isEqualTo(4);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(3));
    }

    @Test
    void cancelsAStageOfTheLoopThatIsLate() {
        CompletableFuture<String> never = runner.loop().newFuture();
        Mono<String> soon = Mono.fromFuture(never).timeout(HOUR, Mono.just("fallback"), scheduler);

        assertThat(runner.runCoroutine(soon.toFuture())).isEqualTo("fallback");
        assertThat(never).isCancelled();
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void givesUpRetrying() {
        AtomicInteger tries = new AtomicInteger();
        Mono<Integer> broken = Mono.fromCallable(() -> failUntil(100, tries))
                .subscribeOn(scheduler)
                .retryWhen(Retry.fixedDelay(5, HOUR).scheduler(scheduler));

        assertThatThrownBy(() -> runner.runCoroutine(broken.toFuture()))
                .hasMessage("Retries exhausted: 5/5")
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(tries).hasValue(6);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(5));
    }

    @Test
    void beatsEveryHour() {
        Mono<List<Duration>> beats = Flux.interval(HOUR, scheduler)
                .map(beat -> runner.time().elapsed())
                .take(24)
                .collectList();

        assertThat(runner.runCoroutine(beats.toFuture()))
                .hasSize(24)
                .startsWith(HOUR, HOUR.multipliedBy(2))
                .endsWith(HOUR.multipliedBy(24));
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(24));
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void buffersByTime() {
        Mono<List<Integer>> sizes = Flux.interval(Duration.ofMinutes(10), scheduler)
                .take(11)
                .buffer(HOUR, scheduler)
                .map(List::size)
                .collectList();

        assertThat(runner.runCoroutine(sizes.toFuture())).containsExactly(5, 6);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(110));
    }

    @Test
    void mergesTheWorkOfSeveralSubscribers() {
        Mono<List<Integer>> naps = Flux.range(1, 1_000)
                .flatMap(i -> Mono.just(i).delayElement(Duration.ofMinutes(1_001 - i), scheduler), 1_000)
                .collectList();

        assertThat(runner.runCoroutine(naps.toFuture())).startsWith(1_000, 999).endsWith(1);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(1_000));
    }

    @Test
    void forgetsWhatItCached() {
        AtomicInteger loads = new AtomicInteger();
        Mono<Integer> cached = Mono.fromCallable(loads::incrementAndGet).cache(HOUR, scheduler);

        assertThat(runner.runCoroutine(cached.toFuture())).isEqualTo(1);
        runner.time().advanceBy(Duration.ofMinutes(59));
        assertThat(runner.runCoroutine(cached.toFuture())).isEqualTo(1);
        runner.time().advanceBy(Duration.ofMinutes(1));
        assertThat(runner.runCoroutine(cached.toFuture())).isEqualTo(2);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void handlesAFailureOnTheLoop() {
        Mono<String> handled = Mono.delay(HOUR, scheduler)
                .<String>map(beat -> {
                    throw new IllegalStateException("boom");
                })
                .onErrorResume(IllegalStateException.class, thrown -> Mono.just("handled"));

        assertThat(runner.runCoroutine(handled.toFuture())).isEqualTo("handled");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void reportsWhatNobodyHandles() {
        scheduler.schedule(
                () -> {
                    throw new IllegalStateException("boom");
                },
                1,
                HOURS);
        runner.time().advanceBy(HOUR);

        assertThat(runner.expectUncaught(IllegalStateException.class)).hasMessage("boom");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void namesTheTimerThatNoVirtualTimeMoves() {
        CompletableFuture<Long> never = Mono.delay(HOUR).toFuture(); // on a thread of Schedulers.parallel()
        Bounded.until(ReactorTests::isAParallelThreadAsleep); // one that was just woken does not show its timer yet

        assertThatThrownBy(() -> runner.runCoroutine(never))
                .isInstanceOf(LoopFailure.class)
                .hasMessageContaining("real timers   : thread ")
                .hasMessageContaining("thread \"parallel-")
                .hasMessageEndingWith("give what armed it runner.loop() as its scheduler, which @ReactorOnLoop does for"
                        + " Reactor's own schedulers");
        never.cancel(false);
        assertThat(runner.time().elapsed()).isZero();
    }

    // Scheduler.now() of fromExecutorService is System.currentTimeMillis(), which some operators read

    @Test
    void timesElementsByTheMachine() {
        assertThat(runner.runCoroutine(timed(scheduler)).getT1()).isLessThan(HOUR.toMillis());
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void timesElementsByTheLoopWhereNowIsTheLoops() {
        assertThat(runner.runCoroutine(timed(LoopSchedulers.on(runner.loop()))).getT1())
                .isEqualTo(HOUR.toMillis());
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    private static CompletableFuture<Tuple2<Long, String>> timed(Scheduler by) {
        return Mono.just("late").delayElement(HOUR, by).elapsed(by).toFuture();
    }

    private static boolean isAParallelThreadAsleep() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread ->
                        thread.getName().startsWith("parallel-") && thread.getState() == Thread.State.TIMED_WAITING);
    }

    private static int failUntil(int last, AtomicInteger tries) throws IOException {
        if (tries.incrementAndGet() < last) {
            throw new IOException("try " + tries);
        }
        return tries.get();
    }
}

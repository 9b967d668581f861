package io.github.looprunner.reactor;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.testing.Bounded;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

@Timeout(30)
@ResourceLock(ReactorOnLoop.LOCK)
class LoopSchedulersTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private final Scheduler parallelBefore = Schedulers.parallel();
    private final LoopRunner runner =
            LoopRunner.builder().name("CatTests.naps").virtualTime().start();
    private final LoopSchedulers installed = LoopSchedulers.install(runner.loop());

    @AfterEach
    void endsInnocentAndRestores() {
        installed.close();
        runner.close();
        assertThat(Schedulers.parallel()).isSameAs(parallelBefore);
    }

    // Time

    @Test
    void delaysForAnHour() {
        assertThat(runner.runCoroutine(Mono.delay(HOUR).thenReturn("late").toFuture()))
                .isEqualTo("late");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void timesOut() {
        Mono<String> late = Mono.just("late").delayElement(HOUR.multipliedBy(3)).timeout(HOUR);

        assertThatThrownBy(() -> runner.runCoroutine(late.toFuture())).isInstanceOf(TimeoutException.class);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void retriesWithBackoff() {
        AtomicInteger tries = new AtomicInteger();
        Mono<Integer> flaky = Mono.fromCallable(() -> failUntil(4, tries))
                .subscribeOn(Schedulers.boundedElastic())
                .retryWhen(Retry.backoff(10, HOUR).jitter(0));

        assertThat(runner.runCoroutine(flaky.toFuture())).isEqualTo(4);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1 + 2 + 4));
    }

    @Test
    void givesUpRetrying() {
        AtomicInteger tries = new AtomicInteger();
        Mono<Integer> broken =
                Mono.fromCallable(() -> failUntil(Integer.MAX_VALUE, tries)).retryWhen(Retry.fixedDelay(1_000, HOUR));

        assertThatThrownBy(() -> runner.runCoroutine(broken.toFuture())).hasMessage("Retries exhausted: 1000/1000");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1_000));
    }

    @Test
    void beatsEveryHour() {
        Mono<List<Duration>> beats =
                Flux.interval(HOUR).map(beat -> runner.time().elapsed()).take(3).collectList();

        assertThat(runner.runCoroutine(beats.toFuture()))
                .containsExactly(HOUR, HOUR.multipliedBy(2), HOUR.multipliedBy(3));
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void timesElementsByTheLoop() {
        Mono<Long> took = Mono.delay(HOUR).elapsed().map(timed -> timed.getT1());

        assertThat(runner.runCoroutine(took.toFuture())).isEqualTo(HOUR.toMillis());
    }

    @Test
    void stampsElementsByTheLoopsClock() {
        Mono<Long> stamp = Mono.delay(HOUR).timestamp().map(timed -> timed.getT1());

        assertThat(Instant.ofEpochMilli(runner.runCoroutine(stamp.toFuture()))).isEqualTo("2000-01-01T01:00:00Z");
    }

    @Test
    void givesTheLoopsClockToThoseWhoTakeAScheduler() {
        Scheduler scheduler = LoopSchedulers.on(runner.loop());
        Mono<Long> took = Mono.just("late")
                .delayElement(HOUR, scheduler)
                .elapsed(scheduler)
                .map(timed -> timed.getT1());

        assertThat(runner.runCoroutine(took.toFuture())).isEqualTo(HOUR.toMillis());
        assertThat(Instant.ofEpochMilli(scheduler.now(MILLISECONDS))).isEqualTo("2000-01-01T01:00:00Z");
    }

    @Test
    void handlesAFailureOnTheLoop() {
        Mono<String> handled = Mono.delay(HOUR)
                .<String>map(beat -> {
                    throw new IllegalStateException("boom");
                })
                .onErrorResume(IllegalStateException.class, thrown -> Mono.just("handled"));

        assertThat(runner.runCoroutine(handled.toFuture())).isEqualTo("handled");
    }

    @Test
    void reportsWhatNobodyHandles() {
        Schedulers.parallel()
                .schedule(
                        () -> {
                            throw new IllegalStateException("boom");
                        },
                        1,
                        HOURS);
        runner.time().advanceBy(HOUR);

        assertThat(runner.expectUncaught(IllegalStateException.class)).hasMessage("boom");
    }

    // Threads

    @Test
    void keepsToTheLoop() {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        Mono<Integer> travelled = Flux.range(0, 100)
                .doOnNext(i -> seen.add(Thread.currentThread()))
                .subscribeOn(Schedulers.boundedElastic())
                .publishOn(Schedulers.parallel())
                .doOnNext(i -> seen.add(Thread.currentThread()))
                .publishOn(Schedulers.single())
                .doOnNext(i -> seen.add(Thread.currentThread()))
                .publishOn(Schedulers.newParallel("mine", 4))
                .doOnNext(i -> seen.add(Thread.currentThread()))
                .publishOn(Schedulers.newSingle("mine"))
                .doOnNext(i -> seen.add(Thread.currentThread()))
                .flatMap(i -> Mono.fromCallable(() -> i).subscribeOn(Schedulers.newBoundedElastic(4, 4, "mine")), 8)
                .doOnNext(i -> seen.add(Thread.currentThread()))
                .delayElements(HOUR)
                .doOnNext(i -> seen.add(Thread.currentThread()))
                .reduce(Integer::sum);

        assertThat(runner.runCoroutine(travelled.toFuture())).isEqualTo(4950);
        assertThat(seen).containsExactly(runner.loop().thread());
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(100));
    }

    @Test
    void worksOnParallelRails() {
        Mono<Integer> sum = Flux.range(0, 100)
                .parallel(4)
                .runOn(Schedulers.parallel())
                .map(i -> runner.loop().inEventLoop() ? i : -1)
                .sequential()
                .reduce(Integer::sum);

        assertThat(runner.runCoroutine(sum.toFuture())).isEqualTo(4950);
    }

    @Test
    void answersABlockThatNeedsNoTime() {
        assertThat(Mono.fromCallable(() -> "now")
                        .subscribeOn(Schedulers.parallel())
                        .timeout(HOUR)
                        .block())
                .isEqualTo("now");
        assertThat(runner.time().elapsed()).isZero();
    }

    // Disposing

    @Test
    void disposesWhatASchedulerHasLeft() {
        Scheduler mine = Schedulers.newParallel("mine");
        Scheduler.Worker worker = mine.createWorker();
        mine.schedule(() -> {}, 1, HOURS);
        worker.schedulePeriodically(() -> {}, 1, 1, HOURS);
        assertThat(runner.time().peekNext()).contains(HOUR);

        mine.dispose();

        assertThat(mine.isDisposed()).isTrue();
        assertThat(worker.isDisposed()).isTrue();
        assertThat(runner.time().peekNext()).isEmpty();
        assertThat(mine.createWorker().isDisposed()).isTrue();
        assertThat(runner.call(() -> "the loop goes on")).isEqualTo("the loop goes on");
    }

    @Test
    void disposesAWorkerAlone() {
        Scheduler.Worker worker = Schedulers.parallel().createWorker();
        worker.schedule(() -> {}, 1, HOURS);
        Schedulers.parallel().schedule(() -> {}, 2, HOURS);

        worker.dispose();

        assertThat(runner.time().peekNext()).contains(HOUR.multipliedBy(2));
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void disposesItsSchedulersWhenItCloses() {
        Scheduler kept = Schedulers.parallel();
        Scheduler mine = Schedulers.newSingle("mine");
        kept.schedule(() -> {}, 1, HOURS);

        installed.close();

        assertThat(mine.isDisposed()).isTrue();
        assertThat(runner.time().peekNext()).isEmpty();
        assertThatThrownBy(() -> kept.schedule(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage(
                        "this scheduler of loop \"jdk\" is disposed, or was kept after its test, as in a static field;"
                                + " ask Schedulers for another");
    }

    @Test
    void givesBackSchedulersThatStillWork() throws Exception {
        Schedulers.parallel().schedule(() -> {});
        installed.close();
        AtomicReference<Thread> seen = new AtomicReference<>();

        Bounded.get(Mono.fromRunnable(() -> seen.set(Thread.currentThread()))
                .subscribeOn(Schedulers.parallel())
                .toFuture());

        assertThat(Schedulers.parallel()).isSameAs(parallelBefore);
        assertThat(seen.get().getName()).startsWith("parallel-");
    }

    // One at a time

    @Test
    void refusesASecondInstallation() {
        assertThatIllegalStateException()
                .isThrownBy(() -> LoopSchedulers.install(runner.loop()))
                .withMessageMatching(
                        "Reactor's default schedulers cannot be put on loop \"jdk\" at .*: they are on loop"
                                + " \"jdk\" already, installed at LoopSchedulersTests\\.<init> \\(LoopSchedulersTests.java:\\d+\\);"
                                + " close that first, or let the tests wait for each other with @ReactorOnLoop");
        assertThat(runner.runCoroutine(Mono.delay(HOUR).toFuture())).isZero();
    }

    @Test
    void isInstalledAnewAfterTheFirstIsClosed() {
        List<String> loops = new ArrayList<>();
        installed.close();
        installed.close();

        for (String name : List.of("first", "second")) {
            try (LoopRunner other =
                            LoopRunner.builder().name(name).virtualTime().start();
                    LoopSchedulers again = LoopSchedulers.install(other.loop())) {
                installed.close(); // closed already, so it takes nothing from the other
                other.runCoroutine(Mono.delay(HOUR).toFuture());
                loops.add(other.time().elapsed() + " on " + again);
            }
        }

        assertThat(loops)
                .containsExactly(
                        "PT1H on LoopSchedulers[loop \"jdk\" of first (jdk, running)]",
                        "PT1H on LoopSchedulers[loop \"jdk\" of second (jdk, running)]");
    }

    private static int failUntil(int last, AtomicInteger tries) throws IOException {
        if (tries.incrementAndGet() < last) {
            throw new IOException("try " + tries);
        }
        return tries.get();
    }
}

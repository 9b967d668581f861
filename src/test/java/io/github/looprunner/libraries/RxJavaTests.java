package io.github.looprunner.libraries;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.loop.EventLoop;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.schedulers.Timed;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RxJavaTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private final LoopRunner runner = LoopRunner.builder().virtualTime().start();
    private final Scheduler scheduler = Schedulers.from(runner.loop());

    @AfterEach
    void endsInnocent() {
        runner.close();
    }

    @Test
    void delaysAnItem() {
        Single<String> late = Single.just("late").delay(1, HOURS, scheduler);

        assertThat(runner.runCoroutine(late.toCompletionStage())).isEqualTo("late");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void timesOut() {
        Single<String> never = Single.<String>never().timeout(1, HOURS, scheduler);

        assertThatThrownBy(() -> runner.runCoroutine(never.toCompletionStage())).isInstanceOf(TimeoutException.class);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void fallsBackAtATimeoutAndCancelsWhatWasLate() {
        Single<String> late = Single.just("late").delay(3, HOURS, scheduler);
        Single<String> soon = late.timeout(1, HOURS, scheduler, Single.just("fallback"));

        assertThat(runner.runCoroutine(soon.toCompletionStage())).isEqualTo("fallback");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void retriesWithBackoff() {
        AtomicInteger tries = new AtomicInteger();
        Single<Integer> flaky = Single.fromCallable(() -> failUntil(4, tries))
                .subscribeOn(scheduler)
                .retryWhen(failures -> failures.zipWith(Flowable.range(0, 10), (thrown, retry) -> 1L << retry)
                        .flatMap(hours -> Flowable.timer(hours, HOURS, scheduler)));

        assertThat(runner.runCoroutine(flaky.toCompletionStage())).isEqualTo(4);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1 + 2 + 4));
    }

    @Test
    void retriesStagesOfTheLoop() {
        AtomicInteger tries = new AtomicInteger();
        Single<Integer> flaky = Single.defer(
                        () -> Single.fromCompletionStage(runner.loop().supply(() -> failUntil(4, tries))))
                .retryWhen(failures -> failures.delay(1, HOURS, scheduler));

        assertThat(runner.runCoroutine(flaky.toCompletionStage())).isEqualTo(4);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(3));
    }

    @Test
    void givesUpRetrying() {
        AtomicInteger tries = new AtomicInteger();
        Single<Integer> broken = Single.defer(
                        () -> Single.fromCallable(() -> failUntil(100, tries)).delaySubscription(1, HOURS, scheduler))
                .retry(5);

        assertThatThrownBy(() -> runner.runCoroutine(broken.toCompletionStage()))
                .isInstanceOf(IOException.class)
                .hasMessage("try 6");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(6));
    }

    @Test
    void beatsEveryHour() {
        Single<List<Duration>> beats = Observable.interval(1, HOURS, scheduler)
                .map(beat -> runner.time().elapsed())
                .take(24)
                .toList();

        assertThat(runner.runCoroutine(beats.toCompletionStage()))
                .hasSize(24)
                .startsWith(HOUR, HOUR.multipliedBy(2))
                .endsWith(HOUR.multipliedBy(24));
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(24));
        assertThat(runner.time().peekNext()).isEmpty();
    }

    @Test
    void debounces() {
        Single<List<Integer>> settled = Observable.just(1, 2, 3, 4)
                .concatMap(i -> Observable.just(i).delay(i % 2 == 0 ? 1 : 90, MINUTES, scheduler))
                .debounce(1, HOURS, scheduler)
                .toList();

        assertThat(runner.runCoroutine(settled.toCompletionStage())).containsExactly(2, 4);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(182));
    }

    @Test
    void handlesAFailureOnTheLoop() {
        Single<String> handled = Single.timer(1, HOURS, scheduler)
                .<String>map(beat -> {
                    throw new IllegalStateException("boom");
                })
                .onErrorReturnItem("handled");

        assertThat(runner.runCoroutine(handled.toCompletionStage())).isEqualTo("handled");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void reportsWhatNobodyHandles() {
        Single.timer(1, HOURS, scheduler)
                .map(beat -> {
                    throw new IllegalStateException("boom");
                })
                .subscribe(); // RxJavaPlugins gives it to the thread's handler of uncaught exceptions
        runner.time().advanceBy(HOUR);

        assertThat(runner.expectUncaught(RuntimeException.class)).hasRootCauseMessage("boom");
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    // Scheduler.now() of Schedulers.from is System.currentTimeMillis(), which some operators read

    @Test
    void timesItemsByTheMachine() {
        assertThat(runner.runCoroutine(timed(scheduler)).time(MINUTES)).isLessThan(60);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void timesItemsByTheLoopWhereNowIsTheLoops() {
        assertThat(runner.runCoroutine(timed(new LoopScheduler(runner.loop()))).time(MINUTES))
                .isEqualTo(60);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void driftsWhereAWorkerBeatsByTheMachine() { // buffer(time, count), window(time, count)
        assertThat(runner.runCoroutine(buffers(scheduler)).get(2)).isGreaterThan(HOUR.multipliedBy(5));
        assertThat(runner.time().elapsed()).isGreaterThan(HOUR.multipliedBy(5));
    }

    @Test
    void beatsByTheLoopWhereNowIsTheLoops() {
        assertThat(runner.runCoroutine(buffers(new LoopScheduler(runner.loop()))))
                .containsExactly(HOUR, HOUR.multipliedBy(2), HOUR.multipliedBy(3));
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(3));
    }

    private CompletionStage<Timed<String>> timed(Scheduler by) {
        return Single.just("late").delay(1, HOURS, by).timeInterval(by).toCompletionStage();
    }

    private CompletionStage<List<Duration>> buffers(Scheduler by) {
        return Observable.never()
                .buffer(1, HOURS, by, 100)
                .map(buffer -> runner.time().elapsed())
                .take(3)
                .toList()
                .toCompletionStage();
    }

    private static int failUntil(int last, AtomicInteger tries) throws IOException {
        if (tries.incrementAndGet() < last) {
            throw new IOException("try " + tries);
        }
        return tries.get();
    }

    /** What {@code Schedulers.from} gives, with the loop's clock. */
    private static final class LoopScheduler extends Scheduler {

        private final EventLoop loop;
        private final Scheduler scheduler;

        LoopScheduler(EventLoop loop) {
            this.loop = loop;
            this.scheduler = Schedulers.from(loop);
        }

        @Override
        public long now(TimeUnit unit) {
            return unit.convert(loop.nanoTime(), NANOSECONDS);
        }

        @Override
        public Worker createWorker() {
            Worker worker = scheduler.createWorker();
            return new Worker() {
                @Override
                public long now(TimeUnit unit) {
                    return LoopScheduler.this.now(unit);
                }

                @Override
                public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                    return worker.schedule(task, delay, unit);
                }

                @Override
                public void dispose() {
                    worker.dispose();
                }

                @Override
                public boolean isDisposed() {
                    return worker.isDisposed();
                }
            };
        }
    }
}

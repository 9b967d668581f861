package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimersTests {

    private static final Runnable NO_RUNNABLE = null;
    private static final Callable<String> NO_CALLABLE = null;

    private final RecordingOwner owner = new RecordingOwner();
    private final EventLoop loop = new JdkLoopFactory().open(owner);

    @AfterEach
    void close() {
        loop.close();
    }

    /** Looks again and again, since nothing can be held between what one look reads. */
    @Test
    void isNeverQuietWhereEachTaskArmsATimerThatIsDue() {
        AtomicBoolean enough = new AtomicBoolean();
        loop.execute(new Runnable() {
            @Override
            public void run() {
                if (!enough.get()) {
                    loop.schedule(this, 0, TimeUnit.SECONDS);
                }
            }
        });

        long quiet =
                IntStream.range(0, 2_000_000).filter(look -> loop.isQuiet()).count();
        enough.set(true);

        assertThat(quiet).isZero();
    }

    @Test
    void refusesNullArguments() {
        assertThatNullPointerException().isThrownBy(() -> loop.schedule(NO_RUNNABLE, 1, TimeUnit.SECONDS));
        assertThatNullPointerException().isThrownBy(() -> loop.schedule(NO_CALLABLE, 1, TimeUnit.SECONDS));
        assertThatNullPointerException().isThrownBy(() -> loop.schedule(() -> {}, 1, null));
        assertThatNullPointerException().isThrownBy(() -> loop.schedule(() -> "x", 1, null));
        assertThatNullPointerException().isThrownBy(() -> loop.scheduleAtFixedRate(null, 1, 1, TimeUnit.SECONDS));
        assertThatNullPointerException().isThrownBy(() -> loop.scheduleAtFixedRate(() -> {}, 1, 1, null));
        assertThatNullPointerException().isThrownBy(() -> loop.scheduleWithFixedDelay(null, 1, 1, TimeUnit.SECONDS));
        assertThatNullPointerException().isThrownBy(() -> loop.scheduleAtFixedRate(() -> {}, 1, 0, null));
        assertThatNullPointerException().isThrownBy(() -> loop.scheduleWithFixedDelay(() -> {}, 1, 1, null));
        assertThatNullPointerException()
                .isThrownBy(() -> loop.delayedExecutor(Duration.ZERO).execute(null));
    }

    @Test
    void refusesPeriodsThatAreNotPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loop.scheduleAtFixedRate(() -> {}, 1, 0, TimeUnit.SECONDS))
                .withMessage("period (0 SECONDS) must be positive; to run a task again at once,"
                        + " let it submit itself with execute");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loop.scheduleAtFixedRate(() -> {}, 1, -1, TimeUnit.SECONDS));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loop.scheduleWithFixedDelay(() -> {}, 1, 0, TimeUnit.SECONDS));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loop.scheduleWithFixedDelay(() -> {}, 1, Long.MIN_VALUE, TimeUnit.DAYS))
                .withMessageStartingWith("delay (-9223372036854775808 DAYS) must be positive");
    }

    @Test
    void runsATaskAfterItsDelayAndNeverBefore() throws Exception {
        for (int delay = 0; delay < 10; delay++) {
            long armed = System.nanoTime();
            Future<Long> ran = loop.schedule(() -> System.nanoTime(), delay, TimeUnit.MILLISECONDS);

            assertThat(Bounded.get(ran) - armed).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(delay));
        }
    }

    @Test
    void takesADelayOfZeroOrLessForDueAtOnce() throws Exception {
        assertThat(Bounded.get(loop.schedule(() -> "zero", 0, TimeUnit.DAYS))).isEqualTo("zero");
        assertThat(Bounded.get(loop.schedule(() -> "less", -1, TimeUnit.DAYS))).isEqualTo("less");
        assertThat(Bounded.get(loop.schedule(() -> "least", Long.MIN_VALUE, TimeUnit.DAYS)))
                .isEqualTo("least");
    }

    @ParameterizedTest
    @EnumSource
    void takesTheLongestDelayOfEveryUnit(TimeUnit unit) throws Exception {
        ScheduledFuture<?> callable = loop.schedule(() -> "x", Long.MAX_VALUE, unit);
        ScheduledFuture<?> rate = loop.scheduleAtFixedRate(() -> {}, Long.MAX_VALUE, Long.MAX_VALUE, unit);
        ScheduledFuture<?> delay = loop.scheduleWithFixedDelay(() -> {}, Long.MAX_VALUE, Long.MAX_VALUE, unit);

        Bounded.get(loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS));
        loop.delayedExecutor(Duration.ofSeconds(Long.MAX_VALUE)).execute(() -> {});

        for (ScheduledFuture<?> far : List.of(callable, rate, delay)) {
            assertThat(far.isDone()).isFalse();
            assertThat(far.getDelay(TimeUnit.DAYS)).isGreaterThan(50_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void runsOnceWithTheLongestPeriodOfEveryUnit(TimeUnit unit) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        ScheduledFuture<?> rate = loop.scheduleAtFixedRate(runs::incrementAndGet, 0, Long.MAX_VALUE, unit);
        ScheduledFuture<?> delay = loop.scheduleWithFixedDelay(runs::incrementAndGet, 0, Long.MAX_VALUE, unit);

        Bounded.get(loop.schedule(() -> {}, 2, TimeUnit.MILLISECONDS));

        assertThat(runs).hasValue(2);
        assertThat(rate.getDelay(TimeUnit.DAYS)).isGreaterThan(50_000);
        assertThat(delay.getDelay(TimeUnit.DAYS)).isGreaterThan(50_000);
    }

    @Test
    void repeatsAtAFixedRateFromTheFirstDeadline() throws Exception {
        long armed = System.nanoTime();
        List<Long> times = new ArrayList<>();
        CountDownLatch ten = new CountDownLatch(10);
        ScheduledFuture<?> series = loop.scheduleAtFixedRate(
                () -> {
                    times.add(System.nanoTime() - armed);
                    ten.countDown();
                },
                1,
                1,
                TimeUnit.MILLISECONDS);

        Bounded.await(ten);
        series.cancel(/* mayInterruptIfRunning= */ false);
        Bounded.get(loop.submit(() -> {}));

        for (int run = 0; run < times.size(); run++) {
            assertThat(times.get(run)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(run + 1));
        }
    }

    @Test
    void catchesUpAtAFixedRate() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch caughtUp = new CountDownLatch(50);
        loop.scheduleAtFixedRate(
                () -> {
                    if (runs.incrementAndGet() == 1) {
                        spin(Duration.ofMillis(5));
                    }
                    caughtUp.countDown();
                },
                0,
                100,
                TimeUnit.MICROSECONDS);

        Bounded.await(caughtUp);

        assertThat(runs.get()).isGreaterThanOrEqualTo(50);
    }

    @Test
    void keepsTheDelayBetweenTheRunsOfAFixedDelay() throws Exception {
        List<Long> ends = new ArrayList<>();
        List<Long> starts = new ArrayList<>();
        CountDownLatch five = new CountDownLatch(5);
        ScheduledFuture<?> series = loop.scheduleWithFixedDelay(
                () -> {
                    starts.add(System.nanoTime());
                    spin(Duration.ofMillis(2));
                    ends.add(System.nanoTime());
                    five.countDown();
                },
                0,
                2,
                TimeUnit.MILLISECONDS);

        Bounded.await(five);
        series.cancel(/* mayInterruptIfRunning= */ false);
        Bounded.get(loop.submit(() -> {}));

        for (int run = 1; run < starts.size(); run++) {
            assertThat(starts.get(run) - ends.get(run - 1)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @Test
    void endsASeriesThatThrows() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        IllegalStateException oops = new IllegalStateException("third");
        ScheduledFuture<?> series = loop.scheduleAtFixedRate(
                () -> {
                    if (runs.incrementAndGet() == 3) {
                        throw oops;
                    }
                },
                0,
                1,
                TimeUnit.MICROSECONDS);

        assertThatThrownBy(() -> Bounded.get(series))
                .isInstanceOf(ExecutionException.class)
                .hasCause(oops);

        Bounded.get(loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS));
        assertThat(runs).hasValue(3);
        assertThat(series.isCancelled()).isFalse();
        assertThat(loop.state().timerCount()).isZero();
    }

    @Test
    void cancelsATimerAndForgetsIt() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        ScheduledFuture<?> timer = loop.schedule(runs::incrementAndGet, 1, TimeUnit.HOURS);

        assertThat(timer.cancel(/* mayInterruptIfRunning= */ false)).isTrue();

        assertThat(loop.state().timerCount()).isZero();
        assertThat(timer.isDone()).isTrue();
        assertThat(timer.isCancelled()).isTrue();
        assertThat(timer.cancel(/* mayInterruptIfRunning= */ false)).isFalse();
        assertThatThrownBy(timer::get).isInstanceOf(CancellationException.class);
        assertThat(runs).hasValue(0);
    }

    @Test
    void cancelsASeriesFromWithin() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CompletableFuture<ScheduledFuture<?>> itself = new CompletableFuture<>();
        CountDownLatch ran = new CountDownLatch(1);
        itself.complete(loop.scheduleAtFixedRate(
                () -> {
                    runs.incrementAndGet();
                    itself.join().cancel(/* mayInterruptIfRunning= */ true);
                    ran.countDown();
                },
                0,
                1,
                TimeUnit.NANOSECONDS));

        Bounded.await(ran);
        Bounded.get(loop.schedule(() -> Thread.currentThread().isInterrupted(), 1, TimeUnit.MILLISECONDS));

        assertThat(runs).hasValue(1);
        assertThat(loop.state().timerCount()).isZero();
    }

    @Test
    void ranOrWasCancelledWhateverTheRace() throws Exception {
        for (int round = 0; round < 2000; round++) {
            AtomicInteger runs = new AtomicInteger();
            ScheduledFuture<?> timer = loop.schedule(runs::incrementAndGet, round % 50, TimeUnit.MICROSECONDS);

            boolean cancelled = timer.cancel(/* mayInterruptIfRunning= */ false);

            Bounded.get(loop.submit(() -> {}));
            assertThat(timer.isDone()).isTrue();
            assertThat(runs).hasValue(cancelled && runs.get() == 0 ? 0 : 1);
        }
        assertThat(loop.state().timerCount()).isZero();
    }

    @Test
    void answersGetOnlyOnceDue() throws Exception {
        ScheduledFuture<String> timer = loop.schedule(() -> "late", 1, TimeUnit.HOURS);

        assertThatThrownBy(() -> timer.get(1, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(timer.isDone()).isFalse();
    }

    @Test
    void tellsTheDelayThatIsLeft() {
        ScheduledFuture<?> timer = loop.schedule(() -> {}, 10, TimeUnit.HOURS);

        assertThat(timer.getDelay(TimeUnit.HOURS)).isEqualTo(9);
        assertThat(timer.getDelay(TimeUnit.MINUTES)).isBetween(590L, 600L);
    }

    @Test
    void comparesTimersByDeadlineThenByArming() {
        ScheduledFuture<?> first = loop.schedule(() -> {}, 1, TimeUnit.HOURS);
        ScheduledFuture<?> second = loop.schedule(() -> {}, 1, TimeUnit.HOURS);
        ScheduledFuture<?> sooner = loop.schedule(() -> {}, 1, TimeUnit.MINUTES);
        Delayed foreign = new Days(1);

        assertThat(first.compareTo(second)).isNegative();
        assertThat(second.compareTo(first)).isPositive();
        assertThat(sooner.compareTo(first)).isNegative();
        assertThat(first.compareTo(first)).isZero();
        assertThat(first.compareTo(foreign)).isNegative();
        assertThat(new Days(-1).compareTo(first)).isNegative();
    }

    @Test
    void tellsWhichTimersArePeriodic() {
        Future<?> once = loop.schedule(() -> {}, 1, TimeUnit.HOURS);
        Future<?> rate = loop.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS);
        Future<?> delay = loop.scheduleWithFixedDelay(() -> {}, 1, 1, TimeUnit.HOURS);

        assertThat(((RunnableScheduledFuture<?>) once).isPeriodic()).isFalse();
        assertThat(((RunnableScheduledFuture<?>) rate).isPeriodic()).isTrue();
        assertThat(((RunnableScheduledFuture<?>) delay).isPeriodic()).isTrue();
    }

    @Test
    void runsDelayedTasksOfAnExecutor() throws Exception {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        long armed = System.nanoTime();

        loop.delayedExecutor(Duration.ofMillis(2)).execute(() -> ran.complete(loop.inEventLoop()));

        assertThat(Bounded.get(ran)).isTrue();
        assertThat(System.nanoTime() - armed).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(2));
    }

    @Test
    void wakesForATimerThatIsSoonerThanTheOneItSleepsFor() throws Exception {
        loop.schedule(() -> {}, 1, TimeUnit.HOURS);
        Bounded.until(() -> loop.state().idleFor() != null);

        assertThat(Bounded.get(loop.schedule(() -> "soon", 1, TimeUnit.MILLISECONDS)))
                .isEqualTo("soon");
    }

    private static void spin(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private record Days(long days) implements Delayed {

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(days, TimeUnit.DAYS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}

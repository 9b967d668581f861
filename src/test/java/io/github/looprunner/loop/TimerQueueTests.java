package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerQueueTests {

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    /** Its thread never starts, so that time stands where the test puts it. */
    private final SingleThreadLoop loop = new SingleThreadLoop(
            "still", new RecordingOwner("TimerQueueTests", "still", false), body -> new Thread(body));

    private final TimerQueue timers = loop.timers;
    private final TaskQueue due = new TaskQueue();

    @Test
    void isEmptyAtFirst() {
        assertThat(timers.next()).isEqualTo(TimerQueue.NONE);
        assertThat(timers.count()).isZero();
        assertThat(timers.first(10)).isEmpty();
    }

    @Test
    void knowsTheEarliestDeadline() {
        ScheduledTask<?> later = arm(2 * HOUR);
        assertThat(timers.next()).isEqualTo(later.deadline());

        ScheduledTask<?> sooner = arm(HOUR);
        assertThat(timers.next()).isEqualTo(sooner.deadline());

        sooner.cancel(false);
        assertThat(timers.next()).isEqualTo(later.deadline());

        later.cancel(false);
        assertThat(timers.next()).isEqualTo(TimerQueue.NONE);
        assertThat(timers.count()).isZero();
    }

    @Test
    void movesNothingBeforeTheDeadlineAndAllAtIt() {
        ScheduledTask<?> timer = arm(HOUR);

        timers.moveDue(timer.deadline() - 1, due);
        assertThat(moved()).isEmpty();

        timers.moveDue(timer.deadline(), due);
        assertThat(moved()).containsExactly(timer);
        assertThat(timers.next()).isEqualTo(TimerQueue.NONE);
    }

    @Test
    void rejectsTimersOnceClosedAndReturnsThoseThatAreLeft() {
        ScheduledTask<?> last = arm(3 * HOUR);
        ScheduledTask<?> cancelled = arm(2 * HOUR);
        ScheduledTask<?> first = arm(HOUR);
        cancelled.cancel(false);

        List<ScheduledTask<?>> left = timers.close(0, due);

        assertThat(left).isEqualTo(List.of(first, last));
        assertThat(moved()).isEmpty();
        assertThat(timers.add(first)).isFalse();
        assertThat(timers.next()).isEqualTo(TimerQueue.NONE);
        first.cancel(false);
        assertThat(timers.count()).isZero();
    }

    @Test
    void movesDueTimersAsItCloses() {
        ScheduledTask<?> first = arm(HOUR);
        ScheduledTask<?> second = arm(5 * HOUR);

        List<ScheduledTask<?>> left = timers.close(first.deadline(), due);

        assertThat(moved()).containsExactly(first);
        assertThat(left).isEqualTo(List.of(second));
    }

    @Test
    void forgetsCancelledTimersOnceTheyAreTheMost() {
        List<ScheduledTask<?>> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            all.add(arm(1000 - i));
        }

        for (int i = 0; i < 1000; i++) {
            if (i % 10 != 0) {
                all.get(i).cancel(false);
                all.get(i).cancel(false);
            }
        }

        List<ScheduledTask<?>> kept = IntStream.range(0, 100)
                .mapToObj(i -> all.get(i * 10))
                .sorted(Comparator.naturalOrder())
                .<ScheduledTask<?>>map(timer -> timer)
                .toList();
        assertThat(timers.count()).isEqualTo(100);
        assertThat(timers.first(1000)).isEqualTo(kept);
        timers.moveDue(Long.MAX_VALUE - 1, due);
        assertThat(moved()).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void agreesWithASortedList(long seed) {
        Random random = new Random(seed);
        List<ScheduledTask<?>> model = new ArrayList<>(); // armed and live, in the order of their arming
        Comparator<ScheduledTask<?>> byDeadline = Comparator.comparingLong(ScheduledTask::deadline);

        for (int step = 0; step < 3000; step++) {
            int choice = random.nextInt(10);
            if (choice < 5) {
                model.add(arm(random.nextInt(50) * 1_000_000_000L));
            } else if (choice < 9) {
                if (!model.isEmpty()) {
                    model.remove(random.nextInt(model.size())).cancel(false);
                }
            } else {
                long now = loop.nanoTime() + random.nextInt(10) * 1_000_000_000L;
                List<ScheduledTask<?>> expected = model.stream()
                        .filter(timer -> timer.deadline() <= now)
                        .sorted(byDeadline)
                        .toList();
                timers.moveDue(now, due);
                assertThat(moved()).isEqualTo(expected);
                model.removeAll(expected);
            }
            assertThat(timers.count()).isEqualTo(model.size());
            assertThat(timers.next())
                    .isEqualTo(model.stream()
                            .mapToLong(ScheduledTask::deadline)
                            .min()
                            .orElse(TimerQueue.NONE));
        }

        model.sort(byDeadline);
        assertThat(timers.first(Integer.MAX_VALUE)).isEqualTo(model);
    }

    @Test
    void countsExactlyWhileTwoThreadsCancelAndOneMoves() throws Exception {
        for (int round = 0; round < 300; round++) {
            TimerQueueTests fresh = new TimerQueueTests();
            List<ScheduledTask<?>> even = new ArrayList<>();
            List<ScheduledTask<?>> odd = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                (i % 2 == 0 ? even : odd).add(fresh.arm(i / 4));
            }
            ScheduledTask<?> left = fresh.arm(HOUR);
            CyclicBarrier barrier = new CyclicBarrier(3);
            Thread first = start(barrier, even);
            Thread second = start(barrier, odd);

            Bounded.await(barrier);
            fresh.timers.moveDue(fresh.loop.nanoTime(), fresh.due);

            Bounded.join(first);
            Bounded.join(second);
            assertThat(fresh.timers.count()).isEqualTo(1);
            assertThat(fresh.timers.next()).isEqualTo(left.deadline());
        }
    }

    @Test
    void dropsATopWhoseCancelIsStillOnItsWay() throws Exception {
        ScheduledTask<?> counted = arm(2 * HOUR);
        ScheduledTask<?> top = arm(HOUR);
        ScheduledTask<?> live = arm(3 * HOUR);
        Thread canceller;
        synchronized (timers) { // so that the canceller stops between the task and the queue
            canceller = start(new CyclicBarrier(1), List.of(top));
            Bounded.until(top::isCancelled);

            counted.cancel(false);

            assertThat(timers.next()).isEqualTo(live.deadline());
            assertThat(timers.count()).isEqualTo(1);
        }
        Bounded.join(canceller);
        assertThat(timers.next()).isEqualTo(live.deadline());
        assertThat(timers.count()).isEqualTo(1);
    }

    private ScheduledTask<?> arm(long delay) {
        return (ScheduledTask<?>) loop.schedule(() -> {}, delay, TimeUnit.NANOSECONDS);
    }

    private List<Runnable> moved() {
        List<Runnable> moved = new ArrayList<>();
        while (due.head() != due.published()) {
            moved.add(due.take());
            due.complete();
        }
        return moved;
    }

    private static Thread start(CyclicBarrier barrier, List<ScheduledTask<?>> timers) {
        Thread thread = new Thread(() -> {
            Bounded.await(barrier);
            timers.forEach(timer -> timer.cancel(/* mayInterruptIfRunning= */ false));
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}

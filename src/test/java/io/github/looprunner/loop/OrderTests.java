package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrderTests {

    private final EventLoop loop = new JdkLoopFactory().open(new RecordingOwner("OrderTests", "jdk", false));
    private final List<String> ran = new ArrayList<>(); // the loop's tasks only, until it has rested

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void runsTasksInTheOrderOfTheirSubmission() throws Exception {
        List<Integer> order = new ArrayList<>();

        for (int i = 0; i < 100_000; i++) {
            int number = i;
            loop.execute(() -> order.add(number));
        }

        rest();
        assertThat(order).hasSize(100_000).isSorted();
    }

    @Test
    void keepsTheOrderOfEachOfFourProducers() throws Exception {
        int producers = 4;
        int each = 20_000;
        CyclicBarrier barrier = new CyclicBarrier(producers);
        List<List<Integer>> seen = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int producer = 0; producer < producers; producer++) {
            List<Integer> mine = new ArrayList<>();
            seen.add(mine);
            threads.add(new Thread(() -> {
                Bounded.await(barrier);
                for (int i = 0; i < each; i++) {
                    int number = i;
                    loop.execute(() -> mine.add(number));
                }
            }));
        }

        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            Bounded.join(thread);
        }

        rest();
        assertThat(seen).allSatisfy(order -> assertThat(order).hasSize(each).isSorted());
    }

    @Test
    void mixesAllWaysToSubmitInOneOrder() throws Exception {
        onLoop(() -> {
            loop.execute(() -> ran.add("execute"));
            loop.submit(() -> ran.add("submit"));
            loop.supply(() -> ran.add("supply"));
            loop.async(() -> ran.add("async"));
            loop.newFuture().completeAsync(() -> ran.add("completeAsync"));
        });

        rest();
        assertThat(ran).containsExactly("execute", "submit", "supply", "async", "completeAsync");
    }

    @Test
    void runsTimersByDeadlineAndThenAsTheyWereArmed() throws Exception {
        List<ScheduledFuture<?>> armed = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(100);

        onLoop(() -> {
            for (int i = 0; i < 100; i++) {
                int number = i;
                armed.add(loop.schedule(
                        () -> {
                            order.add(number);
                            done.countDown();
                        },
                        i * 37 % 10,
                        TimeUnit.MILLISECONDS));
            }
        });

        Bounded.await(done);
        assertThat(order).isSortedAccordingTo(Comparator.comparing(armed::get, Delayed::compareTo));
    }

    @Test
    void runsTimersWithoutDelayAsTheyWereArmed() throws Exception {
        List<Integer> order = new ArrayList<>();

        onLoop(() -> {
            for (int i = 0; i < 1000; i++) {
                int number = i;
                loop.schedule(() -> order.add(number), i % 2 == 0 ? 0 : -i, TimeUnit.NANOSECONDS);
            }
        });

        Bounded.until(() -> loop.state().timerCount() == 0);
        rest();
        assertThat(order).hasSize(1000).isSorted();
    }

    @Test
    void queuesADueTimerBehindWhatIsReady() throws Exception {
        CountDownLatch done = new CountDownLatch(1);

        onLoop(() -> {
            after(0, "timer", done);
            loop.execute(() -> ran.add("first"));
            loop.execute(() -> ran.add("second"));
        });

        Bounded.await(done);
        assertThat(ran).containsExactly("first", "second", "timer");
    }

    @Test
    void queuesADueTimerBeforeWhatIsSubmittedInTheTurnThatFollows() throws Exception {
        CountDownLatch done = new CountDownLatch(1);

        onLoop(() -> {
            after(0, "timer", new CountDownLatch(1));
            loop.execute(() -> loop.execute(() -> {
                ran.add("submitted later");
                done.countDown();
            }));
        });

        Bounded.await(done);
        assertThat(ran).containsExactly("timer", "submitted later");
    }

    @Test
    void letsTimersRunWhileATaskKeepsSubmittingItself() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Runnable busy = new Runnable() {
            @Override
            public void run() {
                if (!stop.get()) {
                    loop.execute(this);
                }
            }
        };
        loop.execute(busy);

        loop.schedule(() -> stop.set(true), 1, TimeUnit.MILLISECONDS);

        Bounded.until(stop::get);
        rest();
    }

    @Test
    void letsTasksRunWhileAHundredTimersAreAlwaysDue() throws Exception {
        AtomicInteger periods = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            loop.scheduleAtFixedRate(periods::incrementAndGet, 0, 1, TimeUnit.NANOSECONDS);
        }
        Bounded.until(() -> periods.get() > 1000);

        for (int i = 0; i < 100; i++) {
            rest();
        }

        assertThat(periods.get()).isGreaterThan(1000);
    }

    @Test
    void sharesTurnsBetweenTasksThatSubmitThemselves() throws Exception {
        AtomicInteger left = new AtomicInteger(1000);
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();

        onLoop(() -> {
            repeat(left, first);
            repeat(left, second);
        });

        Bounded.until(() -> left.get() <= 0);
        rest();
        assertThat(first.get() - second.get()).isBetween(-1, 1);
    }

    @Test
    void showsEachTaskWhatTheOneBeforeDid() throws Exception {
        int[] plain = new int[1];

        for (int i = 0; i < 10_000; i++) {
            loop.execute(() -> plain[0]++);
        }

        assertThat(Bounded.get(loop.submit(() -> plain[0]))).isEqualTo(10_000);
    }

    private void repeat(AtomicInteger left, AtomicInteger count) {
        loop.execute(() -> {
            count.incrementAndGet();
            if (left.decrementAndGet() > 0) {
                repeat(left, count);
            }
        });
    }

    private void after(int millis, String name, CountDownLatch done) {
        loop.schedule(
                () -> {
                    ran.add(name);
                    done.countDown();
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    private void onLoop(Runnable task) throws Exception {
        Bounded.get(loop.submit(task));
    }

    /** Waits until everything that was submitted before has run. */
    private void rest() throws Exception {
        Bounded.get(loop.submit(() -> {}));
    }
}

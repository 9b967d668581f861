package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Loops on the executors that users have. */
class ExecutorLoopTests {

    private final RecordingOwner owner = new RecordingOwner();
    private final ExecutorService pool = Executors.newFixedThreadPool(4);
    private final EventLoop loop = EventLoopFactory.onExecutor("executor", pool).open(owner);

    @AfterEach
    void close() throws Exception {
        loop.close();
        assertThat(loop.isTerminated()).isTrue();
        pool.shutdownNow();
        assertThat(pool.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void runsOneTaskAtATimeInOrderOnAPoolWithManyThreads() throws Exception {
        int each = 20_000;
        CyclicBarrier start = new CyclicBarrier(2);
        List<Integer> ran = new ArrayList<>(); // of one thread at a time, each of which sees what those before it did
        List<Thread> submitters = new ArrayList<>();
        for (int submitter = 0; submitter < 2; submitter++) {
            int parity = submitter;
            Thread thread = new Thread(() -> {
                Bounded.await(start);
                for (int i = 0; i < each; i++) {
                    int number = 2 * i + parity;
                    loop.execute(() -> ran.add(number));
                }
            });
            thread.start();
            submitters.add(thread);
        }
        for (Thread submitter : submitters) {
            Bounded.join(submitter);
        }

        List<Integer> seen = Bounded.get(loop.submit(() -> List.copyOf(ran)));

        assertThat(seen).hasSize(2 * each);
        assertThat(seen.stream().filter(number -> number % 2 == 0)).isSorted();
        assertThat(seen.stream().filter(number -> number % 2 == 1)).isSorted();
        assertThat(owner.failures()).isEmpty();
    }

    /** Submits when the last task has run, and so just while the loop makes up its mind to park. */
    @Test
    void losesNoTaskThatComesWhileItParks() {
        AtomicInteger ran = new AtomicInteger();
        for (int round = 0; round < 20_000; round++) {
            int before = round;
            loop.execute(ran::incrementAndGet);
            Bounded.until(() -> ran.get() > before);
        }
    }

    @Test
    void runsOrRejectsEveryTaskThatRacesWithAShutdown() throws Exception {
        for (int round = 0; round < 200; round++) {
            EventLoop raced = EventLoopFactory.onExecutor("executor", pool).open(owner);
            CyclicBarrier start = new CyclicBarrier(2);
            AtomicInteger accepted = new AtomicInteger();
            AtomicInteger ran = new AtomicInteger();
            Thread submitter = new Thread(() -> {
                Bounded.await(start);
                try {
                    for (int i = 0; i < 100; i++) {
                        raced.execute(ran::incrementAndGet);
                        accepted.incrementAndGet();
                    }
                } catch (RejectedExecutionException closed) {
                    // the rest would be rejected too
                }
            });
            submitter.start();
            Bounded.await(start);

            raced.shutdown();
            Bounded.join(submitter);

            assertThat(raced.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(ran).hasValue(accepted.get());
        }
    }

    @Test
    void drainsOrRunsEveryTaskThatRacesWithAShutdownNow() throws Exception {
        for (int round = 0; round < 200; round++) {
            EventLoop raced = EventLoopFactory.onExecutor("executor", pool).open(owner);
            AtomicInteger ran = new AtomicInteger();
            for (int i = 0; i < 20; i++) {
                raced.execute(ran::incrementAndGet);
            }

            int drained = raced.shutdownNow().size();

            assertThat(raced.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(ran.get() + drained).isEqualTo(20);
            assertThat(raced.isQuiet()).isTrue();
        }
    }

    @Test
    void neverFiresATimerEarly() throws Exception {
        List<Integer> fired = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(50);
        Random random = new Random(1);
        for (int i = 0; i < 50; i++) {
            int number = i;
            long delay = random.nextInt(20);
            long start = loop.nanoTime();
            loop.schedule(
                    () -> {
                        assertThat(loop.nanoTime() - start)
                                .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(delay));
                        fired.add(number);
                        all.countDown();
                    },
                    delay,
                    TimeUnit.MILLISECONDS);
        }
        Bounded.await(all);

        assertThat(Bounded.get(loop.submit(() -> List.copyOf(fired)))).hasSize(50);
        assertThat(owner.failures()).isEmpty();
    }

    @Test
    void firesTimersThatWereArmedTogetherInTheOrderOfTheirDeadlines() throws Exception {
        Map<ScheduledFuture<?>, Integer> armed = new TreeMap<>(); // by deadline, and then in the order of arming
        List<Integer> fired = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(50);
        Bounded.get(loop.submit(() -> {
            for (int i = 0; i < 50; i++) {
                int number = i;
                armed.put(
                        loop.schedule(
                                () -> {
                                    fired.add(number);
                                    all.countDown();
                                },
                                10 - i % 5,
                                TimeUnit.MILLISECONDS),
                        i);
            }
        }));
        Bounded.await(all);

        assertThat(Bounded.get(loop.submit(() -> List.copyOf(fired)))).isEqualTo(List.copyOf(armed.values()));
    }

    @Test
    void repeatsPeriodicTimersUntilTheyAreCancelled() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch thrice = new CountDownLatch(3);
        ScheduledFuture<?> periodic = loop.scheduleAtFixedRate(
                () -> {
                    runs.incrementAndGet();
                    thrice.countDown();
                },
                1,
                1,
                TimeUnit.MILLISECONDS);

        Bounded.await(thrice);
        Bounded.get(loop.submit(() -> periodic.cancel(false)));
        int atCancel = runs.get();
        Bounded.get(loop.schedule(() -> {}, 10, TimeUnit.MILLISECONDS));

        assertThat(runs).hasValue(atCancel);
    }

    @Test
    void awaitsInsideACoroutineOnAPool() throws Exception {
        CompletableFuture<String> body = loop.async(() -> {
            String result = "";
            for (int i = 0; i < 100; i++) {
                result = EventLoop.await(CompletableFuture.supplyAsync(() -> "purr", pool));
                assertThat(loop.inEventLoop()).isTrue();
            }
            EventLoop.sleep(Duration.ofMillis(1));
            return result;
        });

        assertThat(Bounded.get(body)).isEqualTo("purr");
    }

    @Test
    void keepsStagesOnTheLoop() throws Exception {
        CompletableFuture<Boolean> stage = loop.supply(() -> "purr").thenApplyAsync(purr -> loop.inEventLoop());

        assertThat(Bounded.get(stage)).isTrue();
    }

    @Test
    void interruptsTheTaskThatRunsAtShutdownNowAndNothingElse() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        EventLoop interrupted = EventLoopFactory.onExecutor("executor", one).open(owner);
        CountDownLatch runs = new CountDownLatch(1);
        CompletableFuture<String> seen = new CompletableFuture<>();
        interrupted.execute(() -> {
            runs.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                seen.complete("interrupted");
            }
        });
        Bounded.await(runs);

        interrupted.shutdownNow();

        assertThat(Bounded.get(seen)).isEqualTo("interrupted");
        assertThat(interrupted.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(Bounded.get(one.submit(() -> Thread.currentThread().isInterrupted())))
                .isFalse();
        one.shutdown();
    }

    @Test
    void leavesTheExecutorAlone() throws Exception {
        Bounded.get(loop.submit(() -> "x"));

        loop.close();

        assertThat(pool.isShutdown()).isFalse();
        assertThat(Bounded.get(pool.submit(EventLoop::current))).isNull();
    }

    @Test
    void runsOnAScheduledExecutorAndOnTheCommonPool() throws Exception {
        ScheduledThreadPoolExecutor scheduled = new ScheduledThreadPoolExecutor(1);
        for (ExecutorService executor : List.of(scheduled, ForkJoinPool.commonPool())) {
            EventLoop other = EventLoopFactory.onExecutor("executor", executor).open(owner);
            assertThat(Bounded.get(other.schedule(() -> "purr", 1, TimeUnit.MILLISECONDS)))
                    .isEqualTo("purr");
            other.close();
        }
        scheduled.shutdown();
    }

    @Test
    void unwrapsToTheExecutor() {
        assertThat(loop.unwrap(ThreadPoolExecutor.class)).isSameAs(pool);
        assertThat(LoopCarrier.of(loop)).isPresent();
        assertThatThrownBy(() -> loop.unwrap(ForkJoinPool.class)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rejectsWhereTheExecutorWasShutDown() {
        pool.shutdown();

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> loop.submit(() -> "x"))
                .withMessageStartingWith(
                        "a lambda of ExecutorLoopTests was submitted to loop \"jdk\" and rejected, since the"
                                + " executor (ThreadPoolExecutor) did not take a turn: ")
                .withCauseInstanceOf(RejectedExecutionException.class);

        loop.close();
        assertThat(loop.isTerminated()).isTrue();
        assertThat(owner.failures()).isEmpty();
    }

    @Test
    void goesOnAfterTheExecutorWasSaturated() throws Exception {
        ThreadPoolExecutor small = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1));
        EventLoop saturated = EventLoopFactory.onExecutor("executor", small).open(owner);
        CountDownLatch release = new CountDownLatch(1);
        small.execute(() -> awaitRelease(release));
        Future<?> queued = small.submit(() -> {});

        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> saturated.submit(() -> "x"));
        release.countDown();
        Bounded.get(queued);

        assertThat(Bounded.get(saturated.submit(() -> "purr"))).isEqualTo("purr");
        assertThat(owner.failures()).isEmpty();
        saturated.close();
        small.shutdown();
    }

    @Test
    void isLostWithAnExecutorThatDropsItsTurn() throws Exception {
        ExecutorService one = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(2),
                new ThreadPoolExecutor.DiscardPolicy()); // which does not throw
        EventLoop dropped = EventLoopFactory.onExecutor("executor", one).open(owner);
        CountDownLatch runs = new CountDownLatch(1);
        one.execute(() -> {
            runs.countDown();
            awaitRelease(new CountDownLatch(1)); // until it is interrupted
        });
        Bounded.await(runs);
        Future<String> lost = dropped.submit(() -> "lost");

        one.shutdownNow(); // drops the turn, and nobody is told
        assertThat(one.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(dropped.state().carrier()).endsWith(", which has ended");

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> dropped.execute(() -> {}))
                .withMessageEndingWith(" did not take a turn: it has ended");
        assertThat(lost).isCancelled();
        assertThat(dropped.isTerminated()).isTrue();
        assertThat(owner.failures()).hasSize(1);
    }

    @Test
    void needsAnExecutorToBeGiven() {
        EventLoopFactory factory = EventLoopFactory.of("executor");
        String reason = "it runs on an executor of yours, which has to be given:"
                + " LoopRunner.builder().loop(EventLoopFactory.onExecutor(\"executor\", yourExecutor))";

        assertThat(factory.unavailable()).contains(reason);
        assertThat(factory.notCounted()).isPresent();
        assertThat(factory.noVirtualTime()).isPresent();
        assertThatIllegalStateException()
                .isThrownBy(() -> factory.open(owner))
                .withMessage("loop kind (executor) cannot run here: " + reason);
    }

    private static void awaitRelease(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.github.looprunner;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.sleep;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.loop.Hold;
import io.github.looprunner.testing.JupiterRun;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Promises of virtual time that were broken once, each as small as it gets. */
@VirtualTime
@Timeout(8)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Isolated("threads of other tests could act, which makes verdicts slow, and some here have seconds only")
class VirtualTimePromisesTests {

    // What spins for ever does so at the end of a test too: in a thread of its own, and after all others

    @Test
    @Order(Integer.MAX_VALUE)
    @VirtualTime(VirtualTime.Mode.REAL)
    void goesOnWhereABlockedLoopHasATimerThatIsDue() {
        CompletableFuture<JupiterRun> run = new CompletableFuture<>();
        Thread thread = new Thread(() -> run.complete(JupiterRun.of(DueTimerCases.class)));
        thread.setDaemon(true);
        thread.start();

        assertThat(run).succeedsWithin(Duration.ofSeconds(6)).satisfies(done -> done.isGreen(1));
    }

    @VirtualTime
    static class DueTimerCases {

        @Test
        void joins(@Loop("a") LoopRunner a, @Loop("b") LoopRunner b) {
            CompletableFuture<String> reply = b.loop().newFuture();
            List<String> seen = new ArrayList<>();
            a.loop().schedule(() -> seen.add("a at " + a.time().elapsed()), 1, HOURS);
            b.loop().schedule(() -> reply.complete("done"), 2, HOURS);
            CompletableFuture<String> joined = a.loop().supply(reply::join);

            assertThat(b.within(Duration.ofSeconds(2)).runCoroutine(joined)).isEqualTo("done");
            a.settle();
            assertThat(seen).containsExactly("a at PT2H");
        }
    }

    @Test
    void wakesAnotherThreadsWaitWhenTheTestIsBlockedLater(LoopRunner runner) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread other = new Thread(() -> thrown.set(catchThrowable(
                () -> runner.within(Duration.ofSeconds(2)).runCoroutine(async(() -> sleep(Duration.ofHours(2)))))));
        other.start();
        spinFor(20); // until it waits; a test that parks would let it have its turn

        runner.runCoroutine(async(() -> {
            workFor(20); // so that the other one looks meanwhile
            sleep(Duration.ofHours(1));
        }));
        other.join();

        assertThat(thrown.get()).isNull();
    }

    @Test
    void letsATaskArriveAtALoopThatIsBlocked(@Loop("a") LoopRunner a, @Loop("b") LoopRunner b) {
        CompletableFuture<String> reply = b.loop().newFuture();
        CompletableFuture<String> joined = a.loop().supply(reply::join);
        Hold hold = b.hold("a thread answers");
        new Thread(() -> {
                    workFor(50);
                    a.execute(() -> {});
                    b.execute(() -> reply.complete("done"));
                    hold.close();
                })
                .start();

        assertThat(b.within(Duration.ofSeconds(2)).runCoroutine(joined)).isEqualTo("done");
    }

    @Test
    void waitsForEachTaskOfAPoolThatWasMadeOnTheLoop(LoopRunner runner) {
        ExecutorService pool = runner.call(() -> Executors.newSingleThreadExecutor());
        runner.manage(pool::shutdownNow);
        int timeouts = 0;
        for (int round = 0; round < 100; round++) {
            Throwable thrown = catchThrowable(() -> runner.runCoroutine(() -> runner.loop()
                    .adopt(CompletableFuture.runAsync(() -> workFor(2), pool))
                    .orTimeout(5, SECONDS)));
            timeouts += thrown == null ? 0 : 1;
        }

        assertThat(timeouts).isZero();
    }

    @Test
    void waitsForThreadsOfTheLoopThatWaitForEachOther(LoopRunner runner) {
        ArrayBlockingQueue<Integer> there = new ArrayBlockingQueue<>(1);
        ArrayBlockingQueue<Integer> back = new ArrayBlockingQueue<>(1);
        CompletableFuture<String> done = runner.loop().newFuture();
        runner.execute(() -> {
            new Thread(() -> rally(there, back, done)).start();
            new Thread(() -> rally(there, back, null)).start();
        });

        assertThat(runner.runCoroutine(done.orTimeout(5, SECONDS))).isEqualTo("done");
    }

    private static void rally(
            ArrayBlockingQueue<Integer> there, ArrayBlockingQueue<Integer> back, CompletableFuture<String> done) {
        try {
            for (int i = 0; i < 20_000; i++) {
                if (done != null) {
                    there.put(i);
                    back.take();
                } else {
                    back.put(there.take());
                }
            }
            if (done != null) {
                done.complete("done");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void waitsForAThreadOfTheLoopThatReadsAProcess(LoopRunner runner) {
        CompletableFuture<String> line = runner.loop().newFuture();
        runner.execute(() -> new Thread(() -> {
                    try {
                        Process process = new ProcessBuilder("sh", "-c", "sleep 0.2; echo done").start();
                        line.complete(new String(process.getInputStream().readAllBytes()).strip());
                    } catch (IOException e) {
                        line.completeExceptionally(e);
                    }
                })
                .start());

        assertThat(runner.runCoroutine(line.orTimeout(5, SECONDS))).isEqualTo("done");
    }

    @Test
    void staysWithTheTestsThreadAfterAnotherHasCalled(LoopRunner runner) throws InterruptedException {
        CountDownLatch called = new CountDownLatch(1);
        AtomicBoolean stop = new AtomicBoolean();
        new Thread(() -> {
                    runner.call(() -> 1);
                    called.countDown();
                    while (!stop.get()) {
                        Thread.onSpinWait(); // goes on, as a client that polls does
                    }
                })
                .start();
        called.await();

        Throwable thrown = catchThrowable(
                () -> runner.within(Duration.ofSeconds(2)).runCoroutine(async(() -> sleep(Duration.ofHours(1)))));
        stop.set(true);
        assertThat(thrown).isNull();
    }

    @Test
    void givesTheTestTheMachineToItselfAfterAPoolHasCalled(LoopRunner runner) throws Exception {
        callFromAPool(runner);
        AtomicBoolean ran = new AtomicBoolean();
        runner.execute(() -> ran.set(true));

        spinFor(50);
        assertThat(ran).isFalse();
    }

    @Test
    void refusesAJoinThatNeedsTimeAfterAPoolHasCalled(LoopRunner runner) throws Exception {
        callFromAPool(runner);
        CompletableFuture<String> later = runner.loop().newFuture();
        runner.loop().schedule(() -> later.complete("later"), 1, HOURS);

        assertThatIllegalStateException().isThrownBy(() -> later.get(2, SECONDS)); // join would hang for ever
    }

    private static void callFromAPool(LoopRunner runner) throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        runner.manage(pool::shutdownNow);
        pool.submit(() -> runner.call(() -> 1)).get();
        workFor(20); // until the worker is idle
    }

    @Test
    void letsATestBlockWhileItHoldsTime(LoopRunner runner) throws InterruptedException {
        runner.loop().scheduleAtFixedRate(() -> {}, 1, 1, SECONDS);
        CountDownLatch latch = new CountDownLatch(1);
        try (Hold hold = runner.hold("a server starts")) {
            new Thread(() -> {
                        workFor(1300);
                        latch.countDown();
                    })
                    .start();
            latch.await();
        }
    }

    @Test
    void letsATestBlockWhileAThreadOfTheLoopWorks(LoopRunner runner) throws InterruptedException {
        runner.loop().scheduleAtFixedRate(() -> {}, 1, 1, SECONDS);
        CountDownLatch latch = new CountDownLatch(1);
        runner.execute(() -> new Thread(() -> {
                    workFor(1300);
                    latch.countDown();
                })
                .start());

        latch.await();
    }

    @Test
    void letsATestBlockWhileTheCommonPoolWorks(LoopRunner runner) throws InterruptedException {
        runner.loop().scheduleAtFixedRate(() -> {}, 1, 1, SECONDS);
        CountDownLatch latch = new CountDownLatch(1);
        ForkJoinPool.commonPool().execute(() -> {
            workFor(1300);
            latch.countDown();
        });

        latch.await();
    }

    @Test
    void givesUpAnAssertionAfterASilenceWhereAnotherThreadSleeps(LoopRunner runner) {
        Thread sleeper = sleeper();
        List<String> seen = new ArrayList<>();

        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class,
                () -> runner.eventually(
                        () -> assertThat(runner.<Integer>call(seen::size)).isPositive()));
        sleeper.interrupt();

        assertThat(failure.verdict()).isEqualTo(LoopFailure.Verdict.NEVER);
    }

    @Test
    void givesUpAnExpectationAfterASilenceWhereAnotherThreadSleeps(LoopRunner runner) {
        Thread sleeper = sleeper();

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, () -> runner.expectUncaught(IOException.class));
        sleeper.interrupt();

        assertThat(failure).hasMessageContaining("came to rest");
    }

    private static Thread sleeper() {
        Thread sleeper = new Thread(() -> LockSupport.parkNanos(SECONDS.toNanos(60)), "sleeper");
        sleeper.start();
        return sleeper;
    }

    @Test
    void letsATestWaitInARunnerWithRealTime(LoopRunner runner) {
        runner.loop().scheduleAtFixedRate(() -> {}, 1, 1, SECONDS);
        try (LoopRunner real = LoopRunner.start()) {
            real.runCoroutine(async(() -> sleep(Duration.ofMillis(1300))));
        }
    }

    @Test
    void hopesForAnotherRunnerOfTheTest(LoopRunner runner) {
        try (LoopRunner real = LoopRunner.start()) {
            CompletableFuture<String> reply = new CompletableFuture<>();
            real.loop().schedule(() -> reply.complete("done"), 50, MILLISECONDS);

            assertThat(runner.runCoroutine(reply)).isEqualTo("done");
        }
    }

    @Test
    void namesTheHoldWhileALoopWaits(@Loop("a") LoopRunner a, @Loop("b") LoopRunner b) {
        CompletableFuture<String> never = a.loop().newFuture();
        b.execute(never::join);
        b.execute(() -> {});

        try (Hold hold = a.hold("driver answers")) {
            LoopFailure failure = catchThrowableOfType(LoopFailure.class, () -> a.within(Duration.ofMillis(50))
                    .runCoroutine(a.loop().newFuture()));
            assertThat(failure).hasMessageContaining("virtual time stood still, since hold \"driver answers\"");
        }
        never.complete("done");
    }

    @Test
    void endsQuicklyWhereALoopWaitsForAnotherInVain() {
        JupiterRun run = JupiterRun.of(VainCases.class);

        assertThat(run.failureOf("joins"))
                .isInstanceOf(LoopFailure.class)
                .hasNoSuppressedExceptions(); // "could not be stopped", after four seconds
        assertThat(run.failureOf("waitsForEachOther"))
                .isInstanceOf(LoopFailure.class)
                .hasNoSuppressedExceptions();
    }

    @VirtualTime
    static class VainCases {

        @Test
        void joins(@Loop("a") LoopRunner a, @Loop("b") LoopRunner b) {
            CompletableFuture<String> never = b.loop().newFuture();
            a.runCoroutine(a.loop().supply(never::join));
        }

        @Test
        void waitsForEachOther(@Loop("a") LoopRunner a, @Loop("b") LoopRunner b) {
            CompletableFuture<String> ofA = a.loop().newFuture();
            CompletableFuture<String> ofB = b.loop().newFuture();
            a.execute(() -> ofA.complete(ofB.handle((value, closed) -> "a").join()));
            b.execute(() -> ofB.complete(ofA.handle((value, closed) -> "b").join()));
            a.runCoroutine(ofA);
        }
    }

    @Test
    void namesTheThreadThatHoldsTime(LoopRunner runner) {
        runner.execute(() -> {
            Thread thread = new Thread(() -> workFor(5_000), "housekeeper");
            thread.setDaemon(true);
            thread.start();
        });

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, () -> runner.within(Duration.ofMillis(300))
                .runCoroutine(async(() -> sleep(Duration.ofHours(1)))));

        assertThat(failure).message().containsPattern("thread \"housekeeper\" .* at work for \\d+ ms");
    }

    @Test
    void failsTheTestForABlockingFunctionThatFailsUnheard() {
        LoopFailure failure = catchThrowableOfType(LoopFailure.class, () -> {
            try (LoopRunner own = LoopRunner.builder().virtualTime().start()) {
                own.blocking(() -> {
                    throw new IOException("disk full");
                });
                own.settle();
            }
        });

        assertThat(failure).hasMessageContaining("disk full");
    }

    @Test
    void saysThatTimeRanAwayHoweverSlowly(LoopRunner runner) {
        Runnable[] again = new Runnable[1];
        again[0] = () -> {
            workFor(1);
            runner.loop().schedule(again[0], 1, SECONDS);
        };
        runner.execute(again[0]);

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, () -> runner.within(Duration.ofMillis(500))
                .runCoroutine(new CompletableFuture<String>()));

        assertThat(failure.verdict()).isEqualTo(LoopFailure.Verdict.RAN_AWAY);
    }

    @Test
    void letsALoopGoOnUntilWhatWasReadyHasRunAlsoWhereTimersAreReady(@Loop("a") LoopRunner a, @Loop("b") LoopRunner b) {
        List<String> seen = new ArrayList<>();
        for (LoopRunner each : List.of(a, b)) {
            each.loop().schedule(() -> seen.add(each.loop().name() + " 1"), 1, SECONDS);
            each.loop().schedule(() -> seen.add(each.loop().name() + " 2"), 1, SECONDS);
        }

        a.time().advanceBy(Duration.ofSeconds(1));

        assertThat(seen).containsExactly("a 1", "a 2", "b 1", "b 2");
    }

    /** Is at work for some real milliseconds, of which virtual time knows nothing. */
    private static void workFor(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void spinFor(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}

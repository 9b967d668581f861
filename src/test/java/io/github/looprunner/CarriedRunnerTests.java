package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.JupiterRun;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What a runner can do, and what not, where somebody else's threads carry its loop. */
class CarriedRunnerTests {

    private static final String UNCOUNTED =
            "whose loop \"executor\" of kind executor cannot be counted: what else runs on its thread is not seen; wait for"
                    + " what the test is about with eventually(...), or use a kind that is counted: jdk, ";

    private final ExecutorService pool = Executors.newFixedThreadPool(4);
    private final EventLoopFactory factory = EventLoopFactory.onExecutor("executor", pool);

    @AfterEach
    void shutDown() {
        pool.shutdownNow();
    }

    @Test
    void waitsForResultsOnAnExecutorOfTheUsers() {
        try (LoopRunner runner =
                LoopRunner.builder().name("CatTests.purrs").loop(factory).start()) {
            AtomicInteger beats = new AtomicInteger();
            runner.start(() -> {
                runner.loop().scheduleAtFixedRate(beats::incrementAndGet, 0, 1, TimeUnit.MILLISECONDS);
                return runner.loop().newFuture();
            });

            assertThat(runner.call(() -> "purr")).isEqualTo("purr");
            assertThat(runner.runCoroutine(() -> CompletableFuture.supplyAsync(() -> "meow", pool)))
                    .isEqualTo("meow");
            runner.eventually(() -> assertThat(beats).hasValueGreaterThan(2));
        }
        assertThat(pool.isShutdown()).isFalse();
    }

    @Test
    void cannotSettle() {
        try (LoopRunner runner =
                LoopRunner.builder().name("CatTests.purrs").loop(factory).start()) {
            assertThatIllegalStateException()
                    .isThrownBy(runner::settle)
                    .withMessageStartingWith("settle was called in CatTests.purrs, " + UNCOUNTED)
                    .withMessageNotContaining("swing");
        }
    }

    @Test
    void cannotSettleOnALoopOfSomebodyElses() {
        try (LoopRunner opener = LoopRunner.builder().loop(factory).start();
                LoopRunner runner = LoopRunner.builder()
                        .name("CatTests.purrs")
                        .loop(opener.loop())
                        .start()) {
            assertThatIllegalStateException()
                    .isThrownBy(runner::settle)
                    .withMessageStartingWith("settle was called in CatTests.purrs, " + UNCOUNTED);
        }
    }

    @Test
    void cannotHaveVirtualTime() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> LoopRunner.builder().loop(factory).virtualTime().start())
                .withMessageStartingWith(
                        "loop kind (executor) cannot have virtual time: its thread is somebody else's, and"
                                + " goes on in real time; kinds that have it are jdk, ");
    }

    @Test
    void areSkippedWhereTheyCannotRun() {
        JupiterRun run = JupiterRun.of(SkippedCases.class).isGreen(1);

        assertThat(run.displayNames()).containsExactly("[1] swing", "[2] executor", "[1] swing");
        assertThat(run.skipped())
                .hasSize(2)
                .hasEntrySatisfying("real[2]", reason -> assertThat(reason)
                        .startsWith("loop kind (executor) cannot run here: it runs on an executor of yours"))
                .hasEntrySatisfying("virtual[1]", reason -> assertThat(reason)
                        .startsWith("loop kind (swing) cannot have virtual time: its thread is somebody else's"));
    }

    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class SkippedCases {

        @TestOnLoops({"swing", "executor"})
        void real(LoopRunner runner) {
            assertThat(runner.call(EventLoop::current)).isSameAs(runner.loop());
        }

        @TestOnLoops("swing")
        @VirtualTime
        void virtual(LoopRunner runner) {
            throw new AssertionError("it ran");
        }
    }

    @Test
    void runsWhatIsReadyBeforeItCloses() {
        AtomicInteger ran = new AtomicInteger();
        try (LoopRunner runner = LoopRunner.builder().loop(factory).start()) {
            for (int i = 0; i < 100; i++) {
                runner.execute(ran::incrementAndGet);
            }
        }
        assertThat(ran).hasValue(100);
    }

    @Test
    void failsWithWhatATaskThrew() {
        IllegalArgumentException thrown = new IllegalArgumentException("no more lives");
        LoopRunner runner = LoopRunner.builder().loop(factory).start();
        runner.execute(() -> {
            throw thrown;
        });

        assertThatExceptionOfType(LoopFailure.class).isThrownBy(runner::close).withCause(thrown);
    }

    @Test
    void saysWhoDoesNotRunIt() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService one = busyUntil(release);
        try (LoopRunner runner = LoopRunner.builder()
                .name("CatTests.purrs")
                .loop(EventLoopFactory.onExecutor("executor", one))
                .timeout(Duration.ofMillis(50))
                .start()) {
            assertThatExceptionOfType(LoopFailure.class)
                    .isThrownBy(() -> runner.call(() -> "purr"))
                    .withMessageStartingWith(
                            "CatTests.purrs timed out after 50 ms: loop \"executor\" waits for a turn on the"
                                    + " executor (ThreadPoolExecutor)")
                    .withMessageContaining(
                            "loop \"executor\": waits for a turn on the executor (ThreadPoolExecutor); 1 ready")
                    .withMessageContaining(
                            "next          : look at what else keeps that busy, or has ended it: the loop runs only where it"
                                    + " is given turns");
            release.countDown();
        } finally {
            one.shutdown();
        }
    }

    @Test
    void saysWhyACallNeverCompleted() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService one = busyUntil(release);
        LoopRunner runner = LoopRunner.builder()
                .name("CatTests.purrs")
                .loop(EventLoopFactory.onExecutor("executor", one))
                .start();
        Thread ends = new Thread(() -> {
            Bounded.until(() -> !runner.loop().state().ready().isEmpty());
            runner.loop().shutdownNow().forEach(task -> ((Future<?>) task).cancel(/* mayInterruptIfRunning= */ false));
        });
        ends.start();

        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> runner.call(() -> "purr"))
                .withMessageMatching(
                        "a function that was given to runner.call\\(\\.\\.\\.\\) never completed, since loop"
                                + " \"executor\" of CatTests.purrs \\(executor, (shut down|terminated)\\) ended first; where a"
                                + " failure ended it, the runner reports that when it closes");
        Bounded.join(ends);
        release.countDown();
        one.shutdown();
        runner.close();
    }

    @Test
    void failsTheTestForWhatABusyExecutorNeverRan() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService one = busyUntil(release);
        LoopRunner runner = LoopRunner.builder()
                .loop(EventLoopFactory.onExecutor("executor", one))
                .start();
        runner.execute(() -> {});
        runner.execute(() -> {});

        assertThatExceptionOfType(LoopFailure.class)
                .isThrownBy(runner::close)
                .withMessageContaining("loop \"executor\" was closed, and 2 of its tasks never ran, since it waited in"
                        + " vain for a turn on the executor (ThreadPoolExecutor)");
        release.countDown();
        one.shutdown();
    }

    @Test
    void failsTheTestWhereTheExecutorGivesOut() {
        LoopRunner runner = LoopRunner.builder().loop(factory).start();
        EventLoop loop = runner.loop();
        runner.execute(() -> {
            pool.shutdown();
            loop.execute(() -> {});
        });

        assertThat(awaitEnd(loop)).isTrue();

        assertThatExceptionOfType(LoopFailure.class)
                .isThrownBy(runner::close)
                .withMessageStartingWith(
                        "a failure on loop \"executor\" reached nobody: java.lang.IllegalStateException: loop \"executor\""
                                + " has ended, and 1 of its tasks and timers never ran, since the executor"
                                + " (ThreadPoolExecutor) did not take a turn: "
                                + "java.util.concurrent.RejectedExecutionException");
    }

    @Test
    void failsTheTestWhereTheExecutorDroppedWhatItTook() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(4);
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 4; i++) {
            pool.execute(() -> {
                busy.countDown();
                awaitUninterruptibly(release);
            });
        }
        Bounded.await(busy);
        LoopRunner runner = LoopRunner.builder().loop(factory).start();
        runner.execute(() -> {});
        pool.shutdownNow();
        release.countDown();
        assertThat(pool.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();

        assertThatExceptionOfType(LoopFailure.class)
                .isThrownBy(runner::close)
                .withMessageContaining("has ended, and 1 of its tasks and timers never ran, since the executor"
                        + " (ThreadPoolExecutor) did not take a turn");
    }

    /** Returns a pool whose only thread is busy until a latch is down. */
    private static ExecutorService busyUntil(CountDownLatch release) throws InterruptedException {
        ExecutorService one = Executors.newFixedThreadPool(1);
        CountDownLatch busy = new CountDownLatch(1);
        one.execute(() -> {
            busy.countDown();
            awaitUninterruptibly(release);
        });
        Bounded.await(busy);
        return one;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    private static boolean awaitEnd(EventLoop loop) {
        try {
            return loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

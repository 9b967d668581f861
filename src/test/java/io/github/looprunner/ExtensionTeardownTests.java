package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.JupiterRun;
import io.github.looprunner.testing.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

class ExtensionTeardownTests {

    /** Notes the threads that a runner uses: its loop's, and one that carries a coroutine. */
    private static void noteThreads(Seen seen, LoopRunner runner) {
        seen.note("thread", runner.call(Thread::currentThread));
        seen.note("thread", runner.runCoroutine(Coroutine.async(Thread::currentThread)));
    }

    private static void assertThatThreadsHaveEnded(Seen seen, int threads) {
        assertThat(seen.all("thread", Thread.class)).hasSize(threads).noneMatch(Thread::isAlive);
    }

    @Test
    void endsTheThreadsOfEveryTest() {
        EndingCases.SEEN.clear();

        JupiterRun run = JupiterRun.of(EndingCases.class).hasGreenContainers();

        assertThat(run.succeeded()).containsExactlyInAnyOrder("succeeds", "isInterrupted", "leavesWork", "shutsItDown");
        assertThat(run.failed()).containsExactly("fails");
        assertThat(run.aborted()).containsExactly("isAborted");
        assertThatThreadsHaveEnded(EndingCases.SEEN, 12);
        assertThat(EndingCases.SEEN.one("left", CompletableFuture.class).isCancelled())
                .as("what was left running is cancelled")
                .isTrue();
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class EndingCases {

        static final Seen SEEN = new Seen();

        @Test
        void succeeds(LoopRunner runner) {
            noteThreads(SEEN, runner);
        }

        @Test
        void fails(LoopRunner runner) {
            noteThreads(SEEN, runner);
            throw new AssertionError("two cats");
        }

        @Test
        void isAborted(LoopRunner runner) {
            noteThreads(SEEN, runner);
            Assumptions.assumeTrue(false);
        }

        @Test
        void isInterrupted(LoopRunner runner) {
            noteThreads(SEEN, runner);
            Thread.currentThread().interrupt();
        }

        @Test
        void leavesWork(LoopRunner runner) {
            noteThreads(SEEN, runner);
            SEEN.note(
                    "left",
                    runner.start(Coroutine.async(() -> Coroutine.await(new CompletableFuture<>())))
                            .future());
            runner.loop().schedule(() -> {}, 1, TimeUnit.HOURS);
        }

        @Test
        void shutsItDown(LoopRunner runner) {
            noteThreads(SEEN, runner);
            runner.loop().shutdown();
            assertThatThrownBy(() -> runner.loop().execute(() -> {}))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("which was shut down at ExtensionTeardownTests.EndingCases.shutsItDown"
                            + " (ExtensionTeardownTests.java:");
        }

        @AfterEach
        void clearInterrupt() {
            Thread.interrupted(); // so that it does not reach the test outside
        }
    }

    @Test
    void endsTheThreadsOfTheClass() {
        ClassCases.SEEN.clear();

        JupiterRun.of(ClassCases.class).isGreen(2);

        assertThatThreadsHaveEnded(ClassCases.SEEN, 4);
        assertThat(ClassCases.SEEN.all("thread")).as("two threads, each twice").doesNotContainNull();
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ClassCases {

        static final Seen SEEN = new Seen();

        @Test
        void one(@Loop(scope = Loop.Scope.CLASS) LoopRunner runner) {
            noteThreads(SEEN, runner);
        }

        @Test
        void another(@Loop(scope = Loop.Scope.CLASS) LoopRunner runner) {
            noteThreads(SEEN, runner);
        }
    }

    @Test
    void freesWhoWaitsForALoopThatIsClosed() throws Exception {
        WaitingCases.SEEN.clear();

        JupiterRun.of(WaitingCases.class).isGreen(1);

        Bounded.join(WaitingCases.SEEN.one("waiter", Thread.class));
        assertThat(WaitingCases.SEEN.one("thrown", CancellationException.class))
                .hasStackTraceContaining("CancellationException: loop \"jdk\" was closed before this completed");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class WaitingCases {

        static final Seen SEEN = new Seen();

        @Test
        void test(LoopRunner runner) {
            CompletableFuture<String> never = runner.loop().newFuture();
            Thread waiter = new Thread(() -> {
                try {
                    never.join();
                } catch (CancellationException closed) {
                    SEEN.note("thrown", closed);
                }
            });
            SEEN.note("waiter", waiter).start();
        }
    }

    /** Slow: JUnit's own timeout counts in whole units of real time, and the loop is looked at for 10 ms. */
    @Test
    @Tag("slow")
    void cleansUpAfterJunitsTimeout() {
        TimeoutCases.SEEN.clear();

        JupiterRun run = JupiterRun.of(TimeoutCases.class).hasGreenContainers();

        assertThat(run.failed()).containsExactlyInAnyOrder("sameThread", "separateThread", "onTheLoop", "settling");
        run.failed().forEach(test -> assertThat(run.failureOf(test)).as(test).isInstanceOf(TimeoutException.class));
        assertThat(run.succeeded()).containsExactly("last");
        assertThatThreadsHaveEnded(TimeoutCases.SEEN, 8);
        for (String test : List.of("sameThread", "onTheLoop")) {
            assertThat(reportsIn(run.failureOf(test))).as(test).singleElement().satisfies(report -> {
                assertThat(report.verdict()).isEqualTo(Verdict.INTERRUPTED);
                assertThat(report)
                        .hasMessageStartingWith("ExtensionTeardownTests.TimeoutCases." + test
                                + " was interrupted while runCoroutine waited: loop \"jdk\" is idle, so only"
                                + " another thread could complete it\n");
            });
        }
    }

    private static List<LoopFailure> reportsIn(Throwable thrown) {
        List<LoopFailure> reports = new ArrayList<>();
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (suppressed instanceof LoopFailure report) {
                reports.add(report);
            }
            reports.addAll(reportsIn(suppressed));
        }
        return reports;
    }

    @ExtendWith(LoopRunnerExtension.class)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class TimeoutCases {

        static final Seen SEEN = new Seen();

        @Test
        @Timeout(value = 300, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SAME_THREAD)
        void sameThread(LoopRunner runner) {
            noteThreads(SEEN, runner);
            runner.runCoroutine(new CompletableFuture<>());
        }

        @Test
        @Timeout(value = 300, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
        void separateThread(LoopRunner runner) {
            noteThreads(SEEN, runner);
            runner.runCoroutine(() -> new CompletableFuture<>());
        }

        @Test
        @OnLoop
        @Timeout(value = 300, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SAME_THREAD)
        void onTheLoop(LoopRunner runner) {
            SEEN.note("thread", Thread.currentThread());
            SEEN.note("thread", Thread.currentThread());
            Coroutine.await(new CompletableFuture<>());
        }

        @Test
        @Timeout(value = 300, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SAME_THREAD)
        void settling(LoopRunner runner) {
            noteThreads(SEEN, runner);
            again(runner);
            runner.settle();
        }

        private static void again(LoopRunner runner) {
            if (!runner.loop().isShutdown()) {
                runner.loop().execute(() -> again(runner));
            }
        }

        @Test
        @Order(Integer.MAX_VALUE)
        void last(LoopRunner runner) {
            runner.call(() -> {});
        }
    }

    /** Slow: the loop is given its time to settle, and to end on an interrupt. */
    @Test
    @Tag("slow")
    void namesALoopThatCannotBeStoppedOnce() throws Exception {
        BlockedCases.SEEN.clear();
        CountDownLatch release = BlockedCases.SEEN.note("release", new CountDownLatch(1));

        JupiterRun run = JupiterRun.of(BlockedCases.class).hasGreenContainers();

        assertThat(run.succeeded()).containsExactly("next");
        assertThat(run.failed()).containsExactly("spins");
        assertThat(run.failureOf("spins").getSuppressed()).isEmpty();
        assertThat(run.failureOf("spins"))
                .isInstanceOf(LoopFailure.class)
                .hasMessageStartingWith(
                        "loop \"jdk\" could not be stopped: its task does not end, not even when interrupted;"
                                + " its thread is abandoned\n  test          : ExtensionTeardownTests.BlockedCases.spins\n")
                .hasMessageContaining("\n  thread        : loop-runner ExtensionTeardownTests.BlockedCases.spins\n"
                        + "  stack         : at io.github.looprunner.ExtensionTeardownTests$BlockedCases.")
                .hasMessageEndingWith(
                        "\n  next          : let the task end: check Thread.interrupted() in long loops, and"
                                + " give work that blocks to another executor");
        release.countDown();
        Bounded.join(BlockedCases.SEEN.one("thread", Thread.class));
    }

    @ExtendWith(LoopRunnerExtension.class)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class BlockedCases {

        static final Seen SEEN = new Seen();

        @Test
        @Order(1)
        void spins(LoopRunner runner) {
            CountDownLatch release = SEEN.one("release", CountDownLatch.class);
            SEEN.note("thread", runner.call(Thread::currentThread));
            runner.execute(() -> spin(release));
        }

        private static void spin(CountDownLatch release) {
            while (release.getCount() > 0) {
                Thread.onSpinWait();
            }
        }

        @Test
        @Order(2)
        void next(LoopRunner runner) {
            runner.call(() -> {});
        }
    }

    @Test
    void reportsAResourceThatDoesNotCloseAndClosesTheOthers() {
        ResourceCases.SEEN.clear();

        JupiterRun run = JupiterRun.of(ResourceCases.class).hasGreenContainers();

        assertThat(ResourceCases.SEEN.all("closed")).containsExactly("second", "first");
        assertThat(run.failureOf("test"))
                .isInstanceOf(LoopFailure.class)
                .hasMessageStartingWith("closing a managed resource failed: java.lang.IllegalStateException: stuck\n"
                        + "  test          : ExtensionTeardownTests.ResourceCases.test\n")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ResourceCases {

        static final Seen SEEN = new Seen();

        @Test
        void test(LoopRunner runner) {
            runner.manage(() -> SEEN.note("closed", "first"));
            runner.manage(() -> {
                throw new IllegalStateException("stuck");
            });
            runner.manage(() -> SEEN.note("closed", "second"));
        }
    }

    @Test
    void closesTheRunnersOfATestWhoseSetUpFailed() {
        SetUpCases.SEEN.clear();

        JupiterRun run = JupiterRun.of(SetUpCases.class).hasGreenContainers();

        assertThat(run.failed()).containsExactly("test");
        assertThatThreadsHaveEnded(SetUpCases.SEEN, 2);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class SetUpCases {

        static final Seen SEEN = new Seen();

        SetUpCases(LoopRunner runner) {
            noteThreads(SEEN, runner);
            throw new IllegalStateException("no cats");
        }

        @Test
        void test() {}
    }
}

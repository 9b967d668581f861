package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.JupiterRun;
import io.github.looprunner.testing.Seen;
import java.util.HashSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

class ExtensionParallelTests {

    @Test
    void chargesEveryFailureToItsOwnTest() {
        MeetingCases.ALL.reset();

        JupiterRun run = JupiterRun.inParallel(16) // some threads wait for the tests of their class
                .run(MeetingCases.class, OtherMeetingCases.class)
                .hasGreenContainers();

        assertThat(run.failed()).hasSize(8);
        assertThat(run.succeeded()).isEmpty();
        for (String test : run.failed()) {
            String cases = test.startsWith("other") ? "OtherMeetingCases" : "MeetingCases";
            assertThat(run.failureOf(test))
                    .isInstanceOf(LoopFailure.class)
                    .hasMessageStartingWith(
                            "a failure on loop \"jdk\" reached nobody: java.lang.IllegalStateException: " + test
                                    + "\n  test          : ExtensionParallelTests." + cases + "." + test + "\n")
                    .hasNoSuppressedExceptions();
        }
    }

    /** All tests of two classes run at once: each waits for the others before it fails on its loop, and again after. */
    @ExtendWith(LoopRunnerExtension.class)
    static class MeetingCases {

        static final CyclicBarrier ALL = new CyclicBarrier(8);

        static void failAmongAll(LoopRunner runner, String test) {
            Bounded.await(ALL);
            runner.execute(() -> {
                throw new IllegalStateException(test);
            });
            runner.settle();
            Bounded.await(ALL);
        }

        @RepeatedTest(4)
        void meets(LoopRunner runner) {
            failAmongAll(runner, runner.scope().name().replaceFirst(".*\\.", ""));
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class OtherMeetingCases {

        @Test
        void otherOne(LoopRunner runner) {
            MeetingCases.failAmongAll(runner, "otherOne");
        }

        @Test
        void otherTwo(LoopRunner runner) {
            MeetingCases.failAmongAll(runner, "otherTwo");
        }

        @Test
        void otherThree(LoopRunner runner) {
            MeetingCases.failAmongAll(runner, "otherThree");
        }

        @Test
        void otherFour(LoopRunner runner) {
            MeetingCases.failAmongAll(runner, "otherFour");
        }
    }

    @Test
    void givesEveryTestItsOwnRunner() {
        ConstructedCases.SEEN.clear();
        SharedInstanceCases.SEEN.clear();

        JupiterRun.inParallel(8)
                .run(ConstructedCases.class, SharedInstanceCases.class)
                .isGreen(80);

        assertThat(ConstructedCases.SEEN.all("runner")).hasSize(40).doesNotHaveDuplicates();
        assertThat(SharedInstanceCases.SEEN.all("runner")).hasSize(40).doesNotHaveDuplicates();
        assertThat(new HashSet<>(SharedInstanceCases.SEEN.all("class"))).hasSize(1);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ConstructedCases {

        static final Seen SEEN = new Seen();
        private final LoopRunner constructed;

        ConstructedCases(LoopRunner constructed) {
            this.constructed = constructed;
        }

        @BeforeEach
        void before(LoopRunner runner) {
            assertThat(runner).isSameAs(constructed);
        }

        @RepeatedTest(40)
        void test(LoopRunner runner, TestInfo info) {
            assertThat(runner).isSameAs(constructed);
            assertThat(runner.call(info::getDisplayName)).isEqualTo(info.getDisplayName());
            SEEN.note("runner", runner);
        }
    }

    @TestInstance(Lifecycle.PER_CLASS)
    @ExtendWith(LoopRunnerExtension.class)
    static class SharedInstanceCases {

        static final Seen SEEN = new Seen();
        private final LoopRunner constructed;

        SharedInstanceCases(LoopRunner constructed) {
            this.constructed = constructed;
        }

        @RepeatedTest(40)
        void test(LoopRunner runner, @Loop(scope = Loop.Scope.CLASS) LoopRunner ofClass) {
            assertThat(runner).isNotSameAs(constructed);
            assertThat(ofClass).isSameAs(constructed);
            assertThat(ofClass.call(() -> runner.loop().inEventLoop())).isFalse();
            SEEN.note("runner", runner);
            SEEN.note("class", ofClass);
        }
    }

    /** A test that waits must not let JUnit start another in its place. */
    @Test
    void keepsToJunitsLimitWhileTestsWait() {
        WaitingCases.AT_ONCE.clear();

        JupiterRun.inParallel(2).run(WaitingCases.class).isGreen(40);

        assertThat(WaitingCases.AT_ONCE.most()).isLessThanOrEqualTo(2);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class WaitingCases {

        static final Gauge AT_ONCE = new Gauge();

        @RepeatedTest(10)
        void inRunCoroutine(LoopRunner runner) {
            AT_ONCE.during(() -> runner.runCoroutine(in20Millis(runner)));
        }

        @RepeatedTest(10)
        void inCall(LoopRunner runner) {
            AT_ONCE.during(() -> {
                runner.loop().execute(() -> Bounded.until(new Elapsed(20)::isOver));
                runner.call(() -> {});
            });
        }

        @RepeatedTest(10)
        void inSettle(LoopRunner runner) {
            AT_ONCE.during(() -> {
                runner.loop().execute(() -> Bounded.until(new Elapsed(20)::isOver));
                runner.settle();
            });
        }

        @RepeatedTest(10)
        void inEventually(LoopRunner runner) {
            CompletableFuture<?> soon = in20Millis(runner);
            AT_ONCE.during(() -> runner.eventually(() -> assertThat(soon).isDone()));
        }
    }

    private static CompletableFuture<?> in20Millis(LoopRunner runner) {
        return runner.loop().newFuture().completeOnTimeout(null, 20, TimeUnit.MILLISECONDS);
    }

    /** Proves that the gauge can tell, by the wait that the library avoids. */
    @Test
    void seesJunitsLimitBrokenByAWaitInAFuture() {
        WaitingInAFutureCases.AT_ONCE.clear();

        JupiterRun.inParallel(2).run(WaitingInAFutureCases.class).isGreen(40);

        assertThat(WaitingInAFutureCases.AT_ONCE.most()).isGreaterThan(2);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class WaitingInAFutureCases {

        static final Gauge AT_ONCE = new Gauge();

        @RepeatedTest(40)
        void inAFuture(LoopRunner runner) {
            CompletableFuture<?> soon = new CompletableFuture<>().completeOnTimeout(null, 20, TimeUnit.MILLISECONDS);
            AT_ONCE.during(() -> {
                try {
                    soon.get();
                } catch (InterruptedException | ExecutionException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    /** How many are at it at once. */
    private static final class Gauge {

        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        void during(Runnable wait) {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                wait.run();
            } finally {
                now.decrementAndGet();
            }
        }

        int most() {
            return most.get();
        }

        void clear() {
            most.set(0);
        }
    }

    /** Some real time. */
    private static final class Elapsed {

        private final long end;

        Elapsed(long millis) {
            end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        }

        boolean isOver() {
            return System.nanoTime() - end >= 0;
        }
    }
}

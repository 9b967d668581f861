package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.JupiterRun;
import io.github.looprunner.testing.Seen;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.opentest4j.TestAbortedException;

class ExtensionFailuresTests {

    @Test
    void failsTheTestThatOwnsAFailureThatNobodyObserved() {
        JupiterRun run = JupiterRun.of(UnobservedCases.class).hasGreenContainers();

        assertThat(run.succeeded()).containsExactlyInAnyOrder("before", "after");
        assertThat(run.failed())
                .containsExactlyInAnyOrder("executes", "submits", "schedules", "supplies", "starts", "bearsAThread");
        for (String test : run.failed()) {
            assertThat(run.failureOf(test))
                    .as(test)
                    .isInstanceOf(LoopFailure.class)
                    .hasMessageStartingWith("a failure on loop \"jdk\" reached nobody: java.io.IOException: cat of "
                            + test + "\n  test          : ExtensionFailuresTests.UnobservedCases." + test + "\n")
                    .cause()
                    .isInstanceOf(IOException.class);
            assertThat(((LoopFailure) run.failureOf(test)).verdict()).isEqualTo(Verdict.UNCAUGHT);
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class UnobservedCases {

        private static <T> T bite(String test) {
            throw Checked.<RuntimeException>sneaky(new IOException("cat of " + test));
        }

        @Test
        @Order(0)
        void before(LoopRunner runner) {
            runner.call(() -> {});
        }

        @Test
        void executes(LoopRunner runner) {
            runner.execute(() -> bite("executes"));
        }

        @Test
        void submits(LoopRunner runner) {
            runner.loop().submit(() -> bite("submits"));
        }

        @Test
        void schedules(LoopRunner runner) {
            runner.loop().schedule(() -> bite("schedules"), 0, TimeUnit.MILLISECONDS);
        }

        @Test
        void supplies(LoopRunner runner) {
            runner.loop().supply(() -> bite("supplies"));
        }

        @Test
        void starts(LoopRunner runner) {
            runner.start(() -> CompletableFuture.failedFuture(new IOException("cat of starts")));
        }

        @Test
        void bearsAThread(LoopRunner runner) throws InterruptedException {
            Thread born = runner.call(() -> {
                Thread thread = new Thread(() -> bite("bearsAThread"));
                thread.start();
                return thread;
            });
            Bounded.join(born);
        }

        @Test
        @Order(Integer.MAX_VALUE)
        void after(LoopRunner runner) {
            runner.call(() -> {});
        }
    }

    @Test
    void leavesInnocentTestsGreen() {
        JupiterRun.of(InnocentCases.class).isGreen(8);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class InnocentCases {

        private static <T> T bite() throws IOException {
            throw new IOException("the cat bit");
        }

        @Test
        void handlesItInACallback(LoopRunner runner) {
            runner.loop().supply(InnocentCases::bite).whenComplete((value, thrown) -> {});
        }

        @Test
        void handlesAllOfThem(LoopRunner runner) {
            CompletableFuture<?> first = runner.loop().supply(InnocentCases::bite);
            CompletableFuture<?> second = runner.loop().supply(InnocentCases::bite);
            runner.runCoroutine(runner.loop().allOf(first, second).exceptionally(thrown -> null));
        }

        @Test
        void handlesAllOfThemTheWayOfTheJdk(LoopRunner runner) {
            CompletableFuture<?> all = runner.call(() -> CompletableFuture.allOf(
                    runner.loop().supply(InnocentCases::bite), runner.loop().supply(InnocentCases::bite)));
            runner.runCoroutine(all.exceptionally(thrown -> null));
        }

        @Test
        void assertsIt(LoopRunner runner) {
            assertThatThrownBy(() -> runner.runCoroutine(() -> runner.loop().supply(InnocentCases::bite)))
                    .isInstanceOf(IOException.class);
        }

        @Test
        void assertsACall(LoopRunner runner) {
            assertThatThrownBy(() -> runner.call(() -> bite())).isInstanceOf(IOException.class);
        }

        @Test
        void expectsIt(LoopRunner runner) {
            runner.execute(() -> {
                throw new IllegalStateException("the cat slept");
            });
            assertThat(runner.expectUncaught(IllegalStateException.class)).hasMessage("the cat slept");
        }

        @Test
        void leavesWorkRunning(LoopRunner runner) {
            runner.start(() -> runner.loop().newFuture());
            runner.start(Coroutine.async(() -> Coroutine.await(new CompletableFuture<>())));
            runner.loop().scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS);
            runner.settle();
        }

        @Test
        void cancels(LoopRunner runner) {
            LoopTask<?> task = runner.start(Coroutine.async(() -> Coroutine.await(new CompletableFuture<>())));
            runner.settle();
            task.cancel();
        }
    }

    @Test
    void keepsAllFailuresOfATest() {
        JupiterRun run = JupiterRun.of(SeveralCases.class);

        Throwable failure = run.failureOf("test");
        assertThat(failure).hasMessageContaining("first");
        assertThat(failure.getSuppressed()).hasSize(2);
        assertThat(failure.getSuppressed()[0]).isInstanceOf(LoopFailure.class).hasMessageContaining("second");
        assertThat(failure.getSuppressed()[1]).isInstanceOf(LoopFailure.class).hasMessageContaining("third");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class SeveralCases {

        @Test
        void test(LoopRunner runner) {
            for (String cat : List.of("first", "second", "third")) {
                runner.execute(() -> {
                    throw new IllegalStateException(cat);
                });
            }
        }
    }

    @Test
    void onlyAddsToATestThatFailsAnyway() {
        FailingCases.SEEN.clear();

        JupiterRun run = JupiterRun.of(FailingCases.class).hasGreenContainers();

        assertThat(run.failureOf("fails")).isSameAs(FailingCases.SEEN.one("thrown", Throwable.class));
        assertThat(run.failureOf("fails").getSuppressed())
                .singleElement()
                .isInstanceOf(LoopFailure.class)
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("a failure on loop \"jdk\" reached nobody: java.lang.IllegalStateException: the cat bit\n");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class FailingCases {

        static final Seen SEEN = new Seen();

        @Test
        void fails(LoopRunner runner) {
            runner.execute(() -> {
                throw new IllegalStateException("the cat bit");
            });
            throw SEEN.note("thrown", new AssertionError("two cats"));
        }
    }

    @Test
    void leavesAnAbortedTestAbortedUnlessSomethingFailed() {
        JupiterRun run = JupiterRun.of(AbortedCases.class).hasGreenContainers();

        assertThat(run.aborted()).containsExactly("plain");
        assertThat(run.failureOf("withAFailure"))
                .isInstanceOf(LoopFailure.class)
                .hasMessageStartingWith(
                        "a failure on loop \"jdk\" reached nobody: java.lang.IllegalStateException: the cat bit\n");
        assertThat(run.failureOf("withAFailure").getSuppressed())
                .singleElement()
                .isInstanceOf(TestAbortedException.class);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class AbortedCases {

        @Test
        void plain(LoopRunner runner) {
            runner.execute(() -> {});
            Assumptions.assumeTrue(false);
        }

        @Test
        void withAFailure(LoopRunner runner) {
            runner.execute(() -> {
                throw new IllegalStateException("the cat bit");
            });
            Assumptions.assumeTrue(false);
        }
    }

    @Test
    void chargesTheClassWithAFailureOnItsLoop() {
        JupiterRun run = JupiterRun.of(SharedLoopCases.class);

        assertThat(run.succeeded()).containsExactly("test", "nested");
        assertThat(run.failedContainers()).containsExactly("SharedLoopCases");
        assertThat(run.failureOf("SharedLoopCases"))
                .isInstanceOf(LoopFailure.class)
                .hasMessageStartingWith(
                        "a failure on loop \"jdk\" reached nobody: java.lang.IllegalStateException: the cat bit\n")
                .hasMessageContaining("\n  test          : ExtensionFailuresTests.SharedLoopCases\n");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class SharedLoopCases {

        @BeforeAll
        static void beforeAll(LoopRunner runner) {
            runner.call(() -> {});
        }

        @Test
        void test(@Loop(scope = Loop.Scope.CLASS) LoopRunner runner) {
            runner.execute(() -> {
                throw new IllegalStateException("the cat bit");
            });
            runner.settle();
        }

        @Nested
        class InnerCases {

            @Test
            void nested(LoopRunner runner) {
                runner.call(() -> {});
            }
        }
    }

    @Test
    void doesNotReportTwiceWhatTheTestFailedWith() {
        JupiterRun run = JupiterRun.of(ReachedCases.class).hasGreenContainers();

        assertThat(run.failed()).hasSize(4);
        for (String test : run.failed()) {
            assertThat(run.failureOf(test)).as(test).isNotInstanceOf(LoopFailure.class);
            assertThat(run.failureOf(test).getSuppressed()).as(test).noneMatch(LoopFailure.class::isInstance);
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ReachedCases {

        private static void failWithWhatFailedOn(LoopRunner runner) {
            IllegalStateException thrown = new IllegalStateException("the cat bit");
            runner.execute(() -> {
                throw thrown;
            });
            throw new AssertionError("the test found out some other way", thrown);
        }

        @Test
        void onItsOwnLoop(LoopRunner runner) {
            failWithWhatFailedOn(runner);
        }

        @Test
        void onTheLoopOfTheClass(@Loop(value = "shared", scope = Loop.Scope.CLASS) LoopRunner runner) {
            failWithWhatFailedOn(runner);
        }

        @Test
        void inACoroutine(LoopRunner runner) {
            runner.runCoroutine(runner.loop().supply(() -> {
                throw new IllegalStateException("the cat bit");
            }));
        }

        @TestFactory
        Stream<DynamicTest> factory(LoopRunner runner) {
            return Stream.of(DynamicTest.dynamicTest("dynamic", () -> failWithWhatFailedOn(runner)));
        }
    }

    @Test
    void chargesTheClassByNameOfTheTestWithWhatFailsAfterItsEnd() {
        LateCases.reset();

        JupiterRun run = JupiterRun.of(LateCases.class);

        assertThat(run.succeeded()).containsExactly("leavesAThread", "next");
        assertThat(run.failedContainers()).containsExactly("LateCases");
        assertThat(run.failureOf("LateCases"))
                .isInstanceOf(LoopFailure.class)
                .hasMessageStartingWith(
                        """
                        a failure on loop "jdk" reached nobody: java.lang.IllegalStateException: too late
                          test          : ExtensionFailuresTests.LateCases.leavesAThread, which had ended before this happened
                          thrown by     : thread "straggler", which was born on the loop
                        """);
    }

    @ExtendWith(LoopRunnerExtension.class)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class LateCases {

        static final Seen SEEN = new Seen();

        static void reset() {
            SEEN.clear();
            SEEN.note("ended", new CountDownLatch(1));
        }

        @Test
        @Order(1)
        void leavesAThread(LoopRunner runner) {
            CountDownLatch ended = SEEN.one("ended", CountDownLatch.class);
            runner.call(() -> {
                Thread thread = new Thread(
                        () -> {
                            while (ended.getCount() > 0) {
                                Thread.onSpinWait(); // whatever interrupts it
                            }
                            throw new IllegalStateException("too late");
                        },
                        "straggler");
                SEEN.note("thread", thread).start();
            });
        }

        @Test
        @Order(2)
        void next(LoopRunner runner) throws InterruptedException {
            SEEN.one("ended", CountDownLatch.class).countDown();
            Bounded.join(SEEN.one("thread", Thread.class));
            runner.call(() -> {});
        }

        @AfterAll
        static void afterAll(LoopRunner runner) {
            runner.call(() -> {});
        }
    }

    @Test
    void isNotFooledByWhatAnotherTestThrows() {
        JupiterRun run = JupiterRun.of(SameExceptionCases.class);

        assertThat(run.failed()).containsExactlyInAnyOrder("observes", "executes");
        assertThat(run.failureOf("executes")).isInstanceOf(LoopFailure.class);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class SameExceptionCases {

        static final IllegalStateException SHARED = new IllegalStateException("one for all");

        @Test
        void observes(LoopRunner runner) {
            runner.call(() -> {
                throw SHARED;
            });
        }

        @Test
        void executes(LoopRunner runner) {
            runner.execute(() -> {
                throw SHARED;
            });
        }
    }
}

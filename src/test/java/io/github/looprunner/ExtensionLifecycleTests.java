package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.testing.JupiterRun;
import io.github.looprunner.testing.Seen;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Tests of every shape, and the order in which what they hold ends. */
class ExtensionLifecycleTests {

    @Test
    void givesEachRepetitionItsOwnRunner() {
        RepeatedCases.SEEN.clear();

        JupiterRun.of(RepeatedCases.class).isGreen(3);

        assertThat(RepeatedCases.SEEN.all("runner")).hasSize(3).doesNotHaveDuplicates();
        assertThat(RepeatedCases.SEEN.all("owner"))
                .containsExactly(
                        "ExtensionLifecycleTests.RepeatedCases.test[1]",
                        "ExtensionLifecycleTests.RepeatedCases.test[2]",
                        "ExtensionLifecycleTests.RepeatedCases.test[3]");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class RepeatedCases {

        static final Seen SEEN = new Seen();

        @RepeatedTest(3)
        void test(LoopRunner runner) {
            SEEN.note("runner", runner);
            SEEN.note("owner", runner.scope().name());
        }
    }

    @Test
    void givesEachInvocationOfATemplateItsOwnRunner() {
        TemplateCases.SEEN.clear();

        JupiterRun.of(TemplateCases.class).isGreen(2);

        assertThat(TemplateCases.SEEN.all("runner")).hasSize(2).doesNotHaveDuplicates();
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class TemplateCases {

        static final Seen SEEN = new Seen();

        @TestTemplate
        @ExtendWith(Twice.class)
        void test(LoopRunner runner) {
            runner.call(() -> {});
            SEEN.note("runner", runner);
        }
    }

    static final class Twice implements TestTemplateInvocationContextProvider {

        @Override
        public boolean supportsTestTemplate(ExtensionContext context) {
            return true;
        }

        @Override
        public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
            return Stream.of(new TestTemplateInvocationContext() {}, new TestTemplateInvocationContext() {});
        }
    }

    @Test
    void lendsTheLoopOfAFactoryToItsDynamicTests() {
        FactoryCases.SEEN.clear();

        JupiterRun.of(FactoryCases.class).isGreen(3);

        assertThat(FactoryCases.SEEN.all("alive")).containsExactly(true, true, true);
        assertThat(FactoryCases.SEEN.all("after"))
                .as("the factory's runner after its tests")
                .containsExactly(FactoryCases.SEEN.one("factory", LoopRunner.class));
        assertThat(FactoryCases.SEEN.one("factory", LoopRunner.class).loop().isTerminated())
                .isTrue();
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class FactoryCases {

        static final Seen SEEN = new Seen();

        @TestFactory
        Stream<DynamicNode> tests(LoopRunner runner) {
            SEEN.note("factory", runner);
            return Stream.of(
                    DynamicTest.dynamicTest("one", () -> SEEN.note("alive", runner.call(() -> true))),
                    DynamicTest.dynamicTest("two", () -> SEEN.note("alive", runner.call(() -> true))),
                    DynamicContainer.dynamicContainer(
                            "box",
                            List.of(DynamicTest.dynamicTest(
                                    "three", () -> SEEN.note("alive", runner.call(() -> true))))));
        }

        @AfterEach
        void after(LoopRunner runner) {
            SEEN.note("after", runner);
        }
    }

    @Test
    void keepsTheRunnerAliveUntilTheLastLifecycleMethod() {
        OrderCases.SEEN.clear();

        JupiterRun.of(OrderCases.class).isGreen(2);

        assertThat(OrderCases.SEEN.all("order"))
                .containsExactly(
                        "beforeAll",
                        "beforeEach",
                        "test",
                        "afterEach",
                        "close second",
                        "close first",
                        "beforeEach",
                        "beforeEach of nested",
                        "nested test",
                        "afterEach of nested",
                        "afterEach",
                        "close first",
                        "afterAll",
                        "close shared");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class OrderCases {

        static final Seen SEEN = new Seen();

        static void note(String what, LoopRunner runner) {
            SEEN.note("order", runner.call(() -> what));
        }

        @BeforeAll
        static void beforeAll(LoopRunner runner) {
            note("beforeAll", runner);
            runner.manage(() -> note("close shared", runner));
        }

        @BeforeEach
        void beforeEach(LoopRunner runner) {
            note("beforeEach", runner);
            runner.manage(() -> note("close first", runner));
        }

        @Test
        void test(LoopRunner runner) {
            note("test", runner);
            runner.manage(() -> note("close second", runner));
        }

        @AfterEach
        void afterEach(LoopRunner runner) {
            note("afterEach", runner);
        }

        @AfterAll
        static void afterAll(LoopRunner runner) {
            note("afterAll", runner);
        }

        @Nested
        class InnerCases {

            @BeforeEach
            void beforeEachOfNested(LoopRunner runner) {
                note("beforeEach of nested", runner);
            }

            @Test
            void nested(LoopRunner runner) {
                note("nested test", runner);
            }

            @AfterEach
            void afterEachOfNested(LoopRunner runner) {
                note("afterEach of nested", runner);
            }
        }
    }

    @Test
    void refusesARunnerOfATestThatHasEnded() {
        LeavingCases.SEEN.clear();
        JupiterRun.of(LeavingCases.class).isGreen(1);
        LoopRunner left = LeavingCases.SEEN.one("runner", LoopRunner.class);

        assertThatThrownBy(() -> left.execute(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the runner of ExtensionLifecycleTests.LeavingCases.test is closed, so it cannot execute a"
                        + " task; use a runner of the running test");
        assertThatThrownBy(() -> left.loop().execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("a lambda of ExtensionLifecycleTests was submitted to loop \"jdk\" of"
                        + " ExtensionLifecycleTests.LeavingCases.test, which was shut down at the end of"
                        + " ExtensionLifecycleTests.LeavingCases.test; submit before that, or use a loop of the running"
                        + " test");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class LeavingCases {

        static final Seen SEEN = new Seen();

        @Test
        void test(LoopRunner runner) {
            SEEN.note("runner", runner);
        }
    }

    @Test
    void startsNoThreadForALoopThatIsNotUsed() {
        UnusedCases.SEEN.clear();

        JupiterRun.of(UnusedCases.class).isGreen(1);

        assertThat(UnusedCases.SEEN.all("thread")).isEmpty();
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class UnusedCases {

        static final Seen SEEN = new Seen();

        @Test
        void test(LoopRunner runner) {
            Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> name.contains("ExtensionLifecycleTests.UnusedCases"))
                    .forEach(name -> SEEN.note("thread", name));
        }
    }
}

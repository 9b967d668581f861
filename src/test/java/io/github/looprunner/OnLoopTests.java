package io.github.looprunner;

import static io.github.looprunner.Coroutine.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.testing.JupiterRun;
import io.github.looprunner.testing.Seen;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnLoopTests {

    @Test
    void runsAMethodOnTheLoopOfItsTest() {
        JupiterRun.of(MethodCases.class).isGreen(2);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class MethodCases {

        @Test
        @OnLoop
        void onTheLoop(LoopRunner runner, EventLoop loop) {
            assertThat(runner.loop().inEventLoop()).isTrue();
            assertThat(EventLoop.current()).isSameAs(loop);
            assertThat(await(loop.supply(() -> "tabby"))).isEqualTo("tabby");
        }

        @Test
        void offTheLoop(EventLoop loop) {
            assertThat(loop.inEventLoop()).isFalse();
            assertThat(EventLoop.current()).isNull();
        }
    }

    @Test
    void runsEveryMethodOfAClassOnTheLoop() {
        ClassCases.SEEN.clear();

        JupiterRun.of(ClassCases.class).isGreen(2);

        assertThat(ClassCases.SEEN.all("loop of the test")).hasSize(7).doesNotContain("none");
        assertThat(ClassCases.SEEN.all("loop of the class"))
                .hasSize(2)
                .containsOnly(ClassCases.SEEN.all("loop of the class").get(0))
                .doesNotContain("none");
    }

    @OnLoop
    static class ClassCases {

        static final Seen SEEN = new Seen();

        private static void note(String whose) {
            EventLoop loop = EventLoop.current();
            SEEN.note(whose, loop == null ? "none" : loop);
        }

        @BeforeAll
        static void beforeAll() {
            note("loop of the class");
        }

        @BeforeEach
        void beforeEach() {
            note("loop of the test");
        }

        @Test
        void test() {
            note("loop of the test");
            await(CompletableFuture.runAsync(() -> {}));
        }

        @AfterEach
        void afterEach() {
            note("loop of the test");
        }

        @AfterAll
        static void afterAll() {
            note("loop of the class");
        }

        @Nested
        class InnerCases {

            @BeforeEach
            void beforeEachOfNested() {
                note("loop of the test");
            }

            @Test
            void nested() {
                note("loop of the test");
            }
        }
    }

    @Test
    void runsSingleLifecycleMethodsOnTheLoop() {
        LifecycleCases.SEEN.clear();

        JupiterRun.of(LifecycleCases.class).isGreen(1);

        assertThat(LifecycleCases.SEEN.all("on the loop")).containsExactly(true, true, false, true, true);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class LifecycleCases {

        static final Seen SEEN = new Seen();

        @BeforeAll
        @OnLoop
        static void beforeAll(LoopRunner runner) {
            SEEN.note("on the loop", runner.loop().inEventLoop());
        }

        @BeforeEach
        @OnLoop
        void beforeEach(LoopRunner runner) {
            SEEN.note("on the loop", runner.loop().inEventLoop());
        }

        @Test
        void test(LoopRunner runner) {
            SEEN.note("on the loop", runner.loop().inEventLoop());
        }

        @AfterEach
        @OnLoop
        void afterEach(LoopRunner runner) {
            SEEN.note("on the loop", runner.loop().inEventLoop());
        }

        @AfterAll
        @OnLoop
        static void afterAll(LoopRunner runner) {
            SEEN.note("on the loop", runner.loop().inEventLoop());
        }
    }

    @Test
    void runsTestsOfEveryShapeOnTheLoop() {
        ShapesCases.SEEN.clear();

        JupiterRun.of(ShapesCases.class).isGreen(6);

        assertThat(ShapesCases.SEEN.all("on the loop")).hasSize(7).containsOnly(true);
    }

    @OnLoop
    static class ShapesCases {

        static final Seen SEEN = new Seen();

        @RepeatedTest(2)
        void repeated(EventLoop loop) {
            SEEN.note("on the loop", loop.inEventLoop());
        }

        @ParameterizedTest
        @ValueSource(strings = {"tabby", "manx"})
        void parameterized(String cat, EventLoop loop) {
            SEEN.note("on the loop", loop.inEventLoop());
        }

        @TestFactory
        Stream<DynamicTest> dynamic(EventLoop loop) {
            SEEN.note("on the loop", loop.inEventLoop());
            return Stream.of("one", "two")
                    .map(name -> DynamicTest.dynamicTest(name, () -> {
                        assertThat(await(loop.supply(() -> name))).isEqualTo(name);
                        SEEN.note("on the loop", loop.inEventLoop());
                    }));
        }
    }

    @Test
    void letsWhatTheBodyThrowsThrough() {
        ThrowingCases.SEEN.clear();

        JupiterRun run = JupiterRun.of(ThrowingCases.class);

        assertThat(run.failureOf("checked")).isSameAs(ThrowingCases.SEEN.one("checked", Throwable.class));
        assertThat(run.failureOf("asserted")).isSameAs(ThrowingCases.SEEN.one("asserted", Throwable.class));
        assertThat(run.failureOf("awaited")).isSameAs(ThrowingCases.SEEN.one("awaited", Throwable.class));
        assertThat(Messages.suppressedIn(run.failureOf("checked")))
                .hasMessage(
                        "the test waited in runCoroutine at OnLoopTests.ThrowingCases.checked for a coroutine on loop"
                                + " \"jdk\"");
        assertThat(run.aborted()).containsExactly("aborted");
        assertThat(run.hasGreenContainers().failed()).hasSize(3);
    }

    @OnLoop
    static class ThrowingCases {

        static final Seen SEEN = new Seen();

        @Test
        void checked() throws IOException {
            throw SEEN.note("checked", new IOException("the cat ran away"));
        }

        @Test
        void asserted() {
            throw SEEN.note("asserted", new AssertionError("two cats"));
        }

        @Test
        void awaited(EventLoop loop) {
            await(loop.supply(() -> {
                throw SEEN.note("awaited", new IOException("the cat bit"));
            }));
        }

        @Test
        void aborted() {
            Assumptions.assumeTrue(false, "no cat");
        }
    }

    @Test
    void copiesTheContextClassLoader() {
        JupiterRun.of(ClassLoaderCases.class).isGreen(1);
    }

    /** What the test thread has when its first loop is asked for. */
    @ExtendWith({OwnClassLoader.class, LoopRunnerExtension.class})
    static class ClassLoaderCases {

        @Test
        @OnLoop
        void test() {
            assertThat(Thread.currentThread().getContextClassLoader()).isInstanceOf(URLClassLoader.class);
        }
    }

    static final class OwnClassLoader implements BeforeEachCallback {

        private static final String KEY = "previous";

        @Override
        public void beforeEach(ExtensionContext context) {
            Thread thread = Thread.currentThread();
            ClassLoader previous = thread.getContextClassLoader();
            thread.setContextClassLoader(new URLClassLoader(new URL[0], previous));
            context.getStore(ExtensionContext.Namespace.create(OwnClassLoader.class))
                    .put(KEY, new Restoring(thread, previous));
        }
    }

    @SuppressWarnings("deprecation") // JUnit before 5.13 closes nothing else
    record Restoring(Thread thread, ClassLoader previous)
            implements ExtensionContext.Store.CloseableResource, AutoCloseable {

        @Override
        public void close() {
            thread.setContextClassLoader(previous);
        }
    }

    /** Slow: the bound of the wait, and another 100 ms to tell late from never. */
    @Test
    @Tag("slow")
    void boundsTheBody() {
        EndlessCases.SEEN.clear();

        JupiterRun run = JupiterRun.of(EndlessCases.class);

        assertThat(run.failureOf("test")).isInstanceOf(LoopFailure.class);
        LoopFailure failure = (LoopFailure) run.failureOf("test");
        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                        OnLoopTests.EndlessCases.test timed out after 100 ms: loop "jdk" is idle, so only another thread could \
                        complete it
                          waited for    : a coroutine on loop "jdk"
                          waited at     : OnLoopTests.EndlessCases.test
                          loop "jdk"    : idle for N ms; 0 ready, 0 timers; last ran a coroutine
                          coroutines    : a coroutine, awaits a future made at OnLoopTests.java:N at OnLoopTests.EndlessCases.test \
                        (OnLoopTests.java:N)
                          next          : complete it on every path, also on failure; or allow more time with \
                        runner.within(...)""");
        assertThat(run.succeeded()).containsExactly("other");
        assertThat(EndlessCases.SEEN.all("ended")).hasSize(1);
    }

    @OnLoop
    static class EndlessCases {

        static final Seen SEEN = new Seen();

        @Test
        @LoopTimeout(value = 100, unit = TimeUnit.MILLISECONDS)
        void test(EventLoop loop) {
            try {
                await(loop.newFuture());
            } finally {
                SEEN.note("ended", List.of());
            }
        }

        @Test
        void other(EventLoop loop) {
            assertThat(loop.inEventLoop()).isTrue();
        }
    }
}

package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.testing.JupiterRun;
import io.github.looprunner.testing.Seen;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Scheduler;

class ExtensionInjectionTests {

    @Test
    void givesOneTestTheSameRunnerEverywhere() {
        EverywhereCases.SEEN.clear();

        JupiterRun.of(EverywhereCases.class).isGreen(2);

        List<Object> first = EverywhereCases.SEEN.all("first");
        List<Object> second = EverywhereCases.SEEN.all("second");
        assertThat(first).hasSize(5).containsOnly(first.get(0));
        assertThat(second).hasSize(5).containsOnly(second.get(0)).doesNotContain(first.get(0));
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class EverywhereCases {

        static final Seen SEEN = new Seen();
        private final LoopRunner constructed;
        private LoopRunner before;

        EverywhereCases(LoopRunner constructed) {
            this.constructed = constructed;
        }

        @BeforeEach
        void before(LoopRunner runner) {
            before = runner;
        }

        @Test
        void first(LoopRunner runner, @Loop LoopRunner annotated) {
            note("first", runner, annotated);
        }

        @Test
        void second(LoopRunner runner, @Loop LoopRunner annotated) {
            note("second", runner, annotated);
        }

        private void note(String test, LoopRunner runner, LoopRunner annotated) {
            List.of(constructed, before, runner, annotated).forEach(each -> SEEN.note(test, each));
        }

        @AfterEach
        void after(LoopRunner runner, TestInfo test) {
            SEEN.note(test.getTestMethod().orElseThrow().getName(), runner);
        }
    }

    @Test
    void givesClassLevelMethodsTheRunnerOfTheClass() {
        ClassLevelCases.SEEN.clear();

        JupiterRun.of(ClassLevelCases.class).isGreen(1);

        assertThat(ClassLevelCases.SEEN.one("beforeAll", LoopRunner.class))
                .isSameAs(ClassLevelCases.SEEN.one("afterAll", LoopRunner.class))
                .isSameAs(ClassLevelCases.SEEN.one("asked for", LoopRunner.class))
                .isNotSameAs(ClassLevelCases.SEEN.one("test", LoopRunner.class));
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ClassLevelCases {

        static final Seen SEEN = new Seen();

        @BeforeAll
        static void beforeAll(LoopRunner runner) {
            SEEN.note("beforeAll", runner);
        }

        @Test
        void test(LoopRunner runner, @Loop(scope = Loop.Scope.CLASS) LoopRunner ofClass) {
            SEEN.note("test", runner);
            SEEN.note("asked for", ofClass);
        }

        @AfterAll
        static void afterAll(LoopRunner runner) {
            SEEN.note("afterAll", runner);
        }
    }

    @Test
    void givesTheConstructorOfASharedInstanceTheRunnerOfTheClass() {
        SharedInstanceCases.SEEN.clear();

        JupiterRun.of(SharedInstanceCases.class).isGreen(2);

        assertThat(SharedInstanceCases.SEEN.one("constructor", LoopRunner.class))
                .isSameAs(SharedInstanceCases.SEEN.one("beforeAll", LoopRunner.class));
        assertThat(SharedInstanceCases.SEEN.all("test"))
                .hasSize(2)
                .doesNotHaveDuplicates()
                .doesNotContain(SharedInstanceCases.SEEN.one("constructor", LoopRunner.class));
    }

    @TestInstance(Lifecycle.PER_CLASS)
    @ExtendWith(LoopRunnerExtension.class)
    static class SharedInstanceCases {

        static final Seen SEEN = new Seen();

        SharedInstanceCases(LoopRunner runner) {
            SEEN.note("constructor", runner);
        }

        @BeforeAll
        void beforeAll(LoopRunner runner) {
            SEEN.note("beforeAll", runner);
        }

        @Test
        void one(LoopRunner runner) {
            SEEN.note("test", runner);
        }

        @Test
        void another(LoopRunner runner) {
            SEEN.note("test", runner);
        }
    }

    @Test
    void givesANameItsOwnLoop() {
        JupiterRun.of(NamedCases.class).isGreen(1);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class NamedCases {

        @BeforeEach
        void before(@Loop("client") LoopRunner client) {
            client.execute(() -> {});
        }

        @Test
        void test(
                LoopRunner plain,
                @Loop("client") LoopRunner client,
                @Loop("client") EventLoop again,
                @Loop("server") LoopRunner server,
                @Loop(kind = "jdk") LoopRunner ofTheDefaultKind) {
            assertThat(client.loop()).isSameAs(again).isNotSameAs(server.loop()).isNotSameAs(plain.loop());
            assertThat(client.loop().name()).isEqualTo("client");
            assertThat(plain.loop().name()).isEqualTo("jdk");
            assertThat(ofTheDefaultKind).isSameAs(plain);
            assertThat(threadNameOf(plain)).isEqualTo("loop-runner ExtensionInjectionTests.NamedCases.test");
            assertThat(threadNameOf(client)).isEqualTo("loop-runner ExtensionInjectionTests.NamedCases.test client");
        }

        private static String threadNameOf(LoopRunner runner) {
            return runner.call(() -> Thread.currentThread().getName());
        }
    }

    @Test
    void refusesTwoKindsForOneName() {
        JupiterRun run = JupiterRun.of(ConflictCases.class);

        assertThat(run.failureOf("test"))
                .isInstanceOf(ParameterResolutionException.class)
                .cause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "@Loop(value = \"client\", kind = \"virtual-thread\") asks for a loop that exists already with"
                                + " kind \"jdk\"; give them two names");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ConflictCases {

        @Test
        void test(
                @Loop("client") LoopRunner client, @Loop(value = "client", kind = "virtual-thread") LoopRunner other) {}
    }

    @Test
    void refusesAnUnknownKind() {
        JupiterRun run = JupiterRun.of(UnknownKindCases.class);

        assertThat(run.failureOf("test"))
                .isInstanceOf(ParameterResolutionException.class)
                .cause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("loop kind (netty-nooo) is unknown; known kinds are jdk, virtual-thread");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class UnknownKindCases {

        @Test
        void test(@Loop(kind = "netty-nooo") LoopRunner runner) {}
    }

    @Test
    void injectsTheLoopAndWithTheAnnotationWhatTheJdkCallsIt() {
        JupiterRun.of(TypesCases.class).isGreen(1);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class TypesCases {

        @Test
        void test(
                LoopRunner runner,
                EventLoop loop,
                @Loop Executor executor,
                @Loop ExecutorService service,
                @Loop ScheduledExecutorService scheduled,
                @Loop Clock clock) {
            assertThat(List.of(loop, executor, service, scheduled)).containsOnly(runner.loop());
            assertThat(clock.instant()).isNotNull();
        }
    }

    @Test
    void leavesTypesOfTheJdkToOthersUnlessAnnotated() {
        JupiterRun run = JupiterRun.of(PlainExecutorCases.class);

        assertThat(run.failureOf("test"))
                .isInstanceOf(ParameterResolutionException.class)
                .hasMessageContaining("No ParameterResolver registered");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class PlainExecutorCases {

        @Test
        void test(Executor executor) {}
    }

    @Test
    void refusesToInjectWhatIsNoLoop() {
        JupiterRun run = JupiterRun.of(NoLoopCases.class);

        assertThat(run.failureOf("test"))
                .isInstanceOf(ParameterResolutionException.class)
                .hasMessage(
                        "@Loop cannot inject a java.lang.String: loop \"jdk\" of kind jdk has no native object of type"
                                + " java.lang.String; take a loop of a kind that is built on one. @Loop injects LoopRunner,"
                                + " EventLoop, Clock, Executor, ExecutorService, ScheduledExecutorService, and what a loop of its kind unwraps to, as @Loop(kind = \"vertx\")"
                                + " does to Vertx");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class NoLoopCases {

        @Test
        void test(@Loop String text) {}
    }

    @Test
    void injectsWhatALoopUnwrapsTo() {
        JupiterRun.of(NativeCases.class).isGreen(2);
    }

    static class NativeCases {

        @Test
        void ofVertx(@Loop(kind = "vertx") Vertx vertx, @Loop(kind = "vertx") LoopRunner runner) {
            assertThat(runner.call(() -> Vertx.currentContext().owner())).isSameAs(vertx);
        }

        @Test
        void ofReactor(@Loop Scheduler scheduler, LoopRunner runner) {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            scheduler.schedule(() -> thread.complete(Thread.currentThread()));

            assertThat(runner.runCoroutine(thread)).isSameAs(runner.loop().thread());
        }
    }

    @Test
    void comesAfterTheArgumentsOfAParameterizedTest() {
        ParameterizedCases.SEEN.clear();

        JupiterRun.of(ParameterizedCases.class).isGreen(2);

        assertThat(ParameterizedCases.SEEN.all("runner")).hasSize(2).doesNotHaveDuplicates();
        assertThat(ParameterizedCases.SEEN.all("thread"))
                .containsExactly(
                        "loop-runner ExtensionInjectionTests.ParameterizedCases.test[1]",
                        "loop-runner ExtensionInjectionTests.ParameterizedCases.test[2]");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ParameterizedCases {

        static final Seen SEEN = new Seen();

        @ParameterizedTest
        @ValueSource(strings = {"tabby", "manx"})
        void test(String cat, LoopRunner runner) {
            assertThat(cat).isIn("tabby", "manx");
            SEEN.note("runner", runner);
            SEEN.note("thread", runner.call(() -> Thread.currentThread().getName()));
        }
    }

    @Test
    void sharesALoopOfTheClassAmongItsTestsAndItsNestedOnes() {
        SharedLoopCases.SEEN.clear();

        JupiterRun.of(SharedLoopCases.class).isGreen(4);

        List<LoopRunner> shared = SharedLoopCases.SEEN.all("shared", LoopRunner.class);
        assertThat(shared).hasSize(4).containsOnly(shared.get(0));
        assertThat(SharedLoopCases.SEEN.all("thread ended")).containsOnly(false);
        assertThat(shared.get(0).loop().isTerminated()).isTrue();
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class SharedLoopCases {

        static final Seen SEEN = new Seen();

        @Test
        void one(@Loop(value = "shared", scope = Loop.Scope.CLASS) LoopRunner runner) {
            note(runner);
        }

        @Test
        void another(@Loop(value = "shared", scope = Loop.Scope.CLASS) LoopRunner runner) {
            note(runner);
        }

        static void note(LoopRunner runner) {
            SEEN.note("shared", runner);
            SEEN.note("thread ended", !runner.call(() -> Thread.currentThread().isAlive()));
        }

        @Nested
        class InnerCases {

            @Test
            void one(@Loop(value = "shared", scope = Loop.Scope.CLASS) LoopRunner runner) {
                note(runner);
            }
        }

        @Nested
        class OtherInnerCases {

            @Test
            void one(@Loop(value = "shared", scope = Loop.Scope.CLASS) LoopRunner runner) {
                note(runner);
            }
        }
    }

    @Test
    void prefersTheLoopOfTheNearestClassThatHasOne() {
        NearestCases.SEEN.clear();

        JupiterRun.of(NearestCases.class).isGreen(3);

        LoopRunner outer = NearestCases.SEEN.one("outer", LoopRunner.class);
        assertThat(NearestCases.SEEN.one("test", LoopRunner.class)).isSameAs(outer);
        assertThat(NearestCases.SEEN.one("nested test", LoopRunner.class)).isSameAs(outer);
        assertThat(NearestCases.SEEN.one("nested shared", LoopRunner.class))
                .isSameAs(NearestCases.SEEN.one("nested constructor", LoopRunner.class))
                .isNotSameAs(outer);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class NearestCases {

        static final Seen SEEN = new Seen();

        @BeforeAll
        static void beforeAll(LoopRunner runner) {
            SEEN.note("outer", runner);
        }

        @Test
        void test(@Loop(scope = Loop.Scope.CLASS) LoopRunner runner) {
            SEEN.note("test", runner);
        }

        @Nested
        class WithoutItsOwnCases {

            @Test
            void test(@Loop(scope = Loop.Scope.CLASS) LoopRunner runner) {
                SEEN.note("nested test", runner);
            }
        }

        @Nested
        @TestInstance(Lifecycle.PER_CLASS)
        class WithItsOwnCases {

            WithItsOwnCases(LoopRunner runner) {
                SEEN.note("nested constructor", runner);
            }

            @Test
            void test(@Loop(scope = Loop.Scope.CLASS) LoopRunner runner) {
                SEEN.note("nested shared", runner);
            }
        }
    }

    @Test
    void givesInnerAndOuterConstructorsTheRunnerOfTheTest() {
        NestedConstructorsCases.SEEN.clear();

        JupiterRun.of(NestedConstructorsCases.class).isGreen(3);

        NestedConstructorsCases.SEEN.keywords().forEach(test -> {
            List<Object> runners = NestedConstructorsCases.SEEN.all(test);
            assertThat(runners).as(test).containsOnly(runners.get(0));
        });
        assertThat(List.of(
                        NestedConstructorsCases.SEEN.all("outer").get(0),
                        NestedConstructorsCases.SEEN.all("first").get(0),
                        NestedConstructorsCases.SEEN.all("second").get(0)))
                .doesNotHaveDuplicates();
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class NestedConstructorsCases {

        static final Seen SEEN = new Seen();
        private final LoopRunner outer;

        NestedConstructorsCases(LoopRunner outer) {
            this.outer = outer;
        }

        @Test
        void outer(LoopRunner runner) {
            SEEN.note("outer", outer);
            SEEN.note("outer", runner);
        }

        @Nested
        class InnerCases {

            private final LoopRunner inner;

            InnerCases(LoopRunner inner) {
                this.inner = inner;
            }

            @BeforeEach
            void before(LoopRunner runner) {
                assertThat(runner).isSameAs(inner);
            }

            @Test
            void first(LoopRunner runner) {
                List.of(outer, inner, runner).forEach(each -> SEEN.note("first", each));
            }

            @Test
            void second(LoopRunner runner) {
                List.of(outer, inner, runner).forEach(each -> SEEN.note("second", each));
            }
        }
    }

    @Test
    void givesTheOuterConstructorAloneTheRunnerOfTheNestedTest() {
        OuterConstructorCases.SEEN.clear();

        JupiterRun.of(OuterConstructorCases.class).isGreen(2);

        assertThat(OuterConstructorCases.SEEN.all("constructor"))
                .hasSize(2)
                .doesNotHaveDuplicates()
                .isEqualTo(OuterConstructorCases.SEEN.all("test"));
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class OuterConstructorCases {

        static final Seen SEEN = new Seen();

        OuterConstructorCases(LoopRunner runner) {
            SEEN.note("constructor", runner);
        }

        @Nested
        class InnerCases {

            @Test
            void first(LoopRunner runner) {
                SEEN.note("test", runner);
            }

            @Test
            void second(LoopRunner runner) {
                SEEN.note("test", runner);
            }
        }
    }

    @Test
    void sharesNothingWithATestWhoseConstructorFailed() {
        FailingConstructorCases.SEEN.clear();

        JupiterRun run = JupiterRun.of(FailingConstructorCases.class);

        assertThat(run.failed()).hasSize(1);
        assertThat(run.succeeded()).hasSize(1);
        List<LoopRunner> runners = FailingConstructorCases.SEEN.all("runner", LoopRunner.class);
        assertThat(runners).hasSize(2).doesNotHaveDuplicates();
        assertThat(runners).allMatch(runner -> runner.loop().isTerminated());
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class FailingConstructorCases {

        static final Seen SEEN = new Seen();

        FailingConstructorCases(LoopRunner runner) {
            if (SEEN.note("runner", runner) == SEEN.all("runner").get(0)) {
                throw new IllegalStateException("the first construction fails");
            }
        }

        @Test
        void one() {}

        @Test
        void another() {}
    }
}

package io.github.looprunner;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.looprunner.VirtualTime.Mode;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.testing.JupiterRun;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.commons.support.ReflectionSupport;

class TestOnLoopsTests {

    private static final String ABSENT = "loop kind (absent) cannot run here: it has no tail; add one";
    private static final String TIMELESS =
            "loop kind (timeless) cannot have virtual time: its clock is on the wall; kinds that have it are "
                    + String.join(
                            ", ",
                            kinds(factory -> factory.unavailable().isEmpty()
                                    && factory.noVirtualTime().isEmpty()))
                    + ", own";

    /** Returns the kinds of this library that fit. */
    private static List<String> kinds(Predicate<EventLoopFactory> fits) {
        return EventLoopFactory.all().stream()
                .filter(fits)
                .map(EventLoopFactory::kind)
                .toList();
    }

    // Kinds

    @Test
    void runsOnceOnEachKind() {
        JupiterRun run = FurtherKinds.run(EachKindCases.class).isGreen(2);

        assertThat(run.displayNames()).containsExactly("[1] own", "[2] jdk");
        assertThat(run.succeeded()).containsExactly("test[1]", "test[2]");
    }

    static class EachKindCases {

        private LoopRunner before;

        @BeforeEach
        void before(LoopRunner before, TestInfo test) {
            this.before = before;
            assertThat(kindOf(test)).isEqualTo(before.loop().kind());
        }

        @TestOnLoops({"own", "jdk"})
        void test(
                LoopRunner runner,
                EventLoop loop,
                @Loop Executor executor,
                @Loop("client") LoopRunner client,
                @Loop(kind = "own") LoopRunner own,
                @Loop(kind = "jdk") LoopRunner jdk,
                TestInfo test) {
            String kind = kindOf(test);
            assertThat(runner).isSameAs(before).isSameAs(kind.equals("own") ? own : jdk);
            assertThat(runner.loop()).isSameAs(loop).isSameAs(executor);
            assertThat(runner.loop().name()).isEqualTo(kind);
            assertThat(client.loop()).isNotSameAs(loop);
            assertThat(client.loop().kind()).isEqualTo(kind);
            assertThat(own.loop().kind()).isEqualTo("own");
            assertThat(jdk.loop().kind()).isEqualTo("jdk");
        }

        @AfterEach
        void after(LoopRunner after) {
            assertThat(after).isSameAs(before);
        }
    }

    private static String kindOf(TestInfo test) {
        return kindOf(test.getDisplayName());
    }

    private static String kindOf(String displayName) {
        return displayName.substring(displayName.indexOf(' ') + 1);
    }

    @Test
    void namesTheLoopsThreadByTheNumberOfTheRun() {
        JupiterRun.of(ThreadNameCases.class).isGreen(1);
    }

    static class ThreadNameCases {

        @TestOnLoops("jdk")
        void test(LoopRunner runner) {
            assertThat(runner.call(() -> Thread.currentThread().getName()))
                    .isEqualTo("loop-runner TestOnLoopsTests.ThreadNameCases.test[1]");
        }
    }

    @Test
    void runsOnEveryKindOfTheClassPathUnlessSomeAreNamed() {
        JupiterRun run = FurtherKinds.run(EveryKindCases.class);
        List<String> runnable = kinds(factory -> factory.unavailable().isEmpty());
        List<String> all = kinds(factory -> true);

        run.isGreen(runnable.size() + 2);
        assertThat(run.displayNames().stream().map(TestOnLoopsTests::kindOf))
                .startsWith("jdk", "virtual-thread")
                .containsExactlyElementsOf(Stream.concat(all.stream(), Stream.of("own", "timeless", "absent"))
                        .toList());
        assertThat(run.skipped())
                .hasSize(all.size() - runnable.size() + 1)
                .containsEntry("test[" + (all.size() + 3) + "]", ABSENT);
    }

    static class EveryKindCases {

        @TestOnLoops
        void test(LoopRunner runner, TestInfo test) {
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
        }
    }

    @Test
    void skipsAKindThatCannotRun() {
        JupiterRun run = FurtherKinds.run(AbsentCases.class).isGreen(1);

        assertThat(run.displayNames()).containsExactly("[1] absent", "[2] jdk");
        assertThat(run.succeeded()).containsExactly("test[2]");
        assertThat(run.skipped()).containsExactly(Map.entry("test[1]", ABSENT));
    }

    static class AbsentCases {

        @TestOnLoops({"absent", "jdk"})
        void test(LoopRunner runner) {
            assertThat(runner.loop().kind()).isEqualTo("jdk");
        }
    }

    @Test
    void failsNothingWhereNoKindCanRun() {
        JupiterRun run = FurtherKinds.run(NoKindCases.class).isGreen(0);

        assertThat(run.skipped()).containsExactly(Map.entry("test[1]", ABSENT));
    }

    static class NoKindCases {

        @TestOnLoops("absent")
        void test(LoopRunner runner) {}
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void skipsVirtualThreadsWhereTheJdkHasNone() {
        JupiterRun run = JupiterRun.of(VirtualThreadCases.class).isGreen(1);

        assertThat(run.skipped())
                .containsExactly(Map.entry(
                        "test[2]",
                        "loop kind (virtual-thread) cannot run here: virtual threads need JDK 21 or later, and this is JDK "
                                + Runtime.version().feature()
                                + "; run the tests on a later JDK, or use kind \"jdk\""));
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void runsOnVirtualThreads() {
        JupiterRun run = JupiterRun.of(VirtualThreadCases.class).isGreen(2);

        assertThat(run.displayNames()).containsExactly("[1] jdk", "[2] virtual-thread");
    }

    static class VirtualThreadCases {

        @TestOnLoops({"jdk", "virtual-thread"})
        void test(LoopRunner runner, TestInfo test) {
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
        }
    }

    /** As a developer does who wants to see what a disabled test would do. */
    @Test
    void failsAKindThatCannotRunWhereJunitSkipsNothing() {
        JupiterRun run = FurtherKinds.run(
                JupiterRun.with(Map.of("junit.jupiter.conditions.deactivate", "*")), AbsentCases.class);

        assertThat(run.succeeded()).containsExactly("test[2]");
        assertThat(run.failureOf("test[1]"))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(ABSENT);
    }

    // Mistakes

    @Test
    void refusesAnUnknownKind() {
        JupiterRun run = JupiterRun.of(UnknownCases.class, EmptyCases.class);

        assertThat(run.succeeded()).isEmpty();
        assertThat(run.failureOf("unknown"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("loop kind (netty-nooo) is unknown; known kinds are jdk, virtual-thread");
        assertThat(run.failureOf("empty"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("loop kind () is unknown; known kinds are jdk, virtual-thread");
    }

    static class UnknownCases {

        @TestOnLoops({"jdk", "netty-nooo"})
        void unknown(LoopRunner runner) {}
    }

    static class EmptyCases {

        @TestOnLoops("")
        void empty(LoopRunner runner) {}
    }

    @Test
    void refusesAKindThatIsNamedTwice() {
        JupiterRun run = JupiterRun.of(TwiceCases.class);

        assertThat(run.succeeded()).isEmpty();
        assertThat(run.failureOf("test"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("@TestOnLoops (jdk, virtual-thread, jdk) must not name jdk twice");
    }

    static class TwiceCases {

        @TestOnLoops({"jdk", "virtual-thread", "jdk"})
        void test(LoopRunner runner) {}
    }

    @Test
    void refusesToStandBesideOtherRepetitions() {
        JupiterRun run = JupiterRun.of(RepeatedCases.class);

        assertThat(run.failureOf("test"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "RepeatedCases.test has @RepeatedTest and @TestOnLoops, which JUnit runs one after the other,"
                                + " not one within the other; give it one of them");
    }

    static class RepeatedCases {

        @RepeatedTest(2)
        @TestOnLoops("jdk")
        void test(LoopRunner runner) {}
    }

    // Virtual time

    @Test
    void skipsAKindWithoutVirtualTimeWhereTheTestHasIt() {
        JupiterRun run = FurtherKinds.run(VirtualCases.class).isGreen(6);

        assertThat(run.succeeded())
                .containsExactlyInAnyOrder(
                        "real[1]", "virtual[2]", "ofTheClass[2]", "inside[2]", "again[1]", "again[2]");
        assertThat(run.skipped())
                .containsOnly(
                        Map.entry("virtual[1]", TIMELESS),
                        Map.entry("ofTheClass[1]", TIMELESS),
                        Map.entry("inside[1]", TIMELESS));
    }

    static class VirtualCases {

        @TestOnLoops("timeless")
        void real(LoopRunner runner) {
            assertThatIllegalStateException().isThrownBy(runner::time);
        }

        @TestOnLoops({"timeless", "own"})
        @VirtualTime
        void virtual(LoopRunner runner) {
            runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));

            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
        }

        @Nested
        @VirtualTime(Mode.MANUAL)
        class OfAClassCases {

            @TestOnLoops({"timeless", "own"})
            void ofTheClass(LoopRunner runner) {
                assertThat(runner.time().elapsed()).isZero();
            }

            @TestOnLoops({"timeless", "own"})
            @VirtualTime(Mode.REAL)
            void again(LoopRunner runner) {
                assertThatIllegalStateException().isThrownBy(runner::time);
            }

            @Nested
            class InnerCases {

                @TestOnLoops({"timeless", "own"})
                void inside(LoopRunner runner) {
                    assertThat(runner.time().elapsed()).isZero();
                }
            }
        }
    }

    @Test
    void givesNoVirtualTimeToAKindWithoutInAnyOtherWay() {
        JupiterRun annotated = FurtherKinds.run(TimelessCases.class);
        JupiterRun configured =
                FurtherKinds.run(JupiterRun.with(Map.of("looprunner.kind", "timeless")), ConfiguredCases.class);
        JupiterRun registered = FurtherKinds.run(RegisteredTimelessCases.class);

        assertThat(annotated.succeeded()).containsExactly("builder");
        assertThat(annotated.failureOf("annotated"))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(TIMELESS);
        assertThat(configured.failureOf("test")).hasRootCauseMessage(TIMELESS);
        assertThat(registered.failureOf("test")).hasRootCauseMessage(TIMELESS);
    }

    static class TimelessCases {

        @Test
        @VirtualTime
        void annotated(LoopRunner runner, @Loop(kind = "timeless") LoopRunner timeless) {}

        @Test
        void builder() {
            assertThatIllegalStateException()
                    .isThrownBy(() ->
                            LoopRunner.builder().kind("timeless").virtualTime().start())
                    .withMessageStartingWith(
                            "loop kind (timeless) cannot have virtual time: its clock is on the wall;");
            assertThatIllegalStateException()
                    .isThrownBy(() -> LoopRunner.builder()
                            .loop(new FurtherKinds.Timeless())
                            .virtualTime(Mode.MANUAL)
                            .start())
                    .withMessageStartingWith(
                            "loop kind (timeless) cannot have virtual time: its clock is on the wall;");
            LoopRunner.builder().kind("timeless").start().close();
        }
    }

    static class ConfiguredCases {

        @Test
        @VirtualTime
        void test(LoopRunner runner) {}
    }

    static class RegisteredTimelessCases {

        @RegisterExtension
        static final LoopRunnerExtension LOOPS =
                LoopRunnerExtension.builder().kind("timeless").build();

        @Test
        @VirtualTime
        void test(LoopRunner runner) {}
    }

    // Beside what else sets up a test

    @Test
    void goesBeforeTheBuilderAndTheConfiguration() {
        JupiterRun.Setup configured = JupiterRun.with(Map.of("looprunner.kind", "timeless"));

        FurtherKinds.run(configured, StaticFieldCases.class).isGreen(4).hasGreenContainers();
        FurtherKinds.run(configured, InstanceFieldCases.class).isGreen(4);
        FurtherKinds.run(configured, EachKindCases.class).isGreen(2);
    }

    static class StaticFieldCases {

        @RegisterExtension
        static final LoopRunnerExtension LOOPS = LoopRunnerExtension.builder()
                .kind("timeless")
                .timeout(Duration.ofSeconds(7))
                .build();

        @BeforeAll
        static void beforeAll(LoopRunner runner) {
            assertThat(runner.loop().kind()).isEqualTo("timeless");
        }

        @TestOnLoops({"own", "jdk"})
        void test(LoopRunner runner, TestInfo test) {
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @TestOnLoops("own")
        @LoopTimeout(3)
        void bounded(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(3));
        }

        @Test
        void without(LoopRunner runner) {
            assertThat(runner.loop().kind()).isEqualTo("timeless");
        }
    }

    static class InstanceFieldCases {

        @RegisterExtension
        final LoopRunnerExtension loops = LoopRunnerExtension.builder()
                .kind("timeless")
                .timeout(Duration.ofSeconds(7))
                .build();

        @TestOnLoops({"own", "jdk"})
        void test(LoopRunner runner, TestInfo test) {
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @Test
        void without(LoopRunner runner) {
            assertThat(runner.loop().kind()).isEqualTo("timeless");
        }

        @Nested
        class InnerCases {

            @TestOnLoops("own")
            void nested(LoopRunner runner) {
                assertThat(runner.loop().kind()).isEqualTo("own");
            }
        }
    }

    @Test
    void runsOnceWhereTheExtensionIsThereTwice() {
        FurtherKinds.run(ThereTwiceCases.class).isGreen(2);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ThereTwiceCases {

        @RegisterExtension
        static final LoopRunnerExtension LOOPS =
                LoopRunnerExtension.builder().kind("timeless").build();

        @TestOnLoops({"own", "jdk"})
        void test(LoopRunner runner, TestInfo test) {
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
        }
    }

    @Test
    void runsWhereJunitFindsTheExtension() {
        JupiterRun.with(Map.of("junit.jupiter.extensions.autodetection.enabled", "true"))
                .run(ThreadNameCases.class)
                .isGreen(1);
    }

    @Test
    void runsABodyOnTheLoopOfItsKind() {
        FurtherKinds.run(OnLoopCases.class).isGreen(4);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class OnLoopCases {

        @BeforeEach
        @OnLoop
        void before(LoopRunner runner) {
            assertThat(runner.loop().inEventLoop()).isTrue();
        }

        @TestOnLoops({"own", "jdk"})
        @OnLoop
        void test(LoopRunner runner, TestInfo test) {
            assertThat(runner.loop().inEventLoop()).isTrue();
            assertThat(EventLoop.current()).isSameAs(runner.loop());
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
        }

        @Nested
        @OnLoop
        class InnerCases {

            @TestOnLoops({"own", "jdk"})
            void nested(LoopRunner runner, TestInfo test) {
                assertThat(runner.loop().inEventLoop()).isTrue();
                assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
            }
        }
    }

    @Test
    void standsBesideParametersAndExtensionsOfOthers() {
        FurtherKinds.run(OtherResolverCases.class).isGreen(2);
    }

    @ExtendWith(CatResolver.class)
    static class OtherResolverCases {

        @TestOnLoops({"own", "jdk"})
        void test(String cat, LoopRunner runner, TestInfo test) {
            assertThat(cat).isEqualTo("Garfield on " + kindOf(test));
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
        }
    }

    /** Asks for the runner before the extension of the test takes notice of the run. */
    static final class CatResolver implements ParameterResolver, BeforeEachCallback {

        @Override
        public void beforeEach(ExtensionContext context) {
            LoopRunnerExtension.runner(context).call(() -> {});
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == String.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return "Garfield on " + LoopRunnerExtension.runner(context).loop().kind();
        }
    }

    @Test
    void mayBeCarriedByAnAnnotationOfTheUsersOwn() {
        FurtherKinds.run(ComposedCases.class).isGreen(2);
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @TestOnLoops({"own", "jdk"})
    @LoopTimeout(7)
    @interface TestOnBoth {}

    static class ComposedCases {

        @TestOnBoth
        void test(LoopRunner runner, TestInfo test) {
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    // Classes

    @Test
    void isInherited() {
        FurtherKinds.run(InheritingCases.class).isGreen(4);
    }

    abstract static class ParentCases {

        LoopRunner before;

        @BeforeEach
        void before(LoopRunner before) {
            this.before = before;
        }

        @TestOnLoops({"own", "jdk"})
        void inherited(LoopRunner runner, TestInfo test) {
            assertThat(runner).isSameAs(before);
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class InheritingCases extends ParentCases {

        @Nested
        class InnerCases extends ParentCases {}
    }

    @Test
    void leavesTheLoopsOfTheClassAsTheyAre() {
        FurtherKinds.run(ClassLoopCases.class).isGreen(2).hasGreenContainers();
        FurtherKinds.run(SharedInstanceCases.class).isGreen(3).hasGreenContainers();
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ClassLoopCases {

        @BeforeAll
        static void beforeAll(LoopRunner ofTheClass) {
            assertThat(ofTheClass.loop().kind()).isEqualTo("jdk");
        }

        @TestOnLoops({"own", "timeless"})
        void test(
                LoopRunner runner,
                @Loop(scope = Loop.Scope.CLASS) LoopRunner ofTheClass,
                @Loop(value = "late", scope = Loop.Scope.CLASS) LoopRunner late) {
            assertThat(runner.loop().kind()).isNotEqualTo("jdk");
            assertThat(ofTheClass.loop().kind()).isEqualTo("jdk");
            assertThat(late.loop().kind()).isEqualTo("jdk");
        }
    }

    @TestInstance(Lifecycle.PER_CLASS)
    @ExtendWith(LoopRunnerExtension.class)
    static class SharedInstanceCases {

        private final LoopRunner ofTheClass;

        SharedInstanceCases(LoopRunner ofTheClass) {
            this.ofTheClass = ofTheClass;
        }

        @TestOnLoops({"own", "jdk", "absent"})
        void test(LoopRunner runner, TestInfo test) {
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
            assertThat(runner.loop()).isNotSameAs(ofTheClass.loop());
            assertThat(ofTheClass.loop().kind()).isEqualTo("jdk");
        }

        @Nested
        class InnerCases {

            @TestOnLoops("own")
            void nested(LoopRunner runner) {
                assertThat(runner.loop().kind()).isEqualTo("own");
            }
        }
    }

    // Constructors

    @Test
    @EnabledIf("constructsForAKnownTest")
    void givesTheConstructorALoopOfTheKind() {
        JupiterRun run = FurtherKinds.run(ConstructedCases.class).isGreen(4);

        assertThat(run.skipped()).containsOnlyKeys("test[3]", "nested[3]");
        FurtherKinds.run(NamedConstructedCases.class).isGreen(2);
    }

    static boolean constructsForAKnownTest() {
        return ReflectionSupport.tryToLoadClass("org.junit.jupiter.api.extension.TestInstantiationAwareExtension")
                .toOptional()
                .isPresent();
    }

    @Test
    @DisabledIf("constructsForAKnownTest")
    void refusesAConstructorThatTookALoopTooSoon() {
        JupiterRun run = FurtherKinds.run(ConstructedCases.class);

        assertThat(run.succeeded()).containsExactlyInAnyOrder("test[2]", "nested[2]");
        assertThat(run.skipped()).containsOnlyKeys("test[3]", "nested[3]");
        assertThat(run.failureOf("test[1]"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a constructor took a loop before it was known that the test is for kind \"own\", not for"
                        + " \"jdk\"; take the loop in a @BeforeEach method instead, or use JUnit 5.12 or later");
        assertThat(run.failureOf("nested[1]")).isInstanceOf(IllegalStateException.class);
        assertThat(FurtherKinds.run(NamedConstructedCases.class).failed()).containsExactly("named[1]");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ConstructedCases {

        private final LoopRunner constructed;

        ConstructedCases(LoopRunner constructed) {
            this.constructed = constructed;
        }

        @TestOnLoops({"own", "jdk", "absent"})
        void test(LoopRunner runner, TestInfo test) {
            assertThat(runner).isSameAs(constructed);
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
        }

        @Nested
        class InnerCases {

            @TestOnLoops({"own", "jdk", "absent"})
            void nested(LoopRunner runner, TestInfo test) {
                assertThat(runner).isSameAs(constructed);
                assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
            }
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class NamedConstructedCases {

        private final LoopRunner constructed;

        NamedConstructedCases(@Loop("client") LoopRunner constructed) {
            this.constructed = constructed;
        }

        @TestOnLoops({"own", "jdk"})
        void named(@Loop("client") LoopRunner client, TestInfo test) {
            assertThat(client).isSameAs(constructed);
            assertThat(client.loop().kind()).isEqualTo(kindOf(test));
        }
    }

    // Parallel tests

    @Test
    void runsItsKindsAtOnceWhereJunitRunsTestsInParallel() {
        FurtherKinds.run(JupiterRun.inParallel(4), ParallelCases.class).isGreen(2);
    }

    static class ParallelCases {

        static final CountDownLatch TOGETHER = new CountDownLatch(2);

        private LoopRunner before;

        @BeforeEach
        void before(LoopRunner before) {
            this.before = before;
        }

        @TestOnLoops({"own", "jdk", "absent"})
        void test(LoopRunner runner, TestInfo test) throws InterruptedException {
            TOGETHER.countDown();
            assertThat(TOGETHER.await(10, TimeUnit.SECONDS)).isTrue();

            assertThat(runner).isSameAs(before);
            assertThat(runner.loop().kind()).isEqualTo(kindOf(test));
        }
    }
}

package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.JupiterRun;
import io.github.looprunner.testing.Seen;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExtensionRegistrationTests {

    private static final Map<String, String> AUTODETECTION =
            Map.of("junit.jupiter.extensions.autodetection.enabled", "true");

    @Test
    void theAnnotationOfAParameterIsEnough() {
        JupiterRun.of(LoopAloneCases.class).isGreen(3);
    }

    static class LoopAloneCases {

        @BeforeAll
        static void beforeAll(@Loop LoopRunner runner) {
            runner.call(() -> {});
        }

        @Test
        void one(@Loop LoopRunner runner) {
            runner.call(() -> {});
        }

        @Test
        void another(@Loop("client") LoopRunner client, LoopRunner runner) {
            assertThat(client).isNotSameAs(runner);
        }

        @Nested
        class InnerCases {

            @Test
            void nested(@Loop LoopRunner runner) {
                runner.call(() -> {});
            }
        }
    }

    /** Each test brings an extension of its own, and JUnit before 5.12 constructs all instances in the class's context. */
    @Test
    void theAnnotationOfATestsParameterServesEveryTest() {
        JupiterRun.of(ParameterOnlyCases.class).isGreen(3);
    }

    static class ParameterOnlyCases {

        private final LoopRunner constructed;

        ParameterOnlyCases(LoopRunner constructed) {
            this.constructed = constructed;
        }

        @Test
        void one(@Loop LoopRunner runner) {
            assertThat(runner).isSameAs(constructed);
        }

        @Test
        void another(@Loop LoopRunner runner) {
            assertThat(runner).isSameAs(constructed);
        }

        @Test
        void third(@Loop LoopRunner runner) {
            assertThat(runner).isSameAs(constructed);
        }
    }

    @Test
    void theAnnotationOfATimeoutOrOfTheLoopIsEnough() {
        JupiterRun.of(TimeoutAloneCases.class).isGreen(2);
    }

    static class TimeoutAloneCases {

        @Test
        @LoopTimeout(7)
        void bounded(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @Test
        @OnLoop
        void onTheLoop(LoopRunner runner) {
            assertThat(runner.loop().inEventLoop()).isTrue();
        }
    }

    @Test
    void anAnnotationOfTheUsersOwnMayCarryOurs() {
        JupiterRun.of(ComposedCases.class).isGreen(1);
    }

    @Target(ElementType.PARAMETER)
    @Retention(RetentionPolicy.RUNTIME)
    @Loop("client")
    @interface Client {}

    @Target({ElementType.METHOD, ElementType.TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @Test
    @OnLoop
    @LoopTimeout(7)
    @interface LoopTest {}

    static class ComposedCases {

        @LoopTest
        void test(@Client LoopRunner client, @Loop("client") LoopRunner again, LoopRunner runner) {
            assertThat(client).isSameAs(again);
            assertThat(runner.loop().inEventLoop()).isTrue();
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @Test
    void inheritsWhatASuperclassAsksFor() {
        JupiterRun.of(InheritingCases.class).isGreen(2);
    }

    @OnLoop
    @LoopTimeout(7)
    abstract static class ParentCases {

        @Test
        void inherited(LoopRunner runner) {
            assertThat(runner.loop().inEventLoop()).isTrue();
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    static class InheritingCases extends ParentCases {

        @Test
        void own(LoopRunner runner) {
            assertThat(runner.loop().inEventLoop()).isTrue();
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @Test
    void aStaticFieldSetsUpTheTestsOfAClass() {
        JupiterRun.of(StaticFieldCases.class).isGreen(2);
    }

    static class StaticFieldCases {

        @RegisterExtension
        static final LoopRunnerExtension LOOPS =
                LoopRunnerExtension.builder().timeout(Duration.ofSeconds(7)).build();

        StaticFieldCases(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @BeforeAll
        static void beforeAll(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @Test
        void test(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @Nested
        class InnerCases {

            @Test
            void nested(LoopRunner runner) {
                assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
            }
        }
    }

    @Test
    void anInstanceFieldSetsUpTheTestsOfAnInstance() {
        JupiterRun.of(InstanceFieldCases.class).isGreen(2);
    }

    static class InstanceFieldCases {

        @RegisterExtension
        final LoopRunnerExtension loops =
                LoopRunnerExtension.builder().timeout(Duration.ofSeconds(7)).build();

        @Test
        void one(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @Test
        void another(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @Test
    void aFieldThatIsSetUpGoesBeforeTheAnnotation() {
        JupiterRun.of(StaticAndAnnotatedCases.class, InstanceAndAnnotatedCases.class, SharedInstanceCases.class)
                .isGreen(3);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class StaticAndAnnotatedCases extends StaticFieldParent {

        StaticAndAnnotatedCases(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @Test
        void test(LoopRunner runner, @Loop("other") LoopRunner other) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
            assertThat(other.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class InstanceAndAnnotatedCases {

        @RegisterExtension
        final LoopRunnerExtension loops =
                LoopRunnerExtension.builder().timeout(Duration.ofSeconds(7)).build();

        @Test
        void test(LoopRunner runner, @Loop("other") LoopRunner other) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
            assertThat(other.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    /** JUnit constructs the one instance of such a class before it calls anybody's beforeAll. */
    @TestInstance(Lifecycle.PER_CLASS)
    @ExtendWith(LoopRunnerExtension.class)
    static class SharedInstanceCases extends StaticFieldParent {

        SharedInstanceCases(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @Test
        void test(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }
    }

    abstract static class StaticFieldParent {

        @RegisterExtension
        static final LoopRunnerExtension LOOPS =
                LoopRunnerExtension.builder().timeout(Duration.ofSeconds(7)).build();
    }

    @Test
    void aNestedClassMaySetUpItsOwn() {
        JupiterRun.of(NestedFieldCases.class).isGreen(2);
    }

    static class NestedFieldCases extends StaticFieldParent {

        @Test
        void outer(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @Nested
        class InnerCases {

            @RegisterExtension
            static final LoopRunnerExtension NESTED =
                    LoopRunnerExtension.builder().timeout(Duration.ofSeconds(3)).build();

            @Test
            void inner(LoopRunner runner) {
                assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(3));
            }
        }
    }

    @Test
    void isFoundByJunitWhereThatIsSwitchedOn() {
        JupiterRun.with(AUTODETECTION).run(BareCases.class).isGreen(1);
    }

    static class BareCases {

        BareCases(LoopRunner runner) {
            runner.call(() -> {});
        }

        @Test
        void test(LoopRunner runner) {
            runner.call(() -> {});
        }
    }

    @Test
    void mayBeFoundAndAskedForAtOnce() {
        FoundAndAskedForCases.SEEN.clear();

        JupiterRun.with(AUTODETECTION)
                .run(FoundAndAskedForCases.class, StaticFieldCases.class, InstanceAndAnnotatedCases.class)
                .isGreen(5);

        assertThat(FoundAndAskedForCases.SEEN.all("body")).hasSize(1);
    }

    @ExtendWith(LoopRunnerExtension.class)
    @OnLoop
    static class FoundAndAskedForCases {

        static final Seen SEEN = new Seen();
        private final LoopRunner constructed;

        FoundAndAskedForCases(LoopRunner constructed) {
            this.constructed = constructed;
        }

        @Test
        void one(LoopRunner runner, @Loop LoopRunner again) {
            SEEN.note("body", "ran");
            assertThat(runner).isSameAs(again).isSameAs(constructed);
            assertThat(runner.loop().inEventLoop()).isTrue();
        }

        @Nested
        class InnerCases {

            @Test
            void nested(@Loop("client") LoopRunner client, LoopRunner runner) {
                assertThat(runner).isSameAs(constructed).isNotSameAs(client);
            }
        }
    }

    @Test
    void givesItsRunnersToExtensionsOfOthers() {
        AskedCases.SEEN.clear();

        JupiterRun.of(AskedCases.class).isGreen(5).hasGreenContainers();

        assertThat(AskedCases.SEEN.all("asked")).isEqualTo(AskedCases.SEEN.all("injected"));
        assertThat(AskedCases.SEEN.all("asked")).hasSize(7);
    }

    @ExtendWith(Asking.class)
    static class AskedCases {

        static final Seen SEEN = new Seen();

        @RegisterExtension
        final LoopRunnerExtension loops =
                LoopRunnerExtension.builder().timeout(Duration.ofMinutes(7)).build();

        @BeforeAll
        static void beforeAll(@Loop LoopRunner runner) {
            SEEN.note("injected", runner.loop());
        }

        @BeforeEach
        void isAsked() {}

        @Test
        void injects(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofMinutes(7));
            SEEN.note("injected", runner.loop());
        }

        @Test
        void injectsNothing() {
            SEEN.note("injected", SEEN.all("asked").get(SEEN.all("asked").size() - 1));
        }

        @RepeatedTest(2)
        void repeats(LoopRunner runner) {
            SEEN.note("injected", runner.loop());
        }

        @TestFactory
        DynamicTest makes(LoopRunner runner) {
            SEEN.note("injected", runner.loop());
            return DynamicTest.dynamicTest("dynamic", () -> SEEN.note("injected", runner.loop()));
        }
    }

    /** Asks for the runner before JUnit injects it. */
    static final class Asking implements InvocationInterceptor {

        @Override
        public void interceptBeforeAllMethod(
                Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
                throws Throwable {
            note(invocation, context);
        }

        @Override
        public void interceptBeforeEachMethod(
                Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
                throws Throwable {
            note(invocation, context);
        }

        @Override
        public void interceptDynamicTest(
                Invocation<Void> invocation, DynamicTestInvocationContext test, ExtensionContext context)
                throws Throwable {
            note(invocation, context);
        }

        private static void note(Invocation<Void> invocation, ExtensionContext context) throws Throwable {
            AskedCases.SEEN.note("asked", LoopRunnerExtension.runner(context).loop());
            invocation.proceed();
        }
    }
}

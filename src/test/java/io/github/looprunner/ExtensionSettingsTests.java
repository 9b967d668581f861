package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.looprunner.testing.JupiterRun;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtensionSettingsTests {

    @Test
    void waitsTenSecondsUnlessToldOtherwise() {
        assertThat(boundWith(Map.of())).isEqualTo(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @CsvSource({"3 s, PT3S", "500ms, PT0.5S", "2 m, PT2M", "PT4S, PT4S", "7, PT7S"})
    void takesTheTimeoutFromTheConfiguration(String text, Duration expected) {
        assertThat(boundWith(Map.of("looprunner.timeout", text))).isEqualTo(expected);
    }

    @Test
    void multipliesEveryTimeout() {
        assertThat(boundWith(Map.of("looprunner.timeout", "3 s", "looprunner.timeout.multiplier", "2.5")))
                .isEqualTo(Duration.ofMillis(7500));
    }

    private static Duration boundWith(Map<String, String> parameters) {
        return Duration.parse(
                JupiterRun.with(parameters).run(BoundCases.class).isGreen(1).reported("bound"));
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class BoundCases {

        @Test
        void test(LoopRunner runner, TestReporter reporter) {
            Duration bound = runner.limit().time();
            reporter.publishEntry("bound", bound == null ? "none" : bound.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "looprunner.timeout               | soon     | looprunner.timeout (soon) must be a time such as 10 s, 500 ms, 2 m or PT10S",
                "looprunner.timeout               | 0 s      | looprunner.timeout (PT0S) must be positive; for a wait that is long name a long time, such as 5 minutes",
                "looprunner.timeout.multiplier    | -1       | looprunner.timeout.multiplier (-1) must be a positive number such as 2.5",
                "looprunner.timeout.multiplier    | twice    | looprunner.timeout.multiplier (twice) must be a positive number such as 2.5",
                "looprunner.silence               | a while  | looprunner.silence (a while) must be a time such as 10 s, 500 ms, 2 m or PT10S",
                "looprunner.submissionSites       | most     | looprunner.submissionSites (most) must be all, some or none"
            })
    void refusesAnInvalidSetting(String key, String value, String message) {
        JupiterRun run = JupiterRun.with(Map.of(key, value)).run(BoundCases.class);

        assertThat(run.failureOf("test"))
                .cause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    /** With the default both would time out in half a second. */
    @ParameterizedTest
    @CsvSource({"0 ms, NEVER", "1 h, TIMED_OUT"})
    void isSilentForAsLongAsItIsToldBeforeAVerdict(String silence, String verdict) {
        Map<String, String> settings = Map.of("looprunner.silence", silence, "looprunner.timeout", "500 ms");

        assertThat(JupiterRun.with(settings).run(SilenceCases.class).reported("verdict"))
                .isEqualTo(verdict);
    }

    static class SilenceCases {

        @Test
        @VirtualTime
        void test(LoopRunner runner, TestReporter reporter) throws InterruptedException {
            Thread couldAct =
                    new Thread(() -> LockSupport.parkNanos(Duration.ofHours(1).toNanos()), "could act");
            couldAct.start();
            while (couldAct.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }

            reporter.publishEntry(
                    "verdict", verdict(() -> runner.runCoroutine(runner.loop().newFuture())));

            LockSupport.unpark(couldAct);
            couldAct.join();
        }
    }

    @ParameterizedTest
    @CsvSource({"0 ms, none", "1 h, TIMED_OUT"})
    void waitsAsLongAsItIsToldForBytesOnTheirWay(String cushion, String verdict) {
        Map<String, String> settings = Map.of("looprunner.cushion", cushion, "looprunner.timeout", "500 ms");

        assertThat(JupiterRun.with(settings).run(CushionCases.class).reported("verdict"))
                .isEqualTo(verdict);
    }

    static class CushionCases {

        @Test
        @VirtualTime
        void test(LoopRunner runner, TestReporter reporter) {
            runner.loop().channelGroup();
            CompletableFuture<String> purr =
                    runner.loop().<String>newFuture().completeOnTimeout("purr", 1, TimeUnit.HOURS);

            reporter.publishEntry("verdict", verdict(() -> runner.runCoroutine(purr)));
        }
    }

    private static String verdict(ThrowingCallable wait) {
        return catchThrowable(wait) instanceof LoopFailure failure
                ? failure.verdict().name()
                : "none";
    }

    @Test
    void refusesAnUnknownKindInTheConfiguration() {
        JupiterRun run =
                JupiterRun.with(Map.of("looprunner.kind", "netty-nooo")).run(BoundCases.class);

        assertThat(run.failureOf("test"))
                .cause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("loop kind (netty-nooo) is unknown; known kinds are jdk, virtual-thread");
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void saysWhatAKindNeedsThatCannotRunHere() {
        JupiterRun run =
                JupiterRun.with(Map.of("looprunner.kind", "virtual-thread")).run(BoundCases.class);

        assertThat(run.failureOf("test"))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "loop kind (virtual-thread) cannot run here: virtual threads need JDK 21 or later, and this is"
                                + " JDK " + Runtime.version().feature()
                                + "; run the tests on a later JDK, or use kind \"jdk\"");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void takesTheKindFromTheConfiguration() {
        JupiterRun.with(Map.of("looprunner.kind", "virtual-thread"))
                .run(VirtualCases.class)
                .isGreen(2);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class VirtualCases {

        private LoopRunner before;

        @BeforeEach
        void before(@Loop(kind = "virtual-thread") LoopRunner before) {
            this.before = before;
        }

        @Test
        void test(LoopRunner runner, @Loop(kind = "jdk") LoopRunner jdk) {
            assertThat(runner).isSameAs(before).isNotSameAs(jdk);
            assertThat(runner.loop().kind()).isEqualTo("virtual-thread");
            assertThat(jdk.loop().kind()).isEqualTo("jdk");
            assertThat(runner.call(() -> Thread.currentThread().getName()))
                    .isEqualTo("loop-runner ExtensionSettingsTests.VirtualCases.test");
        }

        @Test
        @OnLoop
        void onTheLoop(LoopRunner runner) {
            assertThat(runner.loop().inEventLoop()).isTrue();
            assertThat(Coroutine.await(runner.loop().supply(() -> "tabby"))).isEqualTo("tabby");
        }

        @AfterEach
        void after(LoopRunner runner) {
            runner.call(() -> {});
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void takesTheKindFromTheBuilder() {
        JupiterRun.of(BuiltKindCases.class).isGreen(1);
    }

    static class BuiltKindCases {

        @RegisterExtension
        static final LoopRunnerExtension LOOPS =
                LoopRunnerExtension.builder().kind("virtual-thread").build();

        @Test
        void test(LoopRunner runner) {
            assertThat(runner.loop().kind()).isEqualTo("virtual-thread");
        }
    }

    @Test
    void prefersTheNearestAnnotation() {
        JupiterRun.with(Map.of("looprunner.timeout", "5 s"))
                .run(AnnotatedCases.class)
                .isGreen(5);
    }

    @LoopTimeout(7)
    static class AnnotatedCases {

        @Test
        void ofTheClass(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @Test
        @LoopTimeout(value = 3, unit = TimeUnit.MINUTES)
        void ofTheMethod(LoopRunner runner, @Loop("other") LoopRunner other) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofMinutes(3));
            assertThat(other.limit().time()).isEqualTo(Duration.ofMinutes(3));
        }

        @Nested
        class InnerCases {

            @Test
            void ofTheEnclosingClass(LoopRunner runner) {
                assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
            }
        }

        @Nested
        @LoopTimeout(2)
        class AnnotatedInnerCases {

            @Test
            void ofTheNestedClass(LoopRunner runner) {
                assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(2));
            }

            @Test
            void ofTheClassForItsLoop(@Loop(scope = Loop.Scope.CLASS) LoopRunner runner) {
                assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
            }
        }
    }

    @Test
    void prefersTheAnnotationToTheBuilderToTheConfiguration() {
        JupiterRun.with(Map.of("looprunner.timeout", "5 s"))
                .run(BuiltCases.class)
                .isGreen(2);
    }

    static class BuiltCases {

        @RegisterExtension
        static final LoopRunnerExtension LOOPS =
                LoopRunnerExtension.builder().timeout(Duration.ofSeconds(7)).build();

        @Test
        void built(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(7));
        }

        @Test
        @LoopTimeout(3)
        void annotated(LoopRunner runner) {
            assertThat(runner.limit().time()).isEqualTo(Duration.ofSeconds(3));
        }
    }

    @Test
    void refusesATimeoutThatIsNotPositive() {
        JupiterRun run = JupiterRun.of(ZeroCases.class);

        assertThat(run.failureOf("test"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "@LoopTimeout (PT0S) must be positive; for a wait that is long name a long time, such as 5 minutes");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ZeroCases {

        @Test
        @LoopTimeout(0)
        void test(LoopRunner runner) {}
    }

    @Test
    void recordsSubmissionSitesAsConfigured() {
        assertThat(siteWith("all")).contains("submitted at  : ExtensionSettingsTests.FailingCases.test (");
        assertThat(siteWith("none")).contains("submitted at  : not recorded");
    }

    private static String siteWith(String setting) {
        return JupiterRun.with(Map.of("looprunner.submissionSites", setting))
                .run(FailingCases.class)
                .failureOf("test")
                .getMessage();
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class FailingCases {

        @Test
        void test(LoopRunner runner) {
            runner.execute(() -> {
                throw new IllegalStateException("the cat bit");
            });
        }
    }

    @Test
    void namesTheTestInATimeout() {
        JupiterRun run = JupiterRun.with(Map.of("looprunner.timeout", "10 ms")).run(TimingOutCases.class);

        assertThat(run.failureOf("test"))
                .hasMessageStartingWith("ExtensionSettingsTests.TimingOutCases.test timed out after 10 ms: ");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class TimingOutCases {

        @Test
        void test(LoopRunner runner) {
            runner.runCoroutine(new CompletableFuture<>());
        }
    }
}

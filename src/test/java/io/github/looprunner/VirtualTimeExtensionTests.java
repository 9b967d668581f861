package io.github.looprunner;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.looprunner.VirtualTime.Mode;
import io.github.looprunner.testing.JupiterRun;
import io.github.looprunner.testing.Seen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

class VirtualTimeExtensionTests {

    private static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

    @Nested
    @VirtualTime
    class OnAClass {

        @BeforeEach
        void sleepsWhileSettingUp(LoopRunner runner) {
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ZERO);
            runner.runCoroutine(async(() -> sleep(Duration.ofMinutes(1))));
        }

        @RepeatedTest(3)
        void startsAnewInEachTest(LoopRunner runner, @Loop Clock clock) {
            assertThat(clock.instant()).isEqualTo(START.plusSeconds(60));

            runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));

            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(61));
        }

        @Nested
        class AndOnThoseInside {

            @Test
            @OnLoop
            void runsABodyOnTheLoop(LoopRunner runner) {
                Duration before = runner.time().elapsed();
                sleep(Duration.ofDays(1));

                assertThat(runner.time().elapsed().minus(before)).isEqualTo(Duration.ofDays(1));
            }
        }
    }

    @Nested
    @VirtualTime
    class OnAMethodOfAnAnnotatedClass {

        @Test
        @VirtualTime(Mode.MANUAL)
        void countsLessThanAMethodsOwn(LoopRunner runner) {
            CompletableFuture<String> later = runner.loop().newFuture();
            runner.loop().schedule(() -> later.complete("later"), 1, TimeUnit.HOURS);
            runner.settle();

            assertThat(later).isNotDone();
            runner.time().advanceBy(Duration.ofHours(1));
            assertThat(runner.runCoroutine(later)).isEqualTo("later");
        }
    }

    @Nested
    @ExtendWith(LoopRunnerExtension.class)
    class OnMethods {

        @Test
        @VirtualTime(start = "2026-01-01T12:00:00Z")
        void startsWhenItIsTold(LoopRunner runner) {
            assertThat(runner.loop().clock().instant()).isEqualTo(Instant.parse("2026-01-01T12:00:00Z"));
        }

        @Test
        @VirtualTime
        void givesAllLoopsOfATestOneTime(LoopRunner runner, @Loop("other") LoopRunner other) {
            runner.loop().schedule(() -> other.loop().schedule(() -> {}, 1, TimeUnit.HOURS), 1, TimeUnit.HOURS);

            runner.time().advanceBy(Duration.ofHours(3));

            assertThat(other.time().elapsed()).isEqualTo(Duration.ofHours(3));
        }

        @Test
        @VirtualTime
        @Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
        void worksOnAThreadThatJUnitMadeForTheTest(LoopRunner runner) {
            runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));

            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
        }

        @Test
        void isRealWithoutIt(LoopRunner runner) {
            assertThatIllegalStateException()
                    .isThrownBy(runner::time)
                    .withMessageContaining(
                            "OnMethods.isRealWithoutIt, whose time is real; annotate the test with @VirtualTime");
        }
    }

    @Nested
    @VirtualTime
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    class WithALoopOfTheClass {

        @BeforeAll
        static void opensALoop(LoopRunner runner) {
            runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));
        }

        @Test
        @Order(1)
        void sharesTheTimeOfTheClass(LoopRunner runner) {
            runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));

            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(2));
        }

        @Test
        @Order(2)
        void goesOnFromTestToTest(LoopRunner runner, @Loop(scope = Loop.Scope.CLASS) LoopRunner ofClass) {
            runner.loop().schedule(() -> ofClass.loop().schedule(() -> {}, 1, TimeUnit.HOURS), 1, TimeUnit.HOURS);
            runner.time().advanceBy(Duration.ofHours(2));

            assertThat(ofClass.time().elapsed()).isEqualTo(Duration.ofHours(4));
        }
    }

    @Test
    @Tag("slow") // a test is blocked for a second before that counts as in vain
    void endsATestThatIsBlockedInVain() {
        BlockedCases.SEEN.clear();

        JupiterRun run = JupiterRun.of(BlockedCases.class);

        assertThat(run.failureOf("waitsForALatch"))
                .isInstanceOf(InterruptedException.class)
                .satisfies(thrown -> assertThat(thrown.getSuppressed())
                        .hasAtLeastOneElementOfType(LoopFailure.class)
                        .extracting(Throwable::getMessage)
                        .anyMatch(message -> message.startsWith("the test's thread was blocked for more than a second")
                                && message.contains("VirtualTimeExtensionTests.java:")));
        assertThat(run.failureOf("triesAgain")).isInstanceOf(LoopFailure.class);
        assertThat(BlockedCases.SEEN.all("interrupted after the test")).containsExactly(false, false);
    }

    @Test
    @Tag("slow") // longer than a test is blocked before that counts as in vain
    void letsACheckOfEventuallyTakeItsTime() {
        JupiterRun.of(SlowCheckCases.class).isGreen(1);
    }

    @VirtualTime
    static class SlowCheckCases {

        @Test
        void checks(LoopRunner runner) {
            AtomicInteger fired = new AtomicInteger();
            runner.loop().schedule(fired::incrementAndGet, 1, TimeUnit.HOURS);
            CountDownLatch never = new CountDownLatch(1);

            runner.eventually(() -> {
                runner.eventually(() -> assertThat(fired).hasValueLessThan(2));
                never.await(fired.get() == 0 ? 1300 : 0, TimeUnit.MILLISECONDS);
                assertThat(fired).hasValue(1);
            });
        }
    }

    @VirtualTime
    static class BlockedCases {

        static final Seen SEEN = new Seen();

        private final CountDownLatch never = new CountDownLatch(1);

        @Test
        void waitsForALatch(LoopRunner runner) throws InterruptedException {
            runner.loop().schedule(never::countDown, 1, TimeUnit.HOURS);
            never.await();
        }

        @Test
        void triesAgain(LoopRunner runner) {
            runner.loop().schedule(never::countDown, 1, TimeUnit.HOURS);
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(never::await);
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(never::await);
            Thread.currentThread().interrupt();
        }

        @AfterEach
        void note(LoopRunner runner) {
            SEEN.note("interrupted after the test", Thread.interrupted());
            runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));
        }
    }

    @Nested
    @VirtualTime
    @Timeout(20)
    class UnderATimeoutWithAThreadOfItsOwn {

        @Test
        @Tag("slow") // computes for longer than a test may be blocked
        void mayComputeForLongBeforeItsFirstWait(LoopRunner runner) {
            runner.loop().schedule(() -> {}, 1, TimeUnit.HOURS);
            AtomicBoolean ran = new AtomicBoolean();
            runner.execute(() -> ran.set(true));

            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                spinFor(1300);
                assertThat(ran).isFalse(); // loops move only while the test waits
                runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));
            });

            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
        }

        @Test
        void hasTheMachineToItselfAfterwards(LoopRunner runner) {
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> runner.settle());
            AtomicBoolean ran = new AtomicBoolean();
            runner.execute(() -> ran.set(true));

            spinFor(50);

            assertThat(ran).isFalse();
        }

        @Test
        void isFreedFromALatchBeforeItsFirstWait(LoopRunner runner) {
            CountDownLatch latch = new CountDownLatch(1);

            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                runner.execute(latch::countDown);
                latch.await();
            });
        }

        private static void spinFor(long millis) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    @Tag("slow") // a test is blocked for a second before that counts as in vain
    void endsATestThatIsBlockedInVainOnAThreadOfATimeout() {
        Throwable failure = JupiterRun.of(PreemptivelyBlockedCases.class).failureOf("waitsForALatch");

        assertThat(failure).isInstanceOf(InterruptedException.class).satisfies(thrown -> assertThat(
                        thrown.getSuppressed())
                .hasAtLeastOneElementOfType(LoopFailure.class)
                .extracting(Throwable::getMessage)
                .anyMatch(message -> message.contains("PreemptivelyBlockedCases")));
    }

    @VirtualTime
    static class PreemptivelyBlockedCases {

        @Test
        void waitsForALatch(LoopRunner runner) {
            CountDownLatch never = new CountDownLatch(1);
            runner.loop().schedule(never::countDown, 1, TimeUnit.HOURS);
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> never.await());
        }
    }

    @Test
    void saysWhatAStartMustLookLike() {
        Throwable failure = JupiterRun.of(BadStartCases.class).failureOf("starts");

        assertThat(failure)
                .hasStackTraceContaining(
                        "@VirtualTime(start = \"noon\") must be an instant such as 2000-01-01T00:00:00Z");
    }

    @Test
    void refusesAStartWhereTheTimeOfTheClassGoesOn() {
        JupiterRun run = JupiterRun.of(StartsAgainCases.class);

        assertThat(run.failureOf("startsElsewhere"))
                .hasStackTraceContaining(
                        "@VirtualTime(start = \"2026-03-29T00:59:59Z\") has no effect where the test goes"
                                + " on with the time of its class, which has loops and began at 2000-01-01T00:00:00Z; set what"
                                + " clocks show with runner.time().setWallClock(...)");
        assertThat(run.succeeded()).containsExactly("hasAnotherMode");
    }

    @VirtualTime
    static class StartsAgainCases {

        @BeforeAll
        static void opensALoop(LoopRunner runner) {}

        @Test
        @VirtualTime(start = "2026-03-29T00:59:59Z")
        void startsElsewhere(LoopRunner runner) {}

        @Test
        @VirtualTime(VirtualTime.Mode.MANUAL)
        void hasAnotherMode(LoopRunner runner) {}
    }

    @Test
    void refusesALimitOfPeriodicTimersThatIsNotPositive() {
        assertThat(JupiterRun.of(BadLimitCases.class).failureOf("starts"))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("@VirtualTime(periodicLimit = 0) must be positive");
    }

    @VirtualTime(periodicLimit = 0)
    static class BadLimitCases {

        @Test
        void starts(LoopRunner runner) {}
    }

    @VirtualTime(start = "noon")
    static class BadStartCases {

        @Test
        void starts(LoopRunner runner) {}
    }
}

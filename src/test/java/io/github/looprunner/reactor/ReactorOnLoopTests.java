package io.github.looprunner.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.github.looprunner.Coroutine;
import io.github.looprunner.Loop;
import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.OnLoop;
import io.github.looprunner.VirtualTime;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.JupiterRun;
import io.github.looprunner.testing.Seen;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

@Timeout(60)
@ResourceLock(ReactorOnLoop.LOCK) // the tests of some classes run inside, with locks of their own
class ReactorOnLoopTests {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Seen SEEN = new Seen();

    private final Scheduler parallelBefore = Schedulers.parallel();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @AfterEach
    void reactorIsAsBefore() {
        assertThat(Schedulers.parallel()).isSameAs(parallelBefore);
        assertThat(isOnALoop(parallelBefore)).isFalse();
    }

    @Test
    void putsEveryKindOfTestOnItsLoop() {
        JupiterRun.of(KindsOfTestsCases.class).isGreen(11).hasGreenContainers();

        assertThat(SEEN.all("loop", String.class)).doesNotHaveDuplicates();
    }

    @VirtualTime
    @ReactorOnLoop
    static class KindsOfTestsCases {

        private CompletableFuture<Long> fromBefore;

        @BeforeAll
        static void isNotOnALoopYet() {
            assertThat(isOnALoop(Schedulers.parallel())).isFalse();
        }

        @BeforeEach
        void subscribes() {
            fromBefore = Mono.delay(HOUR).toFuture();
        }

        @AfterEach
        void isStillOnTheLoop(LoopRunner runner) {
            assertThat(isOnALoop(Schedulers.parallel())).isTrue();
            runner.runCoroutine(Mono.delay(HOUR).toFuture());
        }

        @Test
        void test(LoopRunner runner) {
            napsAnHour(runner);
        }

        @RepeatedTest(2)
        void repeated(LoopRunner runner) {
            napsAnHour(runner);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void parameterized(int number, LoopRunner runner) {
            napsAnHour(runner);
        }

        @TestFactory
        List<DynamicTest> dynamic(LoopRunner runner) {
            return List.of(
                    DynamicTest.dynamicTest("one", () -> napsAnHour(runner)),
                    DynamicTest.dynamicTest(
                            "two", () -> runner.runCoroutine(Mono.delay(HOUR).toFuture())));
        }

        @Test
        @OnLoop
        void onTheLoop() {
            assertThat(Coroutine.await(Mono.delay(HOUR).toFuture())).isZero();
        }

        @Test
        void retriesForHours(LoopRunner runner) {
            AtomicInteger tries = new AtomicInteger();
            Mono<String> flaky = Mono.fromCallable(() -> {
                        if (tries.incrementAndGet() < 5) {
                            throw new IOException("try " + tries);
                        }
                        return "Garfield";
                    })
                    .subscribeOn(Schedulers.boundedElastic())
                    .retryWhen(Retry.backoff(10, HOUR).jitter(0));

            assertThat(runner.runCoroutine(flaky.toFuture())).isEqualTo("Garfield");
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1 + 2 + 4 + 8));
        }

        @Nested
        class Inside {

            @Test
            void nested(LoopRunner runner) {
                napsAnHour(runner);
            }

            @Test
            void amongLoops(@Loop("client") LoopRunner client, LoopRunner runner) {
                CompletableFuture<Thread> thread =
                        Mono.delay(HOUR).map(beat -> Thread.currentThread()).toFuture();

                assertThat(client.runCoroutine(thread)).isSameAs(runner.loop().thread());
                assertThat(client.time().elapsed()).isEqualTo(HOUR);
            }
        }

        private void napsAnHour(LoopRunner runner) {
            assertThat(runner.runCoroutine(fromBefore)).isZero();
            assertThat(runner.time().elapsed()).isEqualTo(HOUR);
            SEEN.note("loop", runner.loop() + " " + System.identityHashCode(runner.loop()));
        }
    }

    @Test
    void restoresAfterEachTestHoweverItEnds() {
        JupiterRun run = JupiterRun.of(EndingCases.class);

        assertThat(run.succeeded()).containsExactlyInAnyOrder("passes", "isPlain");
        assertThat(run.failed()).containsExactlyInAnyOrder("fails", "failsOnTheLoop", "leavesATimer");
        assertThat(run.failureOf("fails")).hasMessage("boom").hasNoSuppressedExceptions();
        assertThat(run.failureOf("failsOnTheLoop"))
                .isInstanceOf(LoopFailure.class)
                .hasMessageContaining("IllegalStateException: lost");
        assertThat(run.failureOf("leavesATimer")).hasMessage("with a timer");
    }

    static class EndingCases {

        @BeforeEach
        void noteBefore() {
            SEEN.note("before", Schedulers.single());
        }

        @Test
        void isPlain() {
            assertThat(isOnALoop(Schedulers.parallel())).isFalse();
        }

        @Test
        @ReactorOnLoop
        void passes() {
            assertThat(isOnALoop(Schedulers.parallel())).isTrue();
        }

        @Test
        @ReactorOnLoop
        void fails() {
            throw new IllegalStateException("boom");
        }

        @Test
        @ReactorOnLoop
        void failsOnTheLoop() {
            Schedulers.parallel().schedule(() -> {
                throw new IllegalStateException("lost");
            });
        }

        @Test
        @VirtualTime
        @ReactorOnLoop
        void leavesATimer() {
            Flux.interval(HOUR).subscribe();
            throw new IllegalStateException("with a timer");
        }
    }

    @Test
    void needsNoRunnerAsAParameter() {
        JupiterRun.of(WithoutARunnerCases.class).isGreen(2).hasGreenContainers();
    }

    @ReactorOnLoop
    static class WithoutARunnerCases {

        @Test
        void inRealTime() {
            assertThat(threadOfParallel()).startsWith("loop-runner ");
        }

        @Test
        @VirtualTime
        void inVirtualTime() {
            assertThat(threadOfParallel()).startsWith("loop-runner ");
        }

        private static String threadOfParallel() {
            return Mono.fromCallable(() -> Thread.currentThread().getName())
                    .subscribeOn(Schedulers.parallel())
                    .block();
        }
    }

    @Test
    @Tag("slow") // each test is blocked for a second before that counts as in vain
    void endsATestThatBlocksForAVirtualHour() {
        JupiterRun run = JupiterRun.of(BlockingCases.class);

        for (String test : List.of("withoutARunner", "withARunner")) {
            assertThat(run.failureOf(test))
                    .hasCauseInstanceOf(InterruptedException.class)
                    .satisfies(thrown -> assertThat(thrown.getSuppressed())
                            .filteredOn(LoopFailure.class::isInstance)
                            .singleElement()
                            .extracting(Throwable::getMessage, STRING)
                            .startsWith(
                                    "the test's thread was blocked for more than a second outside the runner's calls")
                            .contains("ReactorOnLoopTests$BlockingCases." + test)
                            .contains("wait with runner.runCoroutine(future)"));
        }
        assertThat(SEEN.all("interrupted after")).containsExactly(false, false);
    }

    @VirtualTime
    @ReactorOnLoop
    static class BlockingCases {

        @Test
        void withoutARunner() {
            Mono.delay(HOUR).block();
        }

        @Test
        void withARunner(LoopRunner runner) {
            runner.settle();
            Mono.delay(HOUR).block();
        }

        @AfterEach
        void note() {
            SEEN.note("interrupted after", Thread.interrupted());
        }
    }

    @Test
    void keepsReactorOnTheLoopUntilResourcesAreClosed() {
        JupiterRun.of(ResourceCases.class).isGreen(1).hasGreenContainers();

        assertThat(SEEN.one("thread at close", String.class)).startsWith("loop-runner ");
    }

    static class ResourceCases {

        @Test
        @ReactorOnLoop
        void closes(LoopRunner runner) {
            runner.manage(() -> SEEN.note("thread at close", WithoutARunnerCases.threadOfParallel()));
        }
    }

    @Test
    void worksWithOneInstanceForAllTests() {
        JupiterRun.of(OneInstanceCases.class).isGreen(3).hasGreenContainers();

        assertThat(SEEN.all("loop")).hasSize(3).doesNotHaveDuplicates();
    }

    @VirtualTime
    @ReactorOnLoop
    @TestInstance(Lifecycle.PER_CLASS)
    static class OneInstanceCases {

        @RepeatedTest(3)
        void naps(LoopRunner runner) {
            runner.runCoroutine(Mono.delay(HOUR).toFuture());
            SEEN.note("loop", runner.loop());
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void takesTheKindOfAnExtensionInAField() {
        JupiterRun.of(FieldCases.class).isGreen(1).hasGreenContainers();
    }

    @ReactorOnLoop
    static class FieldCases {

        @RegisterExtension
        final LoopRunnerExtension loops =
                LoopRunnerExtension.builder().kind("virtual-thread").build();

        @Test
        void runsThere(LoopRunner runner) {
            assertThat(runner.loop().kind()).isEqualTo("virtual-thread");
            assertThat(runner.runCoroutine(Mono.fromCallable(() -> runner.loop().inEventLoop())
                            .subscribeOn(Schedulers.parallel())
                            .toFuture()))
                    .isTrue();
        }
    }

    // In parallel

    @Test
    void letsTestsWaitForEachOther() {
        MeetingCases.RUNNING.set(0);

        JupiterRun.inParallel(8)
                .run(MeetingCases.class, OtherMeetingCases.class, PlainCases.class)
                .isGreen(30)
                .hasGreenContainers();

        assertThat(SEEN.all("running", Integer.class)).hasSize(20).containsOnly(1);
    }

    @VirtualTime
    static class MeetingCases {

        static final AtomicInteger RUNNING = new AtomicInteger();

        static void meet(LoopRunner runner) {
            SEEN.note("running", RUNNING.incrementAndGet());
            Mono<List<Boolean>> beats = Flux.interval(HOUR)
                    .map(beat -> runner.loop().inEventLoop())
                    .take(50)
                    .collectList();

            assertThat(runner.runCoroutine(beats.toFuture())).hasSize(50).containsOnly(true);
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(50));
            RUNNING.decrementAndGet();
        }

        @RepeatedTest(10)
        @ReactorOnLoop
        void meets(LoopRunner runner) {
            meet(runner);
        }
    }

    @VirtualTime
    @ReactorOnLoop
    static class OtherMeetingCases {

        @RepeatedTest(10)
        void meets(LoopRunner runner) {
            MeetingCases.meet(runner);
        }
    }

    /** Has a runner, and nothing to do with Reactor: waits for nobody. */
    @ExtendWith(LoopRunnerExtension.class)
    static class PlainCases {

        @RepeatedTest(10)
        void runs(LoopRunner runner) {
            assertThat(runner.call(() -> "Garfield")).isEqualTo("Garfield");
        }
    }

    @Test
    void refusesATestThatGotPastTheLock() {
        try (LoopRunner other = LoopRunner.builder().name("CatTests.naps").start();
                LoopSchedulers first = LoopSchedulers.install(other.loop())) {
            Throwable failure = JupiterRun.of(KindsOfTestsCases.Inside.class, ResourceCases.class)
                    .failureOf("closes");

            assertThat(failure)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("they are on loop \"jdk\" already, installed at ReactorOnLoopTests.");
            assertThat(first).isNotNull();
        }
    }

    private static boolean isOnALoop(Scheduler scheduler) {
        CountDownLatch ran = new CountDownLatch(1);
        Thread[] seen = new Thread[1];
        scheduler.schedule(() -> {
            seen[0] = Thread.currentThread();
            ran.countDown();
        });
        try {
            Bounded.await(ran);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return seen[0].getName().startsWith("loop-runner ");
    }
}

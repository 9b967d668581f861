package io.github.looprunner;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.await;
import static io.github.looprunner.Coroutine.sleep;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.VirtualTime.Mode;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.testing.JupiterRun;
import io.github.looprunner.testing.Seen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole programs under virtual time: one trace on every run, and one time for each test, however JUnit runs it. */
@Timeout(60)
class VirtualTimeProgramsTests {

    @Test
    void leaveOneTraceOnEveryRunAlsoBesideOthers() {
        BusyCases.TRACES.clear();

        JupiterRun.of(BusyCases.class).isGreen(BusyCases.RUNS);
        JupiterRun.inParallel(4).run(BusyCases.class).isGreen(BusyCases.RUNS);

        List<String> traces = BusyCases.TRACES.all("trace", String.class);
        assertThat(traces).hasSize(2 * BusyCases.RUNS);
        assertThat(traces.get(0).lines()).hasSizeGreaterThan(500);
        assertThat(new HashSet<>(traces)).hasSize(1);
    }

    @Test
    void haveEachTheirOwnTimeInParallel() {
        JupiterRun.inParallel(4).run(NapCases.class).isGreen(20);
    }

    @Test
    void cleanUpAfterAVerdict() {
        DeadlockCases.SEEN.clear();

        JupiterRun run = JupiterRun.of(DeadlockCases.class);

        assertThat(run.failed()).containsExactly("waitsForNothing");
        assertThat(DeadlockCases.SEEN.all("after")).containsExactly("resource", "after each at PT1H");
    }

    /** Three loops with coroutines, timers for the same instant, cancels, timeouts, adopted futures and delayed executors. */
    @VirtualTime
    static class BusyCases {

        static final int RUNS = 100;
        static final Seen TRACES = new Seen();

        private final List<String> trace = new ArrayList<>(); // one loop at a time writes to it

        @RepeatedTest(RUNS)
        void run(@Loop("a") LoopRunner a, @Loop("b") LoopRunner b, @Loop("c") LoopRunner c) {
            List<LoopRunner> runners = List.of(a, b, c);
            Random random = new Random(7);
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                all.addAll(work(
                        "" + i, runners.get(i % 3), runners.get((i + 1) % 3).loop()));
            }
            for (int i = 0; i < 50; i++) {
                spawn(runners, random.nextLong(), 3, "" + i);
            }
            a.runCoroutine(a.loop().allOf(all.toArray(new CompletableFuture<?>[0])));
            a.time().advanceBy(Duration.ofMillis(100));
            a.time().jumpBy(Duration.ofSeconds(1));
            TRACES.note("trace", String.join("\n", trace));
        }

        private List<CompletableFuture<?>> work(String name, LoopRunner runner, EventLoop other) {
            CompletableFuture<?> coroutine = runner.loop().async(() -> {
                for (int round = 0; round < 4; round++) {
                    sleep(Duration.ofMillis(10));
                    note(runner, "woke " + name);
                    await(other.supply(() -> note(runner, "asked " + name)));
                    try {
                        await(other.newFuture().orTimeout(5, MILLISECONDS));
                    } catch (RuntimeException e) {
                        throw e;
                    } catch (Exception e) {
                        note(runner, e.getClass().getSimpleName() + " " + name);
                    }
                }
                return name;
            });
            ScheduledFuture<?> ticker =
                    runner.loop().scheduleAtFixedRate(() -> note(runner, "tick " + name), 10, 10, MILLISECONDS);
            other.schedule(() -> note(runner, "cancel " + name + " " + ticker.cancel(false)), 30, MILLISECONDS);
            CompletableFuture<String> plain = new CompletableFuture<>();
            CompletableFuture<?> adopted =
                    runner.loop().adopt(plain).thenApplyAsync(done -> note(runner, "adopted " + name));
            other.delayedExecutor(Duration.ofMillis(20)).execute(() -> {
                note(runner, "delayed " + name);
                plain.complete("done");
            });
            return List.of(coroutine, adopted);
        }

        private void spawn(List<LoopRunner> runners, long seed, int depth, String name) {
            Random random = new Random(seed);
            LoopRunner runner = runners.get(random.nextInt(runners.size()));
            Runnable task = () -> {
                note(runner, runner.loop().name() + " " + name);
                for (int i = 0; depth > 0 && i < 2; i++) {
                    spawn(runners, random.nextLong(), depth - 1, name + "." + i);
                }
            };
            if (random.nextBoolean()) {
                runner.loop().execute(task);
                return;
            }
            ScheduledFuture<?> timer = runner.loop().schedule(task, random.nextInt(4) * 10L, MILLISECONDS);
            if (random.nextInt(4) == 0) {
                runners.get(random.nextInt(runners.size())).loop().execute(() -> timer.cancel(false));
            }
        }

        private boolean note(LoopRunner runner, String what) {
            return trace.add(runner.time().elapsed() + " " + what);
        }
    }

    @VirtualTime
    static class NapCases {

        @RepeatedTest(20)
        void naps(LoopRunner runner) {
            CompletableFuture<String> reply = runner.loop().newFuture();
            runner.loop().schedule(() -> reply.complete("done"), 1, HOURS);

            assertThat(runner.runCoroutine(reply)).isEqualTo("done");
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
        }
    }

    @VirtualTime
    static class DeadlockCases {

        static final Seen SEEN = new Seen();

        @AfterEach
        void goesOnAfterTheVerdict(LoopRunner runner) {
            runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));
            runner.manage(
                    () -> SEEN.note("after", "after each at " + runner.time().elapsed()));
            runner.manage(() -> SEEN.note("after", "resource"));
        }

        @Test
        void waitsForNothing(LoopRunner runner) {
            runner.runCoroutine(new CompletableFuture<String>());
        }
    }

    /** One instance for all tests, and still one time for each. */
    @Nested
    @VirtualTime(start = "2026-03-29T00:59:59Z")
    @TestInstance(Lifecycle.PER_CLASS)
    class AnInstanceForAll {

        private static final Instant START = Instant.parse("2026-03-29T00:59:59Z");

        private LoopRunner runner;

        @BeforeEach
        void takesAMinuteToSetUp(LoopRunner fresh) {
            runner = fresh;
            assertThat(fresh.time().now()).isEqualTo(START);
            fresh.time().advanceBy(Duration.ofMinutes(1));
        }

        @RepeatedTest(2)
        void goesOnFromSettingUp(@Loop Clock clock) {
            assertThat(clock.instant()).isEqualTo(START.plusSeconds(60));
            runner.time().advanceBy(Duration.ofHours(1));
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 24})
        void isTheSameForEachArgument(int hours, @Loop ScheduledExecutorService scheduler) {
            CompletableFuture<String> reply = new CompletableFuture<>();
            scheduler.schedule(() -> reply.complete("done"), hours, HOURS);

            assertThat(runner.runCoroutine(reply)).isEqualTo("done");
            assertThat(runner.time().elapsed())
                    .isEqualTo(Duration.ofHours(hours).plusMinutes(1));
        }

        @TestFactory
        Stream<DynamicTest> goesOnAmongDynamicTests() {
            return IntStream.rangeClosed(1, 3)
                    .mapToObj(hour -> DynamicTest.dynamicTest("hour " + hour, () -> {
                        runner.time().advanceBy(Duration.ofHours(1));
                        assertThat(runner.time().elapsed())
                                .isEqualTo(Duration.ofHours(hour).plusMinutes(1));
                    }));
        }

        @Test
        @VirtualTime(value = Mode.MANUAL, start = "2026-03-29T00:59:59Z")
        void startsWithTheMethodsOwnAnnotation() {
            runner.loop().schedule(() -> {}, 1, HOURS);
            runner.settle();

            assertThat(runner.time().peekNext()).contains(Duration.ofHours(1));
        }

        @Nested
        class AndInside {

            @Test
            void startsAnewToo(LoopRunner inner) {
                assertThat(inner.time().now()).isEqualTo(START.plusSeconds(60));
            }
        }
    }

    @Test
    @VirtualTime
    void seeTheTimeoutOfTheirFutures(LoopRunner runner) throws Exception {
        String seen = runner.runCoroutine(async(() -> {
            try {
                return await(runner.loop().<String>newFuture().orTimeout(5, HOURS));
            } catch (Exception e) {
                return e instanceof TimeoutException
                        ? "late at " + runner.time().elapsed()
                        : e.toString();
            }
        }));

        assertThat(seen).isEqualTo("late at PT5H");
    }
}

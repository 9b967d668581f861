package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.RecordingOwner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That who moves next is one decision, which a strategy makes, also in the middle of a task. */
@Timeout(30)
class StrategyTests {

    private static final long BOUND = TimeUnit.SECONDS.toNanos(10); // real time

    /** Picks at random, at each controlled call. */
    private record AtRandom(Random random) implements Strategy {

        AtRandom(long seed) {
            this(new Random(seed));
        }

        @Override
        public boolean isAskedAtCalls() {
            return true;
        }

        @Override
        public Kernel.Agent next(List<Kernel.Agent> able, Kernel.Agent last) {
            return able.get(random.nextInt(able.size()));
        }
    }

    @Test
    void staysWithATaskUntilItEnds() {
        assertThat(trace(new TakingTurns())).isEqualTo("[a1, a2, b1, b2]");
    }

    @Test
    void letsAnotherLoopMoveInTheMiddleOfATask() {
        TreeSet<String> traces = new TreeSet<>();
        for (int seed = 0; seed < 200; seed++) {
            traces.add(trace(new AtRandom(seed)));
        }

        assertThat(traces)
                .contains("[a1, a2, b1, b2]", "[a1, b1, a2, b2]", "[a1, b1, b2, a2]", "[b1, a1, b2, a2]")
                .allSatisfy(trace -> assertThat(trace.indexOf("a1")).isLessThan(trace.indexOf("a2")));
    }

    @Test
    void takesTheSameStepsForTheSameDecisions() {
        for (int seed = 0; seed < 100; seed++) {
            assertThat(trace(new AtRandom(seed))).isEqualTo(trace(new AtRandom(seed)));
        }
    }

    @Test
    void isAskedAtEveryControlledCall() {
        List<String> asked = new ArrayList<>();
        Strategy counting = new Strategy() {
            @Override
            public boolean isAskedAtCalls() {
                return true;
            }

            @Override
            public Kernel.Agent next(List<Kernel.Agent> able, Kernel.Agent last) {
                asked.add("asked");
                return able.get(0);
            }
        };
        run(counting, (a, b) -> {
            CompletableFuture<String> future = a.newFuture();
            ScheduledFuture<?> timer = a.schedule(() -> {}, 1, TimeUnit.HOURS);
            for (Runnable call : List.<Runnable>of(
                    () -> b.execute(() -> {}),
                    () -> b.schedule(() -> {}, 1, TimeUnit.HOURS),
                    () -> timer.cancel(false),
                    () -> future.complete("done"))) {
                asked.clear();
                call.run();
                assertThat(asked).hasSizeGreaterThanOrEqualTo(2); // before and after
            }
        });
    }

    /** A loop that hands off first and updates its state second, and one that reads that state. */
    @Test
    void findsTheOrderThatBreaksHandingOffTooSoon() {
        int broken = 0;
        for (int seed = 0; seed < 100; seed++) {
            int[] state = {0, -1};
            run(
                    new AtRandom(seed),
                    (a, b) -> a.execute(() -> {
                        b.execute(() -> state[1] = state[0]);
                        state[0] = 1;
                    }));
            assertThat(state[1]).isIn(0, 1);
            broken += state[1] == 0 ? 1 : 0;
        }

        assertThat(broken).isBetween(1, 99);
    }

    private static String trace(Strategy strategy) {
        List<String> trace = new ArrayList<>();
        run(strategy, (a, b) -> {
            a.execute(() -> twoSteps(trace, "a", a));
            b.execute(() -> twoSteps(trace, "b", b));
        });
        return trace.toString();
    }

    private static void twoSteps(List<String> trace, String name, EventLoop loop) {
        trace.add(name + "1");
        loop.newFuture().complete(null);
        trace.add(name + "2");
    }

    /** It is listed as able, since it is closed; and it ends before it is given the turn, which it does not need any more. */
    @Test
    void losesNoTurnToALoopThatHasEnded() {
        AtomicReference<EventLoop> ending = new AtomicReference<>();
        AtomicInteger runs = new AtomicInteger();
        Strategy late = new Strategy() {
            @Override
            public boolean isAskedAtCalls() {
                return false;
            }

            @Override
            public Kernel.Agent next(List<Kernel.Agent> able, Kernel.Agent last) {
                Kernel.Agent chosen = able.get(able.size() - 1);
                for (Kernel.Agent each : able) {
                    if (isLoop(each, 0) && isLoop(last, 1)) {
                        letEnd(ending.get());
                        chosen = each;
                    }
                }
                return chosen;
            }
        };

        run(late, (a, b) -> {
            ending.set(a);
            a.execute(a::shutdown);
            b.execute(new Runnable() {
                @Override
                public void run() {
                    if (runs.incrementAndGet() < 5) {
                        b.execute(this);
                    }
                }
            });
        });

        assertThat(runs).hasValue(5);
    }

    private static boolean isLoop(Kernel.Agent agent, int number) {
        return agent instanceof Kernel.LoopAgent loop && loop.number() == number;
    }

    /** Gives a loop time to end, where it can do so without the turn. */
    private static void letEnd(EventLoop loop) {
        Thread thread = loop.thread();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
        while (thread != null && thread.isAlive() && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
    }

    private static void run(Strategy strategy, Program program) {
        Kernel kernel = new Kernel(Instant.EPOCH, 1_000_000, /* alone= */ true, Patience.DEFAULT, strategy);
        RecordingOwner owner = new RecordingOwner() {
            @Override
            public Kernel kernel() {
                return kernel;
            }
        };
        try (EventLoop a = new JdkLoopFactory().open(owner);
                EventLoop b = new JdkLoopFactory().open(owner)) {
            program.run(a, b);
            Kernel.End end = kernel.await(() -> false, 0, /* patient= */ false, BOUND, Spin.NEVER);
            assertThat(end).isEqualTo(Kernel.End.QUIET);
            kernel.end();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private interface Program {
        void run(EventLoop a, EventLoop b);
    }
}

package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The time of a timer under virtual time, armed and fired: one that arms itself again, and many within the next hour. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms3g", "-Xmx3g", "-XX:+UseParallelGC"})
public class VirtualTimeBenchmark {

    private static final int EVENTS = 1_000_000;

    /** Whose virtual time. */
    public enum Timer {
        /** This library's, with everything on that it counts and records by default. */
        LOOP_RUNNER {
            @Override
            void chain(int events) {
                try (LoopRunner runner = LoopRunner.builder().virtualTime().start()) {
                    CompletableFuture<Void> done = runner.loop().newFuture();
                    runner.execute(new Chain(
                            events,
                            link -> runner.loop().schedule(link, 1, TimeUnit.MILLISECONDS),
                            () -> done.complete(null)));
                    runner.runCoroutine(done);
                    requireAll(events - 1, runner.time().elapsed().toMillis());
                }
            }

            @Override
            void fan(int events) {
                try (LoopRunner runner = LoopRunner.builder().virtualTime().start()) {
                    Random random = new Random(1);
                    Counter fired = new Counter();
                    runner.call(() -> {
                        for (int i = 0; i < events; i++) {
                            runner.loop().schedule(fired, random.nextInt(3_600_000), TimeUnit.MILLISECONDS);
                        }
                    });
                    runner.time().advanceBy(Duration.ofHours(1));
                    requireAll(events, fired.count);
                }
            }
        },
        /** Reactor's, without a StepVerifier around it. */
        REACTOR {
            @Override
            void chain(int events) {
                VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
                Counter ended = new Counter();
                scheduler.schedule(
                        new Chain(events, link -> scheduler.schedule(link, 1, TimeUnit.MILLISECONDS), ended));
                scheduler.advanceTimeBy(Duration.ofMillis(events + 1L));
                requireAll(1, ended.count);
            }

            @Override
            void fan(int events) {
                VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
                Random random = new Random(1);
                Counter fired = new Counter();
                for (int i = 0; i < events; i++) {
                    scheduler.schedule(fired, random.nextInt(3_600_000), TimeUnit.MILLISECONDS);
                }
                scheduler.advanceTimeBy(Duration.ofHours(1));
                requireAll(events, fired.count);
            }
        },
        /** RxJava's. */
        RXJAVA {
            @Override
            void chain(int events) {
                TestScheduler scheduler = new TestScheduler();
                Counter ended = new Counter();
                scheduler.scheduleDirect(
                        new Chain(events, link -> scheduler.scheduleDirect(link, 1, TimeUnit.MILLISECONDS), ended));
                scheduler.advanceTimeBy(events + 1L, TimeUnit.MILLISECONDS);
                requireAll(1, ended.count);
            }

            @Override
            void fan(int events) {
                TestScheduler scheduler = new TestScheduler();
                Random random = new Random(1);
                Counter fired = new Counter();
                for (int i = 0; i < events; i++) {
                    scheduler.scheduleDirect(fired, random.nextInt(3_600_000), TimeUnit.MILLISECONDS);
                }
                scheduler.advanceTimeBy(1, TimeUnit.HOURS);
                requireAll(events, fired.count);
            }
        },
        /** Kotlin's {@code runTest}, with one coroutine for a chain, and one for each timer of a fan. */
        RUN_TEST {
            @Override
            void chain(int events) {
                requireAll(events - 1, Coroutines.chain(events - 1, 1));
            }

            @Override
            void fan(int events) {
                Counter fired = new Counter();
                Coroutines.fan(events, 3_600_000, fired);
                requireAll(events, fired.count);
            }
        };

        private static void requireAll(long events, long seen) {
            if (seen != events) {
                throw new IllegalStateException(seen + " of " + events + " came");
            }
        }

        abstract void chain(int events);

        abstract void fan(int events);
    }

    @Param
    public Timer timer;

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void chain() {
        timer.chain(EVENTS);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public void fan() {
        timer.fan(EVENTS);
    }

    @Benchmark
    @OperationsPerInvocation(1000)
    public void smallFan() {
        timer.fan(1000);
    }

    /** A timer that arms itself again until it has fired often enough. */
    private static final class Chain implements Runnable {

        private final Consumer<Chain> again;
        private final Runnable end;
        private int left;

        Chain(int events, Consumer<Chain> again, Runnable end) {
            this.left = events;
            this.again = again;
            this.end = end;
        }

        @Override
        public void run() {
            if (--left > 0) {
                again.accept(this);
            } else {
                end.run();
            }
        }
    }
}

package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The time for each of many timers that are armed from outside the loop, at random moments of the next hour. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4)
@Measurement(iterations = 6)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms4g", "-Xmx4g", "-XX:+UseParallelGC"})
public class TimerBenchmark {

    private static final int TIMERS = 1_000_000;
    private static final int PENDING = 10_000;
    private static final Runnable NOTHING = () -> {};
    private static final long[] DELAYS = new Random(1).longs(TIMERS, 60, 3660).toArray(); // seconds

    /** What keeps the timers. */
    public enum Store {
        LOOP_RUNNER {
            @Override
            Timers open() {
                LoopRunner runner = LoopRunner.start();
                return new Timers(runner.loop(), runner::close);
            }
        },
        SCHEDULED_EXECUTOR_REMOVING {
            @Override
            Timers open() {
                ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
                executor.setRemoveOnCancelPolicy(true);
                return Timers.of(executor);
            }
        },
        SCHEDULED_EXECUTOR {
            @Override
            Timers open() {
                return Timers.of(new ScheduledThreadPoolExecutor(1));
            }
        },
        NETTY_DEFAULT {
            @Override
            Timers open() {
                return Timers.of(new DefaultEventLoopGroup(1).next());
            }
        },
        NETTY_NIO {
            @Override
            Timers open() {
                return Timers.of(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()).next());
            }
        };

        abstract Timers open();
    }

    record Timers(ScheduledExecutorService scheduler, Runnable closing) {

        static Timers of(ScheduledExecutorService scheduler) {
            return new Timers(scheduler, () -> Peer.close(scheduler));
        }

        Future<?> arm(long seconds) {
            return scheduler.schedule(NOTHING, seconds, TimeUnit.SECONDS);
        }

        /** Waits for what was handed to the loop's thread: where timers belong to it, the work is done there. */
        void settle() throws Exception {
            scheduler.submit(NOTHING).get();
        }
    }

    /** A fresh store for each measurement. */
    @State(Scope.Thread)
    public static class Empty {

        @Param
        public Store store;

        Timers timers;

        @Setup(Level.Iteration)
        public void open() throws Exception {
            timers = store.open();
            timers.settle();
        }

        @TearDown(Level.Iteration)
        public void close() {
            timers.closing().run();
        }
    }

    /** A store with timers in it. */
    @State(Scope.Thread)
    public static class Filled extends Empty {

        private final List<Future<?>> pending = new ArrayList<>();

        @Override
        @Setup(Level.Iteration)
        public void open() throws Exception {
            super.open();
            pending.clear();
            for (int i = 0; i < PENDING; i++) {
                pending.add(timers.arm(DELAYS[i]));
            }
            Collections.shuffle(pending, new Random(1));
            timers.settle();
        }
    }

    /** Arms a million timers, then cancels every other, as timeouts are cancelled of what was in time. */
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void armThenCancelHalf(Empty empty) throws Exception {
        Future<?>[] inTime = new Future<?>[TIMERS / 2];
        for (int i = 0; i < TIMERS; i += 2) {
            inTime[i / 2] = empty.timers.arm(DELAYS[i]);
            empty.timers.arm(DELAYS[i + 1]);
        }
        for (Future<?> timer : inTime) {
            timer.cancel(/* mayInterruptIfRunning= */ false);
        }
        empty.timers.settle();
    }

    /** Arms a million timers and cancels every other before the next one is armed: the easiest case for any store. */
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void armAndCancelHalf(Empty empty) throws Exception {
        for (int i = 0; i < TIMERS; i += 2) {
            Future<?> cancelled = empty.timers.arm(DELAYS[i]);
            empty.timers.arm(DELAYS[i + 1]);
            cancelled.cancel(/* mayInterruptIfRunning= */ false);
        }
        empty.timers.settle();
    }

    /** Cancels ten thousand timers, in random order, until none is left. */
    @Benchmark
    @Warmup(iterations = 200)
    @Measurement(iterations = 200)
    @OperationsPerInvocation(PENDING)
    public void cancel(Filled filled) throws Exception {
        for (Future<?> timer : filled.pending) {
            timer.cancel(/* mayInterruptIfRunning= */ false);
        }
        filled.timers.settle();
    }
}

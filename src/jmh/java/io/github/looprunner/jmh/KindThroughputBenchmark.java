package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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

/** As {@link ExecuteThroughputBenchmark} with one producer, for each kind of loop and its library by hand. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseParallelGC", "-XX:+AlwaysPreTouch"})
public class KindThroughputBenchmark {

    private static final int TASKS = 1_000_000;
    private static final Task NOTHING = () -> {};

    @Param({"NIO", "EPOLL", "IO_URING", "LOCAL", "VERTX"})
    public String kind;

    @Param({"BY_HAND", "BY_RUNNER"})
    public Turn turn;

    private MeasuredLoop loop;

    /** Who opens the loop. */
    public enum Turn {
        BY_HAND,
        BY_RUNNER
    }

    @Setup
    public void open() {
        if (kind.equals("VERTX")) {
            loop = turn == Turn.BY_HAND
                    ? VertxLoop.open()
                    : VertxLoop.of(LoopRunner.builder().kind("vertx").start());
        } else {
            NativeLoop.Transport transport = NativeLoop.Transport.valueOf(kind);
            loop = turn == Turn.BY_HAND ? transport.byHand() : transport.byRunner();
        }
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void execute() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        for (int i = 1; i < TASKS; i++) {
            loop.execute(NOTHING);
        }
        loop.execute(ended::countDown);
        ended.await();
    }

    @TearDown
    public void close() {
        loop.close();
    }
}

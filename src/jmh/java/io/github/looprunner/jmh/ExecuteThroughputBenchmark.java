package io.github.looprunner.jmh;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

/** The time for each of a million tasks that are submitted from outside, until the last has run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseParallelGC", "-XX:+AlwaysPreTouch"})
public class ExecuteThroughputBenchmark {

    private static final int TASKS = 1_000_000;
    private static final Task NOTHING = () -> {};

    @Param({
        "LOOP_RUNNER",
        "SINGLE_THREAD_EXECUTOR",
        "SCHEDULED_EXECUTOR",
        "NETTY_DEFAULT",
        "NETTY_NIO",
        "NETTY_EPOLL",
        "VERTX",
        "REACTOR",
        "RXJAVA"
    })
    public Peer peer;

    @Param({"1", "4"})
    public int producers;

    private MeasuredLoop loop;
    private ExecutorService threads;

    @Setup
    public void open() {
        loop = peer.open();
        threads = Executors.newFixedThreadPool(producers);
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void execute() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(producers);
        for (int i = 0; i < producers; i++) {
            threads.execute(() -> submit(TASKS / producers, ended));
        }
        ended.await();
    }

    private void submit(int tasks, CountDownLatch ended) {
        for (int i = 1; i < tasks; i++) {
            loop.execute(NOTHING);
        }
        loop.execute(ended::countDown);
    }

    @TearDown
    public void close() {
        threads.shutdown();
        loop.close();
    }
}

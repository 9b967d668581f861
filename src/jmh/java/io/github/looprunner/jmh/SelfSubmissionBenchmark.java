package io.github.looprunner.jmh;

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

/** The time of a hop of a task that submits itself again, a million times, on the loop. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseParallelGC", "-XX:+AlwaysPreTouch"})
public class SelfSubmissionBenchmark {

    private static final int HOPS = 1_000_000;

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

    private MeasuredLoop loop;

    @Setup
    public void open() {
        loop = peer.open();
    }

    @Benchmark
    @OperationsPerInvocation(HOPS)
    public void hop() throws InterruptedException {
        Hops hops = new Hops(loop);
        loop.execute(hops);
        hops.ended.await();
    }

    @TearDown
    public void close() {
        loop.close();
    }

    private static final class Hops implements Task {

        private final MeasuredLoop loop;
        private final CountDownLatch ended = new CountDownLatch(1);
        private int left = HOPS; // the loop's thread only

        Hops(MeasuredLoop loop) {
            this.loop = loop;
        }

        @Override
        public void run() {
            if (--left > 0) {
                loop.execute(this);
            } else {
                ended.countDown();
            }
        }
    }
}

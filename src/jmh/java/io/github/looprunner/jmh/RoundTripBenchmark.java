package io.github.looprunner.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time from a trivial task to its result, on a thread that waits for it.
 *
 * <p>It is the time to wake two threads, and depends on whether they share a core; so ratios between peers come from
 * {@link RoundTripRounds}, which takes turns. What this one adds is the bytes of a round trip, by the profiler gc.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RoundTripBenchmark {

    @Param
    public Peer peer;

    private MeasuredLoop loop;

    @Setup
    public void open() {
        loop = peer.open();
    }

    @Benchmark
    public String roundTrip() throws Exception {
        return loop.roundTrip(() -> "done");
    }

    @TearDown
    public void close() {
        loop.close();
    }
}

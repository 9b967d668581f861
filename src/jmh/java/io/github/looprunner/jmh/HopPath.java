package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.SeveralLoops;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Three threads, which pass one task round. */
enum HopPath {
    /** Three loops under virtual time, with a timer of an hour armed. */
    VIRTUAL {
        @Override
        Turn turn(int hops) {
            try (LoopRunner runner = LoopRunner.builder().virtualTime().start()) {
                return virtual(runner, hops, SeveralLoops.open(runner, "third"));
            }
        }
    },
    /** The same with an executor outside, which the runner tracks, in the place of the third loop. */
    VIRTUAL_TRACKED {
        @Override
        Turn turn(int hops) {
            ExecutorService outside = Executors.newSingleThreadExecutor();
            try (LoopRunner runner = LoopRunner.builder().virtualTime().start()) {
                return virtual(runner, hops, runner.track(outside));
            } finally {
                outside.shutdownNow();
            }
        }
    },
    /** Three loops in real time. */
    REAL {
        @Override
        Turn turn(int hops) {
            try (LoopRunner runner = LoopRunner.start()) {
                return ours(runner, hops, SeveralLoops.open(runner, "third"));
            }
        }
    },
    /** Three executors of the JDK. */
    EXECUTORS {
        @Override
        Turn turn(int hops) {
            List<ExecutorService> stops =
                    Stream.generate(Executors::newSingleThreadExecutor).limit(3).toList();
            CompletableFuture<Void> done = new CompletableFuture<>();
            long start = System.nanoTime();
            new Relay(hops, stops, () -> done.complete(null)).start();
            done.join();
            Turn turn = new Turn(System.nanoTime() - start, 0);
            stops.forEach(ExecutorService::shutdownNow);
            return turn;
        }
    };

    private static final Duration BOUND = Duration.ofMinutes(1);

    /** Makes so many hops on new threads. */
    abstract Turn turn(int hops);

    private static Turn virtual(LoopRunner runner, int hops, Executor third) {
        runner.loop().scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS); // so that each false jump is an hour
        Turn turn = ours(runner, hops, third);
        return new Turn(turn.nanos(), runner.time().elapsed().toHours());
    }

    private static Turn ours(LoopRunner runner, int hops, Executor third) {
        List<Executor> stops = List.of(runner.loop(), SeveralLoops.open(runner, "second"), third);
        CompletableFuture<Void> done = runner.loop().newFuture();
        long start = System.nanoTime();
        new Relay(hops, stops, () -> done.complete(null)).start();
        runner.within(BOUND).runCoroutine(done);
        return new Turn(System.nanoTime() - start, 0);
    }

    /** How long the hops took, and how often time jumped meanwhile, although there always was something to do. */
    record Turn(long nanos, long falseJumps) {}
}

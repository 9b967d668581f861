package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** This library, with everything on that it records by default; a round trip is a coroutine. */
record RunnerLoop(LoopRunner runner) implements MeasuredLoop {

    @Override
    public void execute(Task task) {
        runner.loop().execute(task);
    }

    @Override
    public <T> T roundTrip(Callable<T> task) {
        return runner.runCoroutine(() -> CompletableFuture.completedFuture(task.call()));
    }

    @Override
    public void close() {
        runner.close();
    }
}

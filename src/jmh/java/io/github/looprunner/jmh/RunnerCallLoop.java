package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import java.util.concurrent.Callable;

/** This library; a round trip is the call of a plain function. */
record RunnerCallLoop(LoopRunner runner) implements MeasuredLoop {

    @Override
    public void execute(Task task) {
        runner.loop().execute(task);
    }

    @Override
    public <T> T roundTrip(Callable<T> task) {
        return runner.call(task);
    }

    @Override
    public void close() {
        runner.close();
    }
}

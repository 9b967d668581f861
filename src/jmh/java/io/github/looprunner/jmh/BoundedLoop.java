package io.github.looprunner.jmh;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** An executor that is waited for with a bound, as this library always does. */
record BoundedLoop(ExecutorService executor) implements MeasuredLoop {

    @Override
    public void execute(Task task) {
        executor.execute(task);
    }

    @Override
    public <T> T roundTrip(Callable<T> task) throws Exception {
        return executor.submit(task).get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        Peer.close(executor);
    }
}

package io.github.looprunner.jmh;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;

/** An executor service with one thread, of the JDK or of Netty. */
record ExecutorLoop(ExecutorService executor) implements MeasuredLoop {

    @Override
    public void execute(Task task) {
        executor.execute(task);
    }

    @Override
    public <T> T roundTrip(Callable<T> task) throws Exception {
        return executor.submit(task).get();
    }

    @Override
    public void close() {
        Peer.close(executor);
    }
}

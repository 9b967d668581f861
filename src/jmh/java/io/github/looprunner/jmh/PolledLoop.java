package io.github.looprunner.jmh;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** An executor whose result is not waited for but polled for, every millisecond, by Awaitility. */
record PolledLoop(ExecutorService executor) implements MeasuredLoop {

    @Override
    public void execute(Task task) {
        executor.execute(task);
    }

    @Override
    public <T> T roundTrip(Callable<T> task) throws Exception {
        Future<T> result = executor.submit(task);
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(result::isDone);
        return result.get();
    }

    @Override
    public void close() {
        Peer.close(executor);
    }
}

package io.github.looprunner.vertx;

import io.github.looprunner.loop.Hold;
import io.github.looprunner.loop.Outside;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Workers of Vert.x's; virtual time stands while they are at work. */
final class HeldExecutor extends AbstractExecutorService {

    private final ExecutorService workers;
    private final Outside outside;

    HeldExecutor(ExecutorService workers, Outside outside) {
        this.workers = workers;
        this.outside = outside;
    }

    @Override
    public void execute(Runnable task) {
        Hold hold = outside.hold("a blocking task of Vert.x");
        try {
            workers.execute(() -> {
                try {
                    task.run();
                } finally {
                    hold.close();
                }
            });
        } catch (RuntimeException | Error rejected) {
            hold.close();
            throw rejected;
        }
    }

    @Override
    public void shutdown() {
        workers.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return workers.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return workers.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return workers.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return workers.awaitTermination(timeout, unit);
    }
}

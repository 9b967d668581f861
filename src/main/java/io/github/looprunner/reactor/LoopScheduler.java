package io.github.looprunner.reactor;

import io.github.looprunner.loop.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A scheduler whose workers are on a loop, with the loop's time; disposing it leaves the loop alone. */
final class LoopScheduler implements Scheduler {

    private final EventLoop loop;
    private final Scheduler ofLoop; // never disposed, which would shut the loop down
    private final Worker direct; // for what is scheduled without a worker
    private final Disposable.Composite workers = Disposables.composite();

    LoopScheduler(EventLoop loop) {
        this.loop = loop;
        this.ofLoop = Schedulers.fromExecutorService(loop, loop.name());
        this.direct = createWorker();
    }

    /** Returns the loop's wall clock, as Reactor's own schedulers return the machine's. */
    @Override
    public long now(TimeUnit unit) {
        return unit.convert(Duration.between(Instant.EPOCH, loop.clock().instant()));
    }

    @Override
    public Disposable schedule(Runnable task) {
        return usable(direct).schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return usable(direct).schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return usable(direct).schedulePeriodically(task, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
        LoopWorker worker = new LoopWorker(ofLoop.createWorker());
        workers.add(worker); // disposes it where the scheduler is disposed already
        return worker;
    }

    @Override
    public void dispose() {
        workers.dispose();
    }

    @Override
    public boolean isDisposed() {
        return workers.isDisposed();
    }

    @Override
    public String toString() {
        return "LoopScheduler[" + loop.name() + "]";
    }

    private Worker usable(Worker worker) {
        if (isDisposed()) {
            throw new RejectedExecutionException("this scheduler of loop \"" + loop.name()
                    + "\" is disposed, or was kept after its test, as in a static field; ask Schedulers for another");
        }
        return worker;
    }

    /** A worker that the scheduler forgets when it is disposed. */
    private final class LoopWorker implements Worker {

        private final Worker ofExecutor;

        LoopWorker(Worker ofExecutor) {
            this.ofExecutor = ofExecutor;
        }

        @Override
        public Disposable schedule(Runnable task) {
            return usable(ofExecutor).schedule(task);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return usable(ofExecutor).schedule(task, delay, unit);
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
            return usable(ofExecutor).schedulePeriodically(task, initialDelay, period, unit);
        }

        @Override
        public void dispose() {
            ofExecutor.dispose();
            workers.remove(this);
        }

        @Override
        public boolean isDisposed() {
            return ofExecutor.isDisposed();
        }
    }
}

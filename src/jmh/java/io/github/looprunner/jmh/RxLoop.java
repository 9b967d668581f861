package io.github.looprunner.jmh;

import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import java.util.concurrent.Callable;

/** A single-threaded scheduler of RxJava. */
record RxLoop(Scheduler scheduler) implements MeasuredLoop {

    @Override
    public void execute(Task task) {
        scheduler.scheduleDirect(task);
    }

    @Override
    public <T> T roundTrip(Callable<T> task) {
        return Single.fromCallable(task).subscribeOn(scheduler).blockingGet();
    }

    @Override
    public void close() {
        scheduler.shutdown();
    }
}

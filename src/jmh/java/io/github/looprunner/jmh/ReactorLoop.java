package io.github.looprunner.jmh;

import java.util.concurrent.Callable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A single-threaded scheduler of Reactor. */
record ReactorLoop(Scheduler scheduler) implements MeasuredLoop {

    @Override
    public void execute(Task task) {
        scheduler.schedule(task);
    }

    @Override
    public <T> T roundTrip(Callable<T> task) {
        return Mono.fromCallable(task).subscribeOn(scheduler).block();
    }

    @Override
    public void close() {
        scheduler.dispose();
    }
}

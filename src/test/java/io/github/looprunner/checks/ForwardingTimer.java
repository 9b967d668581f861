package io.github.looprunner.checks;

import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A future, or a timer, that hands everything on to another. */
class ForwardingTimer<V> implements ScheduledFuture<V> {

    private final Future<V> target;

    ForwardingTimer(Future<V> target) {
        this.target = target;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return target.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean isCancelled() {
        return target.isCancelled();
    }

    @Override
    public boolean isDone() {
        return target.isDone();
    }

    @Override
    public V get() throws InterruptedException, ExecutionException {
        return target.get();
    }

    @Override
    public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        return target.get(timeout, unit);
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return ((Delayed) target).getDelay(unit);
    }

    @Override
    public int compareTo(Delayed other) {
        return ((Delayed) target).compareTo(other instanceof ForwardingTimer<?> timer ? (Delayed) timer.target : other);
    }
}

package io.github.looprunner.testing;

import io.github.looprunner.loop.Connection;
import io.github.looprunner.loop.LoopPoller;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Polls for input that never comes. */
public class IdlePoller implements LoopPoller {

    private volatile Thread waiting;

    @Override
    public void poll(long nanos) {
        if (nanos > 0) {
            waiting = Thread.currentThread();
            LockSupport.parkNanos(this, nanos);
        }
    }

    @Override
    public void wakeUp() {
        LockSupport.unpark(waiting);
    }

    @Override
    public boolean isOpen() {
        return false;
    }

    @Override
    public Collection<Connection> connections() {
        return List.of();
    }

    @Override
    public boolean mayBeInFlight() {
        return false;
    }

    @Override
    public void arrived() {}

    @Override
    public void closeInput() {}

    @Override
    public void end() {}

    @Override
    public <T> T unwrap(Class<T> type) {
        return null;
    }
}

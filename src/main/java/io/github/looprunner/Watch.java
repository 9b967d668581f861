package io.github.looprunner;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Wakes one thread when something happened in a scope; what happens before it looks counts as one. */
final class Watch {

    private final Thread watcher = Thread.currentThread();
    private volatile boolean signalled; // set by any thread, cleared by the watcher

    void signal() {
        if (!signalled) {
            signalled = true;
            LockSupport.unpark(watcher);
        }
    }

    /** Forgets what happened so far. Called by the watcher before it looks. */
    void reset() {
        signalled = false;
    }

    /** Lets some time pass, whatever happens meanwhile. */
    static void rest(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
    }

    /** Waits until something has happened since the last reset, with two bounds. Called by the watcher. */
    void await(Deadline deadline, long nanos) throws InterruptedException {
        if (!signalled) {
            deadline.park(this, nanos);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}

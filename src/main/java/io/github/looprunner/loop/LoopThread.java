package io.github.looprunner.loop;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Where a loop gets its thread from. */
interface LoopThread {

    /** Starts a thread that runs the body of a loop. */
    Thread start(Runnable body);

    /** Waits, with a bound, until a thread whose loop has ended is gone, where it goes with its loop. */
    default void join(Thread thread, long nanos, Spin spin) throws InterruptedException {
        if (!spin.sees(() -> !thread.isAlive())) {
            TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
        }
    }

    /** Returns the thread that a framework makes for a loop of an owner. */
    static LoopThread of(LoopPoller poller, LoopOwner owner, LoopGroup group, String name) {
        return of(body -> {
            Thread thread = poller.newThread(group.get(), name, body);
            if (thread == null) {
                throw new IllegalStateException(
                        "newThread of the loop's poller (" + poller + ") returned null instead of a thread; return"
                                + " new Thread(group, body, name), or leave the method out");
            }
            thread.setDaemon(true);
            thread.setContextClassLoader(owner.contextClassLoader());
            return thread;
        });
    }

    /** Returns none, for a loop that somebody else's thread carries, which nobody waits for. */
    static LoopThread ofCarrier() {
        return new LoopThread() {
            @Override
            public Thread start(Runnable body) {
                throw new IllegalStateException("a loop that is carried starts no thread");
            }

            @Override
            public void join(Thread thread, long nanos, Spin spin) {
                // it goes on to something else
            }
        };
    }

    /** Returns threads of a factory. */
    static LoopThread of(ThreadFactory threads) {
        return body -> {
            Thread thread = threads.newThread(body);
            if (thread == null) {
                throw new IllegalStateException("thread factory (" + threads + ") returned null instead of a thread");
            }
            if (thread.getState() != Thread.State.NEW) {
                throw new IllegalStateException(
                        "thread factory (" + threads + ") returned a thread that was started before," + " \""
                                + thread.getName() + "\"; return a new one each time, and leave its start to the loop");
            }
            thread.start();
            return thread;
        };
    }
}

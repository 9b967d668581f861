package io.github.looprunner.loop;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rings, in real time, when the earliest of the moments that it was set for has come.
 *
 * <p>One daemon thread serves all alarms, which ends when there has been nothing to ring for, for a second.
 *
 * <p>Safe for use by several threads.
 */
public final class Alarm {

    /*
     * Overview: an alarm is only ever set forward, to an earlier moment, and forgets its moment when it rings: so of two
     * threads that set it at once the later one does no harm. Where a timer was cancelled it may ring for nothing; whoever
     * hears it then looks, and sets it anew.
     */

    private final Runnable ring;
    private long moment = TimerQueue.NONE; // guarded by this
    private @Nullable Future<?> pending; // guarded by this
    private boolean off; // guarded by this

    /**
     * Creates an alarm.
     *
     * @param ring runs on the thread that serves all alarms, and must not block
     */
    public Alarm(Runnable ring) {
        this.ring = ring;
    }

    /**
     * Lets it ring at a moment, or before.
     *
     * @param next the moment, by {@link System#nanoTime()}; {@link Long#MAX_VALUE} sets it for nothing
     * @param now the time by the same clock
     */
    public synchronized void setFor(long next, long now) {
        if (next >= moment || off) {
            return;
        }
        cancel();
        moment = next;
        pending = Ringers.ALL.schedule(this::ring, next - now, TimeUnit.NANOSECONDS);
    }

    /** Lets it never ring again. */
    public synchronized void off() {
        off = true;
        cancel();
    }

    private void cancel() {
        if (pending != null) {
            pending.cancel(/* mayInterruptIfRunning= */ false);
        }
    }

    private void ring() {
        synchronized (this) {
            moment = TimerQueue.NONE;
            pending = null;
        }
        ring.run();
    }

    /** The thread that rings. */
    private static final class Ringers {

        static final ScheduledThreadPoolExecutor ALL = start();

        private static ScheduledThreadPoolExecutor start() {
            ScheduledThreadPoolExecutor ringers = new ScheduledThreadPoolExecutor(1, Ringers::newThread);
            ringers.setRemoveOnCancelPolicy(true);
            ringers.setKeepAliveTime(1, TimeUnit.SECONDS);
            ringers.allowCoreThreadTimeOut(true);
            return ringers;
        }

        /** It is nobody's: it must not keep alive, nor inherit, what belongs to whoever happened to need it first. */
        private static Thread newThread(Runnable body) {
            Thread thread = new Thread(
                    LoopThreadGroup.root(),
                    body,
                    "loop-runner alarms",
                    /* stackSize= */ 0,
                    /* inheritThreadLocals= */ false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        }
    }
}

package io.github.looprunner.loop;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The thread of a test, which virtual time waits for: who it is, and where it was seen blocked. Safe for any thread. */
public final class TestThread {

    private static final long STUCK = Duration.ofSeconds(1).toNanos(); // real time; then it blocks in vain
    private static final int LOOKS = 100; // in a row; on a busy machine a second may pass between two of them
    private static final String PREEMPTIVE_TIMEOUT =
            "org.junit.jupiter.api.AssertTimeoutPreemptively"; // runs what it is given on another thread

    private final Set<Body> bodies = ConcurrentHashMap.newKeySet(); // of the test's own code that may be interrupted
    private volatile Thread thread = Thread.currentThread();
    private volatile @Nullable Site takenAt;
    private volatile StackTraceElement @Nullable [] stuckAt;

    TestThread() {}

    /**
     * Takes note that the caller runs the test's own code from now on, and so is the test's thread; to be closed at its end.
     *
     * @param interruptible whether it is interrupted where it is blocked in vain; that interrupt does not go further
     */
    public Body enterBody(boolean interruptible) {
        Body body = new Body(Thread.currentThread(), thread);
        thread = body.thread;
        if (interruptible) {
            bodies.add(body);
        }
        return body;
    }

    /** Returns where it was blocked outside our calls while loops moved without its leave, null if it never was. */
    public @Nullable Site takenAt() {
        return takenAt;
    }

    /**
     * Returns its stack where it was blocked for a second, by no wait of ours, while nothing could run and timers were armed;
     * null if it never was.
     */
    public StackTraceElement @Nullable [] stuckAt() {
        return stuckAt;
    }

    /** Returns whether it is the caller; where others may take its place, also who does. */
    boolean isCurrent(boolean replaceable) {
        Thread caller = Thread.currentThread();
        if (caller != thread && replaceable && isReplaced()) {
            thread = caller;
        }
        return caller == thread;
    }

    /** Returns whether another thread goes on with the test for it: it has ended, or JUnit lets it wait meanwhile. */
    private boolean isReplaced() {
        Thread before = thread;
        return !before.isAlive()
                || Arrays.stream(before.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(PREEMPTIVE_TIMEOUT));
    }

    /** Returns whether it is blocked, by whatever it is. */
    boolean isBlocked() {
        return Bystanders.isBlocked(thread);
    }

    /** Takes note that loops move without its leave. */
    void taken() {
        if (takenAt == null) {
            takenAt = Site.of(thread);
        }
    }

    private void stuck() {
        Thread blocked = thread;
        StackTraceElement[] stack = blocked.getStackTrace();
        if (Bystanders.isOurs(stack)) {
            return; // it waits in a call of ours, as of a runner with real time
        }
        if (stuckAt == null) {
            stuckAt = stack;
        }
        bodies.stream().filter(body -> body.thread == blocked).forEach(Body::interrupt);
    }

    /** A stretch of the test's own code, on one thread. */
    public final class Body implements AutoCloseable {

        private final Thread thread;
        private final Thread before; // the test's thread so far
        private boolean interrupted; // by us; guarded by this
        private boolean over; // guarded by this

        private Body(Thread thread, Thread before) {
            this.thread = thread;
            this.before = before;
        }

        private synchronized void interrupt() {
            if (!over) {
                interrupted = true;
                thread.interrupt();
            }
        }

        @Override
        public synchronized void close() {
            over = true;
            bodies.remove(this);
            TestThread.this.thread = before;
            if (interrupted) {
                Thread.interrupted();
            }
        }
    }

    /** The look-out of one loop, which has nothing to do, for a test that is blocked in vain. Its thread only. */
    final class Vigil {

        private long since = System.nanoTime();
        private int looks; // in a row, that saw the test blocked

        /** Looks once more; where something else keeps the loops waiting, it begins anew. */
        void look(boolean nothingElse, boolean timeCouldHelp) {
            looks++;
            if (!nothingElse || !isBlocked()) {
                begin();
            } else if (timeCouldHelp && looks >= LOOKS && System.nanoTime() - since > STUCK) {
                stuck();
                begin();
            }
        }

        private void begin() {
            since = System.nanoTime();
            looks = 0;
        }
    }
}

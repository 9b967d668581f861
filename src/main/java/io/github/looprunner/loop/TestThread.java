package io.github.looprunner.loop;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The thread of a test, which virtual time waits for: who it is, and where it was seen blocked. Safe for any thread. */
public final class TestThread {

    /*
     * Overview: it is the thread that runs the test's own code, as JUnit tells by a body; outside of any, the one that made
     * the kernel, or after its end the next one that waits. Where JUnit's assertTimeoutPreemptively runs code on another
     * thread meanwhile, that one stands in. It is known once it has waited in a call of ours; before that any thread that
     * JUnit made for the purpose may be the one, and one that is at work is enough to leave the loops alone.
     *
     * Only a body is ever blamed for being blocked: nobody else is known to run the test.
     */

    private static final long STUCK = Duration.ofSeconds(1).toNanos(); // real time; then it blocks in vain
    private static final int LOOKS = 100; // in a row; on a busy machine a second may pass between two of them
    private static final Set<String> WAITS_FOR_STAND_IN = Set.of(
            "org.junit.jupiter.api.AssertTimeoutPreemptively.assertTimeoutPreemptively",
            "org.junit.jupiter.api.timeout.PreemptiveTimeoutUtils.executeWithPreemptiveTimeout"); // of JUnit 6.1
    private static final String STAND_IN = "junit-timeout-thread-"; // how the names of those start

    private final Set<Body> bodies = ConcurrentHashMap.newKeySet(); // of the test's own code that may be interrupted
    private volatile Thread thread = Thread.currentThread();
    private volatile @Nullable Thread standIn; // the last one that waited; written by itself
    private final Set<Thread> watched = ConcurrentHashMap.newKeySet(); // while they run what somebody else bounds
    private volatile long reads; // odd while it reads; written by itself
    private volatile @Nullable Site takenAt;
    private volatile StackTraceElement @Nullable [] stuckAt;

    TestThread() {}

    /**
     * Takes note that the caller runs the test's own code from now on, and so is the test's thread; to be closed at its end.
     *
     * @param interruptible whether it is blamed, and interrupted, where it is blocked in vain; that interrupt does not go
     *     further
     */
    public Body enterBody(boolean interruptible) {
        Body body = new Body(Thread.currentThread(), thread);
        thread = body.thread;
        if (interruptible) {
            bodies.add(body);
        }
        return body;
    }

    /**
     * Takes note that the caller runs code from now on that somebody else bounds, so that it is not blamed for being blocked
     * there. Returns whether it was not known to do so; then it has to say when it {@link #endWatched ends}.
     */
    public boolean beginWatched() {
        return watched.add(Thread.currentThread());
    }

    /** Takes note that the caller no longer runs such code. */
    public void endWatched() {
        watched.remove(Thread.currentThread());
    }

    /**
     * Takes note that the caller begins or ends to read from a socket, where it looks around from time to time, and so does not
     * always seem to be blocked.
     */
    public void reads(boolean begins) {
        long next = reads + 1;
        if (Thread.currentThread() == thread && ((next & 1) == 1) == begins) {
            reads = next;
        }
    }

    /** Returns where it was blocked outside our calls while loops moved without its leave, null if it never was. */
    public @Nullable Site takenAt() {
        return takenAt;
    }

    /**
     * Returns its stack where an interruptible body was blocked for a second, by no wait of ours, while nothing could run and
     * timers were armed; null if none ever was.
     */
    public StackTraceElement @Nullable [] stuckAt() {
        return stuckAt;
    }

    /** Returns whether it is the caller; once it has ended, and nobody waits, whoever asks takes its place. */
    boolean isCurrent(boolean replaceable) {
        Thread caller = Thread.currentThread();
        if (caller == thread) {
            return true;
        }
        if (replaceable && !thread.isAlive()) {
            thread = caller;
            return true;
        }
        if (caller.getName().startsWith(STAND_IN) && waitsForStandIn(thread)) {
            standIn = caller;
            return true;
        }
        return false;
    }

    /** Returns who runs the test's own code at the moment, as far as one can see. */
    private Thread current() {
        Thread told = thread;
        if (told.getState() != Thread.State.TIMED_WAITING || !waitsForStandIn(told)) { // the first is cheap
            return told;
        }
        Thread known = standIn;
        if (known != null && known.isAlive() && !waitsForStandIn(known)) {
            return known;
        }
        Thread any = told;
        for (Thread candidate : Bystanders.all()) {
            if (candidate.getName().startsWith(STAND_IN)) {
                any = candidate;
                if (!Bystanders.isBlocked(candidate)) {
                    return candidate;
                }
            }
        }
        return any;
    }

    private static boolean waitsForStandIn(Thread waiting) {
        return Arrays.stream(waiting.getStackTrace())
                .anyMatch(frame -> WAITS_FOR_STAND_IN.contains(frame.getClassName() + "." + frame.getMethodName()));
    }

    /** Returns whether it is blocked, by whatever it is. */
    boolean isBlocked() {
        return Bystanders.isBlocked(current());
    }

    /** Takes note that loops move without its leave. */
    void taken() {
        if (takenAt == null && !Bystanders.isOurs(current().getStackTrace())) { // a probe of ours may wait there
            takenAt = Site.of(current());
        }
    }

    private void stuck() {
        Thread told = thread;
        List<Body> blocked = bodies.stream().filter(body -> body.thread == told).toList();
        Thread running = current();
        StackTraceElement[] stack = running.getStackTrace();
        if (blocked.isEmpty() || watched.contains(running) || Bystanders.isOurs(stack)) {
            return; // else it waits in a call of ours, as of a runner with real time
        }
        if (stuckAt == null) {
            stuckAt = stack;
        }
        blocked.forEach(Body::interrupt);
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
        private long readsBefore = reads;
        private int looks; // in a row, that saw the test blocked

        /** Looks once more; where something else keeps the loops waiting, it begins anew. */
        void look(boolean nothingElse, BooleanSupplier inVain) {
            looks++;
            if (!nothingElse || !isBlockedStill()) {
                begin();
            } else if (looks >= LOOKS && System.nanoTime() - since > STUCK) {
                if (inVain.getAsBoolean()) {
                    stuck();
                }
                begin();
            }
        }

        private boolean isBlockedStill() {
            long now = reads;
            return (now & 1) == 1 ? now == readsBefore : isBlocked();
        }

        private void begin() {
            readsBefore = reads;
            since = System.nanoTime();
            looks = 0;
        }
    }
}

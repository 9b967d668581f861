package io.github.looprunner;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A moment in real time until which something may take, or never. */
final class Deadline {

    private final boolean never;
    private final long nanos; // by System.nanoTime

    private Deadline(boolean never, long nanos) {
        this.never = never;
        this.nanos = nanos;
    }

    static Deadline in(Limit limit) {
        Duration time = limit.time();
        return time == null ? new Deadline(true, 0) : in(time);
    }

    static Deadline in(Duration time) {
        return new Deadline(false, System.nanoTime() + time.toNanos());
    }

    boolean isNever() {
        return never;
    }

    boolean isPast() {
        return left() <= 0;
    }

    /** Returns the nanoseconds that are left; zero or less once past. */
    long left() {
        return never ? Long.MAX_VALUE : nanos - System.nanoTime();
    }

    /** Parks the caller until then at the longest; returns false, at once, if it is past. */
    boolean park(Object blocker) {
        long left = left();
        if (left <= 0) {
            return false;
        }
        LockSupport.parkNanos(blocker, left);
        return true;
    }

    /** Parks the caller for at most a time, and until then at the longest. */
    void park(Object blocker, long nanos) {
        LockSupport.parkNanos(blocker, Math.min(left(), nanos));
    }
}

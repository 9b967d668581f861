package io.github.looprunner.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The virtual time of one scope; read by any thread, and moved by who has the turn of its {@link Kernel}. */
public final class VirtualClock {

    /** The end of time: no deadline is later. */
    public static final long END = TimerQueue.NONE - 1;

    private static final VarHandle NOW;

    static {
        try {
            NOW = MethodHandles.lookup().findVarHandle(VirtualClock.class, "now", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Instant start;
    private final Jumps jumps = new Jumps();
    private volatile long now; // nanoseconds since the start
    private volatile Duration wallClockAhead = Duration.ZERO;

    VirtualClock(Instant start) {
        this.start = start;
    }

    /** Returns what clocks showed at the start. */
    public Instant start() {
        return start;
    }

    /** Returns the time since the start, in nanoseconds. */
    public long nanoTime() {
        return now;
    }

    /** Returns a clock that shows this time, in UTC. */
    public Clock clock() {
        return new View(ZoneOffset.UTC);
    }

    /** Sets what clocks show now; no timer fires for it. */
    public void setWallClock(Instant instant) {
        wallClockAhead = Duration.between(start.plusNanos(now), instant);
    }

    /** Moves time on without firing anything, as if whatever moves now had taken so long. */
    public void elapse(long nanos) {
        now = after(nanos);
    }

    /** Returns the instant some nanoseconds from now, or the end of time. */
    public long after(long nanos) {
        return later(now, nanos);
    }

    /** Returns an instant some nanoseconds later, or the end of time. */
    static long later(long time, long nanos) {
        long sum = time + nanos;
        return sum < time || sum > END ? END : sum;
    }

    /** Moves time to a deadline. */
    void jumpTo(long deadline, @Nullable Described cause) {
        jumps.add(now, deadline, cause);
        NOW.setRelease(this, deadline); // the turn orders it; a fence would be a tenth of a jump
    }

    /** Returns the time since the start, in words. */
    public String inWords() {
        return Words.exactly(now);
    }

    /** Returns how often time has jumped. */
    public long jumpCount() {
        return jumps.count();
    }

    /** Returns the last jumps, the latest last, each with the timer that it was for. */
    public List<String> jumpsInWords(int limit) {
        return jumps.inWords(limit);
    }

    private final class View extends Clock {

        private final ZoneId zone;

        View(ZoneId zone) {
            this.zone = zone;
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public Clock withZone(ZoneId other) {
            return new View(other);
        }

        @Override
        public Instant instant() {
            return start.plusNanos(now).plus(wallClockAhead);
        }
    }
}

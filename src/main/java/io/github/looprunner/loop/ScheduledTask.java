package io.github.looprunner.loop;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A timer of a loop: a task with a deadline, and a period where it repeats. */
final class ScheduledTask<V extends @Nullable Object> extends SubmittedTask<V> implements RunnableScheduledFuture<V> {

    private static final long MAX_DELAY = Long.MAX_VALUE >> 1; // also for a period, so that a deadline never overflows

    private final long period; // nanoseconds; positive: fixed rate, negative: fixed delay, zero: once
    private long deadline; // written before the timer is armed; others read it racily
    private int sequence; // guarded by the timer queue
    private boolean armed; // guarded by the timer queue
    private boolean cancelCounted; // guarded by the timer queue

    ScheduledTask(SingleThreadLoop loop, Callable<V> body, long delay, @Nullable Site site) {
        super(loop, body, site);
        this.period = 0;
        this.deadline = after(delay);
    }

    ScheduledTask(SingleThreadLoop loop, Runnable body, V result, long delay, long period, @Nullable Site site) {
        super(loop, body, result, site);
        this.period = Math.max(-MAX_DELAY, Math.min(period, MAX_DELAY));
        this.deadline = after(delay);
    }

    @Override
    public void run() {
        if (period == 0) {
            super.run();
        } else if (runAndReset()) {
            deadline = period > 0 ? VirtualClock.later(deadline, period) : after(-period);
            loop.rearm(this);
        }
    }

    @Override
    void withdraw() {
        loop.cancelled(this);
    }

    /** A periodic timer never completes by itself. */
    @Override
    public List<? extends Dependent> needs() {
        return isPeriodic() ? List.of() : super.needs();
    }

    @Override
    public boolean isPeriodic() {
        return period != 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(deadline - loop.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        if (other instanceof ScheduledTask<?> timer) {
            return timer == this ? 0 : isBefore(timer) ? -1 : 1;
        }
        return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String inWords() {
        return period == 0 ? super.inWords() : super.inWords() + " every " + Duration.ofNanos(Math.abs(period));
    }

    boolean isBefore(ScheduledTask<?> other) {
        long mine = deadline;
        long others = other.deadline;
        return mine < others || (mine == others && sequence - other.sequence < 0);
    }

    long deadline() {
        return deadline;
    }

    void armed(int withSequence) {
        sequence = withSequence;
        armed = true;
    }

    void disarmed() {
        armed = false;
    }

    /** Returns true once for a timer that was cancelled while armed. */
    boolean countsAsCancelled() {
        boolean counts = armed && isCancelled() && !cancelCounted;
        cancelCounted |= counts;
        return counts;
    }

    boolean isCountedAsCancelled() {
        return cancelCounted;
    }

    private long after(long delay) {
        return VirtualClock.later(loop.nanoTime(), Math.min(Math.max(delay, 0), MAX_DELAY));
    }
}

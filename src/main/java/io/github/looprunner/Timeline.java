package io.github.looprunner;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.Kernel.End;
import io.github.looprunner.loop.Standstill;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The virtual time of a test, which all its loops share; from {@link LoopRunner#time()}.
 *
 * <p>The calls that move time wait until everything at the new instant has run. They are for the test's thread; one at a
 * time. They work in automatic mode too.
 */
public final class Timeline {

    private final Scope scope;
    private final Kernel kernel;
    private final Limit limit;

    Timeline(Scope scope, Kernel kernel, Limit limit) {
        this.scope = scope;
        this.kernel = kernel;
        this.limit = limit;
    }

    /** Returns how much time has passed since the test began. */
    public Duration elapsed() {
        return Duration.ofNanos(kernel.time().nanoTime());
    }

    /** Returns what clocks show now. */
    public Instant now() {
        return kernel.time().clock().instant();
    }

    /**
     * Moves time on, from deadline to deadline: at each of them everything runs before time moves on.
     *
     * @throws IllegalArgumentException if the time is negative, or reaches beyond the end of virtual time, which is 292 years
     *     after its start
     * @throws IllegalStateException if another call is moving time, or on a loop
     * @throws LoopFailure if it takes longer than the runner's bound, in real time
     */
    public void advanceBy(Duration time) {
        drive("advanceBy", () -> {
            long target = kernel.time().after(nanos(time));
            run("advanceBy", target);
            kernel.time()
                    .elapse(Math.max(0, target - kernel.time().nanoTime())); // a task may have said that it took longer
        });
    }

    /**
     * Moves time on in one leap, as when the machine sleeps: what was due meanwhile fires late, at the end.
     *
     * @throws IllegalArgumentException if the time is negative, or reaches beyond the end of virtual time, which is 292 years
     *     after its start
     * @throws IllegalStateException if another call is moving time, or on a loop
     * @throws LoopFailure if it takes longer than the runner's bound, in real time
     */
    public void jumpBy(Duration time) {
        drive("jumpBy", () -> {
            run("jumpBy", kernel.time().nanoTime());
            kernel.time().elapse(nanos(time));
            run("jumpBy", kernel.time().nanoTime());
        });
    }

    /**
     * Moves time to the next deadline and runs what is due then; returns false, and does nothing, where there is none.
     *
     * @throws IllegalStateException if another call is moving time, or on a loop
     * @throws LoopFailure if it takes longer than the runner's bound, in real time
     */
    public boolean advanceToNext() {
        boolean[] moved = new boolean[1];
        drive("advanceToNext", () -> {
            run("advanceToNext", kernel.time().nanoTime());
            long next = kernel.nextDeadline();
            moved[0] = next != Long.MAX_VALUE;
            if (moved[0]) {
                run("advanceToNext", next);
            }
        });
        return moved[0];
    }

    /** Returns how long it is until the next deadline; empty where no timer is armed. */
    public Optional<Duration> peekNext() {
        long next = kernel.nextDeadline();
        return next == Long.MAX_VALUE
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, next - kernel.time().nanoTime())));
    }

    /**
     * Waits, without moving time, until at least so many timers are armed.
     *
     * @throws LoopFailure if nothing that can run at this instant arms them
     */
    public void awaitPending(int timers) {
        if (timers <= 0) {
            throw new IllegalArgumentException(
                    "timers (" + timers + ") must be positive; to look without waiting, use peekNext()");
        }
        scope.requireOpen("wait for timers");
        scope.requireOffLoops("awaitPending");
        BooleanSupplier armed = () -> kernel.timerCount() >= timers;
        long now = kernel.time().nanoTime();
        End end = interruptibly(
                "awaitPending", () -> scope.await(kernel, armed, now, /* patient= */ true, Deadline.in(limit)));
        if (end != End.REACHED && !armed.getAsBoolean()) {
            throw new LoopFailure(
                    end == End.TIMED_OUT ? Verdict.TIMED_OUT : Verdict.NEVER,
                    report(scope.name() + " waited for " + Report.count(timers, "armed timer")
                                    + ", and nothing that can run now arms more than " + kernel.timerCount())
                            .next("start what arms them before; time does not move while awaitPending waits")
                            .toString());
        }
    }

    /** Sets what clocks show now; no timer fires for it, and {@link #elapsed()} stays. */
    public void setWallClock(Instant instant) {
        kernel.time().setWallClock(Objects.requireNonNull(instant, "instant"));
    }

    /**
     * Lets the task that calls it take some time: the clock moves on, and what comes due meanwhile fires after the task.
     *
     * @throws IllegalStateException if it is not called on a loop
     */
    public void elapse(Duration time) {
        if (scope.loops().stream().noneMatch(loop -> loop.inEventLoop())) {
            throw new IllegalStateException("elapse was called on thread \""
                    + Thread.currentThread().getName()
                    + "\", which runs no task of a loop; it says how long a task took:"
                    + " on the test's thread use advanceBy(...) or jumpBy(...)");
        }
        kernel.time().elapse(nanos(time));
    }

    @Override
    public String toString() {
        return "Timeline[" + now() + ", " + elapsed() + " after the start]";
    }

    private void drive(String method, Runnable moves) {
        scope.requireOpen("move time");
        scope.requireOffLoops(method);
        String other = kernel.beginDriving(method);
        if (other != null) {
            throw new IllegalStateException(
                    method + " was called while " + other + " is moving time; let one thread move it");
        }
        try {
            moves.run();
        } finally {
            kernel.endDriving();
        }
    }

    private void run(String method, long horizon) {
        long from = kernel.time().nanoTime();
        if (interruptibly(method, () -> scope.drive(kernel, horizon, Deadline.in(limit))) != End.QUIET) {
            throw notReached(method, from, horizon);
        }
    }

    private LoopFailure notReached(String method, long from, long horizon) {
        String took = method + " of " + scope.name() + " took longer than " + limit.inWords() + " of real time: ";
        LoopProbe probe = LoopProbe.of(scope.loops().get(0), scope.loops());
        if (probe.isBlocked()) {
            return new LoopFailure(
                    Verdict.BLOCKED_LOOP,
                    probe.describe(report(took + probe.inWords()))
                            .next(probe.nextStep())
                            .toString());
        }
        Standstill still = kernel.outside().standstills().stream().findFirst().orElse(null);
        Duration moved = Duration.ofNanos(kernel.time().nanoTime() - from);
        return new LoopFailure(
                Verdict.TIMED_OUT,
                report(took + (still == null ? "there is too much to run" : "time stands, since " + still.reason()))
                        .fact("moved", moved + " of " + Duration.ofNanos(horizon - from))
                        .next(
                                still == null
                                        ? "move less at once; or allow more with runner.within(...).time()"
                                        : still.remedy())
                        .toString());
    }

    private End interruptibly(String method, KernelWait wait) {
        try {
            return wait.end();
        } catch (InterruptedException e) {
            Report report = report(scope.name() + " was interrupted while " + method + " waited");
            throw Checked.<RuntimeException>sneaky(Interruption.of(method, report, limit, /* last= */ null));
        }
    }

    private Report report(String verdict) {
        Report report = Report.of(verdict).fact("called at", Report.userLine());
        scope.loops().forEach(loop -> report.loop(loop, loop.state()));
        return report.time(kernel);
    }

    private long nanos(Duration time) {
        Objects.requireNonNull(time, "time");
        if (time.isNegative()) {
            throw new IllegalArgumentException("time (" + time + ") must not be negative; time moves forward only, and"
                    + " setWallClock(...) sets what clocks show");
        }
        Duration left = Duration.ofNanos(Kernel.UNBOUNDED - kernel.time().nanoTime());
        if (time.compareTo(left) > 0) {
            throw new IllegalArgumentException("time (" + time + ") reaches beyond the end of virtual time, which is "
                    + left.toDays() + " days from now; move less");
        }
        return time.toNanos();
    }

    /** A wait under virtual time. */
    private interface KernelWait {
        End end() throws InterruptedException;
    }
}

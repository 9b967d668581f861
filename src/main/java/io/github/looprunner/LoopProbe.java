package io.github.looprunner;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.LoopState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Looks at a loop a few times, a few milliseconds apart, to tell a blocked one from a busy one. */
final class LoopProbe {

    private static final int LOOKS = 3;
    private static final long APART = Duration.ofMillis(5).toNanos();

    private final LoopState first;
    private final LoopState last;
    private final @Nullable Thread thread;
    private final StackTraceElement[] stack;

    private LoopProbe(LoopState first, LoopState last, @Nullable Thread thread, StackTraceElement[] stack) {
        this.first = first;
        this.last = last;
        this.thread = thread;
        this.stack = stack;
    }

    static LoopProbe of(EventLoop loop) {
        List<LoopState> looks = new ArrayList<>();
        looks.add(loop.state());
        for (int look = 1; look < LOOKS; look++) {
            LockSupport.parkNanos(APART);
            looks.add(loop.state());
        }
        LoopState last = looks.get(LOOKS - 1);
        Thread thread = last.thread();
        return new LoopProbe(
                looks.get(0), last, thread, thread == null ? new StackTraceElement[0] : thread.getStackTrace());
    }

    /** Returns whether one task ran all the time. */
    boolean isBlocked() {
        return first.running() != null && last.running() != null && first.completed() == last.completed();
    }

    LoopState last() {
        return last;
    }

    /** Adds what blocks the loop, where something does. */
    Report describe(Report report) {
        return thread == null || !isBlocked()
                ? report
                : report.fact(
                                "blocked by",
                                last.running() + ", on thread \"" + thread.getName() + "\" (" + thread.getState() + ")")
                        .stack("its stack", stack);
    }

    /** Returns what the loop was doing, as the second half of a verdict. */
    String inWords() {
        if (isBlocked()) {
            return "the loop is blocked by one task, so nothing else can run on it";
        }
        if (last.shutDownAt() != null) {
            return "its loop was shut down, so nothing can complete it there";
        }
        if (last.idleFor() == null) {
            return "the loop was still at work (" + (last.completed() - first.completed()) + " tasks in the last "
                    + (LOOKS - 1) * Duration.ofNanos(APART).toMillis() + " ms)";
        }
        return last.timerCount() > 0
                ? "the loop was idle, and waits for a timer"
                : "the loop was idle since " + Report.inWords(last.idleFor())
                        + ", so only another thread could complete it";
    }
}

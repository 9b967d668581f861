package io.github.looprunner.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One look at a loop from outside, for a report; takes nothing from it, and calls no code of the user's. */
final class LoopView {

    private static final int LISTED = 10; // tasks and timers

    private final SingleThreadLoop loop;

    LoopView(SingleThreadLoop loop) {
        this.loop = loop;
    }

    LoopState state() {
        TaskQueue tasks = loop.tasks;
        long completed = tasks.completed();
        Runnable handling = loop.handling();
        Runnable now = handling == null ? tasks.running() : handling;
        Runnable before = tasks.last();
        List<String> ready = new ArrayList<>();
        tasks.peek(LISTED, task -> ready.add(Described.describe(task)));
        return new LoopState(
                loop.thread(),
                now == null ? null : Described.describe(now),
                now == null ? null : loop.waitsFor(),
                before == null ? null : Described.describe(before),
                now == null ? loop.idleFor() : null,
                completed,
                ready.size() < LISTED ? ready.size() : readyCount(completed, now),
                ready,
                loop.timers.count(),
                loop.timers.first(LISTED).stream().map(this::describe).toList(),
                suspended(),
                loop.shutDownInWords(),
                loop.awaitedCarrier());
    }

    private int readyCount(long completed, @Nullable Runnable running) {
        return (int) Math.min(Integer.MAX_VALUE, loop.tasks.published() - completed - (running == null ? 0 : 1));
    }

    private String describe(ScheduledTask<?> timer) {
        Duration left = Duration.ofNanos(timer.deadline() - loop.nanoTime());
        String when = left.isNegative() ? "due" : "in " + Words.roughly(left);
        return when + ": " + Described.describe(timer).replace("submitted at", "armed at");
    }

    private List<String> suspended() {
        List<String> suspended = new ArrayList<>();
        for (CoroutineThread carrier : loop.coroutineThreads().all()) {
            SequentialTask<?> task = carrier.task();
            Object awaited = task == null ? null : task.awaited();
            if (task != null && awaited != null) {
                suspended.add(Described.describe(task) + ", awaits " + describeStage(awaited) + placeOf(carrier));
            }
        }
        return suspended;
    }

    /** Returns where the code of the user's is that a thread runs, with a space before it; nothing if it runs none. */
    static String placeOf(Thread thread) {
        StackTraceElement frame = Site.nearest(thread.getStackTrace());
        return frame == null ? "" : " at " + Site.describe(frame);
    }

    static String describeStage(Object stage) {
        if (!(stage instanceof Described described)) {
            return Described.nameOf(stage);
        }
        return described.inWords() + (described.site() == null ? "" : " made at " + described.site());
    }
}

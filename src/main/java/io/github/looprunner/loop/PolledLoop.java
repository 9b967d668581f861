package io.github.looprunner.loop;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A loop whose thread polls a framework for input; for adapters.
 *
 * <p>The framework's own tasks and timers are to be submitted to this loop, so that there is one order, one time and one
 * account of what is going on. Once the loop is shut down it still takes tasks from its own thread until the input is
 * closed, as frameworks hand on to themselves what they close; but not for ever, where a task submits itself again and again.
 */
public interface PolledLoop extends EventLoop {

    /**
     * Opens a loop.
     *
     * @param poller makes the framework's part; it may keep the loop, but not use it yet
     */
    static PolledLoop open(String kind, LoopOwner owner, Function<PolledLoop, LoopPoller> poller) {
        return SingleThreadLoop.polling(kind, owner, poller);
    }

    /** Runs what handles one piece of input, as a step of this loop; on its thread, inside a poll. */
    void handle(Runnable input);

    /** Returns whether there is something to do, so that a poll must not wait. */
    boolean hasWork();

    /** Returns whether a thread is the loop's own, which an {@link #async} body never runs on. */
    boolean isCarrier(Thread thread);

    /** Returns the loop's own thread, null before the first task. */
    @Nullable
    Thread carrier();

    /**
     * Returns the group that {@link LoopPoller#newThread} is given, for frameworks that make the thread before the first task.
     */
    ThreadGroup threadGroup();
}

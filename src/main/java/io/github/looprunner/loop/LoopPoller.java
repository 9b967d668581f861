package io.github.looprunner.loop;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A framework's part of a {@link PolledLoop}: what the loop's thread polls for input where it would only park.
 *
 * <p>Unless a method says otherwise, it is called on the loop's thread.
 */
public interface LoopPoller {

    /**
     * Makes the loop's thread, which is started later; called by whoever submits the first task.
     *
     * @param group what the thread must belong to, so that the loop's owner hears of what fails on threads born there
     */
    default Thread newThread(ThreadGroup group, String name, Runnable body) {
        return new Thread(group, body, name, /* stackSize= */ 0);
    }

    /** Begins, before the first task. */
    default void begin() {}

    /**
     * Handles the input that is ready, each piece by {@link PolledLoop#handle}; where there is none, waits for some.
     *
     * @param nanos how long to wait at most, in real time; zero only looks, {@link Long#MAX_VALUE} waits for
     *     {@link #wakeUp()}
     */
    void poll(long nanos);

    /**
     * Runs some tasks, with whatever the framework puts around those that run on its loop. What a task throws does not get
     * here; what this method itself throws ends the loop.
     */
    default void run(Runnable tasks) {
        tasks.run();
    }

    /** Makes a poll that waits, or the next one that would, return at once. Any thread. */
    void wakeUp();

    /** Returns whether there is anything that input could come from. Any thread. */
    boolean isOpen();

    /** Returns the ends of connections that are open here, or being opened; not what only accepts them. Any thread. */
    Collection<Connection> connections();

    /**
     * Returns whether input may be on its way, since something was sent, or came, after the last call of {@link #arrived}.
     */
    boolean mayBeInFlight();

    /** Takes note that what was on its way has had time enough to arrive. Any thread, while the loop makes no step. */
    void arrived();

    /**
     * Begins to close what stands on the loop and needs it for that; called before the loop is shut down, and waited for
     * with a bound. Any thread but the loop's.
     */
    default CompletionStage<?> closeFirst() {
        return CompletableFuture.completedStage(null);
    }

    /** Closes what input could come from; what that submits still runs. Called once the loop is shut down, maybe many times. */
    void closeInput();

    /** Ends, after the last task; where none was ever submitted, on the thread that shuts the loop down. */
    void end();

    /** Returns the native object of a type behind the loop, null if there is none. Any thread. */
    <T> @Nullable T unwrap(Class<T> type);
}

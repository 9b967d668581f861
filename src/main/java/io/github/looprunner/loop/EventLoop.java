package io.github.looprunner.loop;

import java.nio.channels.AsynchronousChannelGroup;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thread that runs tasks and timers one at a time; a {@link ScheduledExecutorService} whose futures stay on it.
 *
 * <h2>Order</h2>
 *
 * Tasks run in the order in which they were submitted. Timers come due by deadline and, where deadlines are equal, in
 * the order in which they were armed. Where they run among tasks is declared by the kind
 * ({@link EventLoopFactory#timerOrder}). Unless it says otherwise, the loop works in turns: at the start of a turn every
 * timer that is due joins the queue behind the tasks that are ready already, then the turn runs what is in the queue at
 * that moment. So neither a long queue nor a task that keeps submitting itself can starve the timers, and timers cannot
 * starve the queue. A timer is never early. A delay of zero or less is due at once.
 *
 * <h2>Shutdown</h2>
 *
 * After {@link #shutdown()} the tasks that are queued, and the timers that are due, still run; other timers are
 * cancelled. Under a race of a submission with a shutdown the task is either run or rejected, never lost.
 *
 * <h2>Thread safety</h2>
 *
 * Every method may be called from any thread. What happened before a submission happens before the task; what a task
 * did happens before the next one starts.
 */
public interface EventLoop extends ScheduledExecutorService, AutoCloseable {

    /** Returns the loop that runs the calling code, or null where the caller does not run on a loop. */
    static @Nullable EventLoop current() {
        return CurrentLoop.get();
    }

    /**
     * Waits for a stage inside a body started by {@link #async}, while the loop goes on with other work.
     *
     * @return what the stage completed with
     * @throws IllegalStateException if the caller is no such body
     * @see #async
     */
    static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        return SequentialTask.current("await").await(stage);
    }

    /**
     * Suspends the {@link #async} body that calls it until some time has passed on its loop; zero or less only takes a turn.
     *
     * @throws IllegalStateException if the caller is no such body
     */
    static void sleep(Duration time) {
        Objects.requireNonNull(time, "time");
        SequentialTask.current("sleep").sleep(TimeUnit.NANOSECONDS.convert(time));
    }

    /** Returns the name that reports call this loop by. */
    String name();

    /** Returns the name of the loop's kind, such as {@code jdk}. */
    String kind();

    /**
     * Returns whether the caller runs on this loop: on its thread, or in an {@link #async} body that has its turn. Where the
     * one thread of a framework carries the loop, such as AWT's, that holds for everything that runs on it.
     */
    boolean inEventLoop();

    /**
     * Returns the thread that runs this loop's code now, be it a coroutine's; null before the first task and, where somebody
     * else's threads carry the loop, between two turns. After the end it is null, unless a coroutine goes on all the same.
     */
    @Nullable
    Thread thread();

    /** Returns the loop's current time in nanoseconds, comparable by difference only. Timers are measured by it. */
    long nanoTime();

    /** Returns a clock on the loop's timeline, in the system's default time zone; under virtual time in UTC. */
    Clock clock();

    /**
     * Returns a new incomplete future whose asynchronous stages run on this loop.
     *
     * <p>That holds for the whole chain of stages that depend on it: without an executor of their own, {@code ...Async}
     * stages run on the loop, and {@code orTimeout} and {@code completeOnTimeout} use the loop's time. Waiting for it
     * on this loop's thread is an {@link IllegalStateException}; a {@code get} that only looks, with a timeout of zero
     * or less, is not.
     */
    <T extends @Nullable Object> CompletableFuture<T> newFuture();

    /**
     * Runs a task on the loop and returns a future of its result; the future is of the kind of {@link #newFuture}.
     *
     * <p>A task that throws a {@link java.util.concurrent.CancellationException} has cancelled its future.
     */
    <T extends @Nullable Object> CompletableFuture<T> supply(Callable<? extends T> task);

    /**
     * Starts an asynchronous task on the loop and returns a future of what its stage completes with.
     *
     * <p>Cancelling the future cancels the stage, on the loop. A task that returns null instead of a stage has failed.
     */
    <T extends @Nullable Object> CompletableFuture<T> supplyStage(
            Callable<? extends CompletionStage<? extends T>> task);

    /**
     * Returns a future that completes on this loop as the given stage does, wherever that stage completes.
     *
     * <p>Cancelling the returned future does not cancel the stage.
     */
    <T extends @Nullable Object> CompletableFuture<T> adopt(CompletionStage<? extends T> stage);

    /** Returns a future that completes on this loop when all the stages have completed, exceptionally if one did. */
    CompletableFuture<@Nullable Void> allOf(CompletionStage<?>... stages);

    /**
     * Returns an executor that runs each task on this loop once the delay has passed; zero or less is no delay.
     *
     * @see CompletableFuture#delayedExecutor(long, java.util.concurrent.TimeUnit, Executor)
     */
    Executor delayedExecutor(Duration delay);

    /**
     * Returns the loop's group of asynchronous channels, whose completion handlers run on this loop.
     *
     * <p>Open channels with it, as in {@code AsynchronousServerSocketChannel.open(loop.channelGroup())}. All calls give
     * the same group. Closing the loop closes the channels; shutting the group down leaves the loop alone.
     */
    AsynchronousChannelGroup channelGroup();

    /**
     * Starts a body in sequential style: inside it, {@link #await} suspends the body and frees the loop.
     *
     * <p>The body starts as a task of this loop, behind what is queued. It has a thread of its own, on which
     * {@link #inEventLoop()} is true; that thread and the loop's never run at the same time. Cancelling the future makes
     * a pending {@code await} throw a {@link java.util.concurrent.CancellationException}, and interrupts a body that
     * blocks its thread.
     */
    <T extends @Nullable Object> CompletableFuture<T> async(Callable<? extends T> body);

    /**
     * Returns the native object behind this loop.
     *
     * @throws IllegalArgumentException if this loop has none of that type
     */
    <T> T unwrap(Class<T> type);

    /** Returns a snapshot of what the loop runs, has queued and has scheduled; taken without stopping it. */
    LoopState state();

    /** Returns how many tasks were ever made ready here, timers that came due included. */
    long submitted();

    /**
     * Returns whether nothing runs, nothing is ready, and no timer is due.
     *
     * <p>Between two looks that both say so, with the same {@link #submitted()} count, the loop was quiet all along.
     */
    boolean isQuiet();

    /**
     * Shuts the loop down, waits for it with a bound, and frees those who wait for its futures.
     *
     * <p>What does not end within the bound is interrupted. Futures of this loop that are incomplete then complete with
     * a {@link java.util.concurrent.CancellationException}. On the loop itself this is {@link #shutdown()}: nobody waits.
     */
    @Override
    void close();
}

package io.github.looprunner;

import io.github.looprunner.loop.EventLoop;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous code that has not started: it starts on an event loop, and answers with a stage.
 *
 * <p>Any method that returns a {@link CompletionStage} makes one, as in {@code () -> client.ask("who?")} or
 * {@code server::start}. In sequential style, {@link #async} makes one of a body that waits with {@link #await}.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface Coroutine<T extends @Nullable Object> {

    /**
     * Starts the code; called on the loop's thread, which it must not block.
     *
     * @return the stage of the result, never null
     * @throws Exception if it could not even start; that counts as its failure
     */
    CompletionStage<T> start() throws Exception;

    /**
     * Returns a coroutine of a body in sequential style, which waits for stages with {@link #await}.
     *
     * <p>The body runs on a thread of its own, while the loop's thread stands still: of the bodies on one loop and the
     * loop itself exactly one runs at a time, and {@link EventLoop#inEventLoop()} is true in all of them. So what only the
     * loop touches needs no lock. {@link Thread#currentThread()} is not the loop's thread; the context class loader is
     * copied from it, thread locals are not. A lock that is held across an {@code await} stays held by the body.
     *
     * <p>Cancelling lets a pending {@code await} throw a {@link java.util.concurrent.CancellationException}, after which
     * the body may clean up, and even await again. A body that blocks is interrupted.
     */
    static <T extends @Nullable Object> Coroutine<T> async(Callable<? extends T> body) {
        Objects.requireNonNull(body, "body");
        return () -> currentLoop("a coroutine was started", "hand it to runner.runCoroutine(...) or runner.start(...)")
                .async(body);
    }

    /** Returns a coroutine of a body in sequential style that has no result. */
    static Coroutine<@Nullable Void> async(CheckedRunnable body) {
        Objects.requireNonNull(body, "body");
        return async(Checked.callable(body));
    }

    /**
     * Waits for a stage inside a body made by {@link #async}, while the loop goes on with other work.
     *
     * <p>A stage that is complete is answered at once, without giving the loop a turn. What the stage failed with is
     * thrown as it is: the same object, checked or not, without {@link java.util.concurrent.CompletionException}s around
     * it. To catch a checked one, declare it in the body, as {@code throws IOException} of a method that it calls.
     *
     * @throws IllegalStateException if the caller is not inside such a body
     */
    static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        return EventLoop.await(stage);
    }

    /**
     * Waits inside a body made by {@link #async} until some time has passed on the loop; zero or less only takes a turn.
     *
     * @throws IllegalStateException if the caller is not inside such a body
     */
    static void sleep(Duration time) {
        EventLoop.sleep(time);
    }

    private static EventLoop currentLoop(String what, String next) {
        EventLoop loop = EventLoop.current();
        if (loop == null) {
            throw new IllegalStateException(what + " off any loop, on thread \""
                    + Thread.currentThread().getName() + "\"; " + next);
        }
        return loop;
    }
}

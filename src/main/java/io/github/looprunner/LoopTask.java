package io.github.looprunner;

import io.github.looprunner.loop.Site;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A coroutine that was started and runs on its own, perhaps for ever; made by {@link LoopRunner#start(Coroutine)}.
 *
 * <p>It is cancelled when its runner closes. Its failure fails the test unless somebody asks for it.
 *
 * @param <T> the type of the result
 */
public final class LoopTask<T extends @Nullable Object> {

    private final CompletableFuture<T> future;

    LoopTask(CompletableFuture<T> future) {
        this.future = future;
    }

    /**
     * Asks the coroutine to end; returns at once, from any thread.
     *
     * <p>Its stage is cancelled; a coroutine in sequential style that awaits gets a
     * {@link java.util.concurrent.CancellationException} from its {@code await}. After the end this does nothing.
     */
    public void cancel() {
        future.cancel(/* mayInterruptIfRunning= */ true);
    }

    /** Counts a failure from now on as nobody's: the test ends, and takes away what the coroutine works with. */
    void letGo() {
        if (!isDone()) {
            future.whenComplete((value, thrown) -> {});
        }
    }

    /** Returns whether the coroutine has ended, by a result, a failure or a cancel. */
    public boolean isDone() {
        return future.isDone();
    }

    /** Returns the future of the result, whose asynchronous stages run on the loop; {@code runCoroutine} waits for it. */
    public CompletableFuture<T> future() {
        return future;
    }

    @Override
    public String toString() {
        String state = !isDone() ? "running" : future.isCancelled() ? "cancelled" : "done";
        Site site = Site.of(future);
        return "LoopTask[" + state + (site == null ? "]" : ", started at " + site.inWords() + "]");
    }
}

package io.github.looprunner.loop;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A task that completes a future of its loop with its result. */
record SuppliedTask<T extends @Nullable Object>(Callable<? extends T> body, LoopFuture<T> future)
        implements Runnable, Described, CompletableFuture.AsynchronousCompletionTask {

    @Override
    public void run() {
        if (future.isDone()) {
            return; // cancelled before it started
        }
        try {
            future.complete(body.call());
        } catch (Throwable thrown) {
            future.fail(thrown);
        }
    }

    @Override
    public String inWords() {
        return Described.nameOf(body);
    }

    @Override
    public @Nullable Site site() {
        return future.site();
    }

    /** Makes the future of a task that its own loop runs. */
    static <T extends @Nullable Object> LoopFuture<T> newFuture(SingleThreadLoop loop, @Nullable Site site) {
        return new LoopFuture<>(loop, site) {
            @Override
            List<? extends Dependent> brings() {
                return List.of(loop);
            }
        };
    }
}

package io.github.looprunner;

import io.github.looprunner.loop.Hold;
import io.github.looprunner.loop.HoldKind;
import io.github.looprunner.loop.Kernel;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Work off the loops that makes virtual time stand. */
final class Tracked {

    private Tracked() {}

    static void execute(Executor executor, Runnable task, Kernel kernel, HoldKind kind) {
        Hold hold = kernel.outside().holdFor(kind);
        try {
            executor.execute(() -> {
                try (hold) {
                    task.run();
                }
            });
        } catch (Throwable refused) {
            hold.close();
            throw refused;
        }
    }

    static <T extends @Nullable Object> void complete(CompletableFuture<T> result, Callable<T> function) {
        try {
            result.complete(function.call());
        } catch (Throwable thrown) {
            result.completeExceptionally(thrown);
        }
    }
}

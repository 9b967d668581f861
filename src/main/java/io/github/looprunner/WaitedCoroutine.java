package io.github.looprunner;

import io.github.looprunner.loop.AwaitedTask;
import io.github.looprunner.loop.Site;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The start of a coroutine that a thread waits for. */
record WaitedCoroutine<T extends @Nullable Object>(Coroutine<T> coroutine, ResultWait<T> awaiting)
        implements Callable<CompletionStage<T>>, AwaitedTask {

    @Override
    public CompletionStage<T> call() throws Exception {
        return coroutine.start();
    }

    @Override
    public @Nullable Site waitedAt() {
        return awaiting.site();
    }
}

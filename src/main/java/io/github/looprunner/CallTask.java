package io.github.looprunner;

import io.github.looprunner.loop.AwaitedTask;
import io.github.looprunner.loop.Site;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** A function on a loop that a thread waits for; cancelling it interrupts it. */
final class CallTask<T extends @Nullable Object> extends FutureTask<T> implements AwaitedTask {

    private final ResultWait<T> wait;

    CallTask(Callable<T> function, ResultWait<T> wait) {
        super(function);
        this.wait = wait;
    }

    @Override
    public @Nullable Site waitedAt() {
        return wait.site();
    }

    @Override
    protected void done() {
        try {
            wait.accept(get(), null);
        } catch (ExecutionException e) {
            wait.accept(null, e.getCause());
        } catch (CancellationException | InterruptedException e) {
            wait.accept(null, e);
        }
    }
}

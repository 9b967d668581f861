package io.github.looprunner;

import io.github.looprunner.loop.AwaitedTask;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Site;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** A function on a loop that a thread waits for; cancelling it interrupts it. */
final class CallTask<T extends @Nullable Object> extends FutureTask<T> implements AwaitedTask {

    private final EventLoop loop;
    private final ResultWait<T> wait;
    private @Nullable Throwable failure; // written before the state of the task

    CallTask(Callable<T> function, EventLoop loop, ResultWait<T> wait) {
        super(function);
        this.loop = loop;
        this.wait = wait;
    }

    @Override
    public @Nullable Site waitedAt() {
        return wait.site();
    }

    private CancellationException endedFirst() {
        return new CancellationException("a function that was given to runner.call(...) never completed, since " + loop
                + " ended first; where a failure ended it, the runner reports that when it closes");
    }

    @Override
    protected void setException(Throwable thrown) {
        failure = thrown; // get() would ask it for its text, which may throw
        super.setException(thrown);
    }

    @Override
    protected void done() {
        if (failure != null && !isCancelled()) {
            wait.accept(null, failure);
            return;
        }
        try {
            wait.accept(get(), null);
        } catch (ExecutionException e) {
            wait.accept(null, e.getCause());
        } catch (CancellationException e) {
            wait.accept(null, loop.isShutdown() ? endedFirst() : e);
        } catch (InterruptedException e) {
            wait.accept(null, e);
        }
    }
}

package io.github.looprunner.loop;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A task with a result, whose failure is reported unless somebody asks for it. */
class SubmittedTask<V extends @Nullable Object> extends FutureTask<V> implements Described, Dependent {

    final SingleThreadLoop loop;
    private final Object body; // what the user gave, to name it in reports
    private final @Nullable Site site;

    SubmittedTask(SingleThreadLoop loop, Callable<V> body, @Nullable Site site) {
        super(body);
        this.loop = loop;
        this.body = body;
        this.site = site;
    }

    SubmittedTask(SingleThreadLoop loop, Runnable body, V result, @Nullable Site site) {
        super(body, result);
        this.loop = loop;
        this.body = body;
        this.site = site;
    }

    @Override
    public String inWords() {
        return Described.nameOf(body);
    }

    @Override
    public @Nullable Site site() {
        return site;
    }

    @Override
    public List<? extends Dependent> needs() {
        return isDone() ? List.of() : List.of(loop);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        loop.calling();
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            withdraw();
        }
        loop.called();
        return cancelled;
    }

    /** Takes a task that was cancelled back from where it waits. */
    void withdraw() {}

    @Override
    public V get() throws InterruptedException, ExecutionException {
        BlockingWait wait = loop.waits().begin(this, "get");
        try {
            return super.get();
        } catch (ExecutionException e) {
            throw observed(e);
        } finally {
            wait.close();
        }
    }

    @Override
    public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        long left = loop.waits().beginBounded(this, "get", unit.toNanos(timeout));
        try {
            return super.get(left, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw observed(e);
        }
    }

    /** Overrides what JDK 19 and later inherit, so that who asks this way has observed the failure too. */
    @SuppressWarnings("MissingOverride")
    public Throwable exceptionNow() {
        if (!isDone()) {
            throw new IllegalStateException("the task has not completed");
        }
        try {
            get();
        } catch (ExecutionException e) {
            return Outcome.original(e);
        } catch (CancellationException e) {
            throw new IllegalStateException("the task was cancelled", e);
        } catch (InterruptedException e) {
            throw new AssertionError("get of a task that is done does not wait", e);
        }
        throw new IllegalStateException("the task completed with a result");
    }

    /** Reports before it completes: whoever is given the failure then takes it back, and finds it there. */
    @Override
    protected void setException(Throwable thrown) {
        if (!isCancelled()) {
            loop.failed(thrown, this);
        }
        super.setException(thrown);
        if (isCancelled()) {
            loop.raised(thrown); // the cancel came first, so who cancelled has given it up
        }
    }

    private ExecutionException observed(ExecutionException e) {
        loop.raised(Outcome.original(e));
        return e;
    }
}

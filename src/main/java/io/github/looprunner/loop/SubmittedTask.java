package io.github.looprunner.loop;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A task with a result, whose failure is reported unless somebody asks for it. */
class SubmittedTask<V extends @Nullable Object> extends TaskFuture<V> implements Described, Dependent {

    /** Whether the caller only waits, and looks at no failure. */
    private static final ThreadLocal<Boolean> MERELY_WAITS = ThreadLocal.withInitial(() -> false);

    final SingleThreadLoop loop;
    private final @Nullable Site site;

    SubmittedTask(SingleThreadLoop loop, Callable<V> body, @Nullable Site site) {
        super(body);
        this.loop = loop;
        this.site = site;
    }

    SubmittedTask(SingleThreadLoop loop, Runnable body, V result, @Nullable Site site) {
        super(body, result);
        this.loop = loop;
        this.site = site;
    }

    @Override
    public String inWords() {
        return Described.nameOf(body());
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

    /** Reports before the task ends: whoever is given the failure then takes it back, and finds it there. */
    @Override
    void threw(Throwable thrown) {
        if (!isCancelled()) {
            loop.failed(thrown, this);
        }
    }

    @Override
    void threwInVain(Throwable thrown) {
        loop.raised(thrown); // the cancel came first, so who cancelled has given it up
    }

    private ExecutionException observed(ExecutionException e) {
        if (!MERELY_WAITS.get()) {
            loop.raised(Outcome.original(e));
        }
        return e;
    }

    /**
     * Runs what waits by {@code get} for tasks that are not done yet, and drops what that throws: else it would be a matter
     * of chance whether a failure counts as observed.
     */
    static <T extends @Nullable Object> T merelyWaiting(InterruptibleWait<T> wait) throws InterruptedException {
        MERELY_WAITS.set(true);
        try {
            return wait.await();
        } finally {
            MERELY_WAITS.remove();
        }
    }

    /** A wait for some tasks. */
    interface InterruptibleWait<T extends @Nullable Object> {

        T await() throws InterruptedException;
    }

    @Override
    public String toString() {
        String how = isCancelled() ? "cancelled" : isDone() ? "done" : "not done";
        return Described.describe(this) + " (" + how + ")";
    }
}

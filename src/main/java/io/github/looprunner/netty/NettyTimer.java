package io.github.looprunner.netty;

import io.github.looprunner.loop.Described;
import io.github.looprunner.loop.Site;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A timer of Netty's, kept by our loop. */
final class NettyTimer<V extends @Nullable Object> extends DefaultPromise<V>
        implements ScheduledFuture<V>, Runnable, Described {

    private final Callable<V> task;
    private final Object named; // what the user gave us
    private final boolean periodic;
    private java.util.concurrent.@Nullable ScheduledFuture<?> armed; // guarded by this

    private NettyTimer(EventExecutor executor, Callable<V> task, Object named, boolean periodic) {
        super(executor);
        this.task = task;
        this.named = named;
        this.periodic = periodic;
    }

    static <V extends @Nullable Object> NettyTimer<V> once(
            EventExecutor executor, Callable<V> task, Function<Runnable, java.util.concurrent.ScheduledFuture<?>> arm) {
        return new NettyTimer<>(executor, task, task, /* periodic= */ false).arm(arm);
    }

    static NettyTimer<@Nullable Void> once(
            EventExecutor executor, Runnable task, Function<Runnable, java.util.concurrent.ScheduledFuture<?>> arm) {
        return of(executor, task, /* periodic= */ false).arm(arm);
    }

    static NettyTimer<@Nullable Void> periodic(
            EventExecutor executor, Runnable task, Function<Runnable, java.util.concurrent.ScheduledFuture<?>> arm) {
        return of(executor, task, /* periodic= */ true).arm(arm);
    }

    private static NettyTimer<@Nullable Void> of(EventExecutor executor, Runnable task, boolean periodic) {
        Objects.requireNonNull(task, "task");
        Callable<@Nullable Void> call = () -> {
            task.run();
            return null;
        };
        return new NettyTimer<@Nullable Void>(executor, call, task, periodic);
    }

    /** Arms it; it may run on the loop before this returns. */
    private synchronized NettyTimer<V> arm(Function<Runnable, java.util.concurrent.ScheduledFuture<?>> arm) {
        armed = arm.apply(this);
        return this;
    }

    private synchronized java.util.concurrent.ScheduledFuture<?> armed() {
        return Objects.requireNonNull(armed, "handed out only once it is armed");
    }

    @Override
    public void run() {
        if (periodic ? isDone() : !setUncancellable()) {
            return;
        }
        try {
            V result = task.call();
            if (!periodic) {
                setSuccess(result);
            }
        } catch (Throwable thrown) {
            if (tryFailure(thrown)) {
                armed().cancel(/* mayInterruptIfRunning= */ false);
            }
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            armed().cancel(/* mayInterruptIfRunning= */ false);
        }
        return cancelled;
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return armed().getDelay(unit);
    }

    @Override
    public int compareTo(Delayed other) {
        return armed().compareTo(other instanceof NettyTimer<?> timer ? timer.armed() : other);
    }

    @Override
    public String inWords() {
        return Described.nameOf(named);
    }

    @Override
    public @Nullable Site site() {
        return null;
    }
}

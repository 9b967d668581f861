package io.github.looprunner.vertx;

import io.github.looprunner.loop.Connection;
import io.github.looprunner.loop.LoopOwner;
import io.github.looprunner.loop.LoopPoller;
import io.github.looprunner.loop.Outcome;
import io.github.looprunner.loop.PolledLoop;
import io.github.looprunner.loop.TaskFailure;
import io.github.looprunner.netty.NettyLoops;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Runs Vert.x on a loop: it is made with the first task, or when it is asked for, and closed before the loop ends. */
final class VertxPoller implements LoopPoller {

    private final PolledLoop loop;
    private final LoopPoller netty;
    private final EventLoop nettyLoop;
    private final LoopOwner owner;
    private final VertxOptions options;
    private @Nullable VertxInternal vertx; // guarded by this
    private @Nullable LoopTransport transport; // guarded by this; made with it
    private volatile @Nullable ContextInternal context; // which tasks run on that come from elsewhere

    VertxPoller(PolledLoop loop, LoopOwner owner, @Nullable VertxOptions options) {
        this.loop = loop;
        this.netty = NettyLoops.nioPoller(loop);
        this.nettyLoop = Objects.requireNonNull(netty.unwrap(EventLoop.class), "Netty's side of the loop");
        this.owner = owner;
        this.options = options == null ? new VertxOptions().setUseDaemonThread(true) : options;
    }

    private synchronized VertxInternal vertx() {
        if (vertx == null) {
            vertx = start();
        }
        return vertx;
    }

    /** Contexts take the class loader of the thread that makes them, which may be anybody's. */
    private synchronized VertxInternal start() {
        Thread caller = Thread.currentThread();
        ClassLoader before = caller.getContextClassLoader();
        boolean replaced = setLoader(caller, owner.contextClassLoader());
        try {
            transport = new LoopTransport(nettyLoop, loop.threadGroup());
            VertxInternal started = transport.start(options, owner.kernel());
            started.exceptionHandler(this::failed);
            context = started.createEventLoopContext();
            return started;
        } finally {
            if (replaced) {
                setLoader(caller, before);
            }
        }
    }

    /** Takes note of what a handler threw that has no handler for it, which Vert.x by itself only logs. */
    private void failed(Throwable thrown) {
        owner.failed(new TaskFailure(Outcome.peel(thrown), owner.loopName(), "a handler of Vert.x", /* site= */ null));
    }

    /** Returns false for a thread of the JDK's own, such as that of a channel group, which refuses. */
    private static boolean setLoader(Thread thread, @Nullable ClassLoader loader) {
        try {
            thread.setContextClassLoader(loader);
            return true;
        } catch (SecurityException refused) {
            return false;
        }
    }

    private synchronized LoopTransport transport() {
        vertx();
        return Objects.requireNonNull(transport, "made with Vert.x");
    }

    private synchronized boolean isMade() {
        return vertx != null;
    }

    /** Lets Vert.x make the thread, so that it knows it as one of its own. */
    @Override
    public Thread newThread(ThreadGroup group, String name, Runnable body) {
        Thread thread = transport().thread(body);
        thread.setName(name);
        return thread;
    }

    @Override
    public void begin() {
        netty.begin();
    }

    @Override
    public void run(Runnable tasks) {
        ContextInternal on = context;
        if (on == null) {
            tasks.run();
            return;
        }
        ContextInternal before = on.beginDispatch();
        try {
            tasks.run();
        } finally {
            on.endDispatch(before);
        }
    }

    @Override
    public void poll(long nanos) {
        netty.poll(nanos);
    }

    @Override
    public void wakeUp() {
        netty.wakeUp();
    }

    @Override
    public boolean isOpen() {
        return netty.isOpen();
    }

    @Override
    public Collection<Connection> connections() {
        return netty.connections();
    }

    @Override
    public boolean mayBeInFlight() {
        return netty.mayBeInFlight();
    }

    @Override
    public void arrived() {
        netty.arrived();
    }

    @Override
    public CompletionStage<?> closeFirst() {
        return isMade() ? vertx().close().toCompletionStage() : CompletableFuture.completedStage(null);
    }

    @Override
    public void closeInput() {
        if (isMade()) {
            vertx().close();
        }
        netty.closeInput();
    }

    @Override
    public void end() {
        netty.end();
        if (isMade()) {
            transport().end();
        }
    }

    @Override
    public <T> @Nullable T unwrap(Class<T> type) {
        if (type.isAssignableFrom(Vertx.class) || type == VertxInternal.class) {
            return type.cast(vertx());
        }
        if (type.isAssignableFrom(ContextInternal.class) && type != Object.class) {
            vertx();
            return type.cast(context);
        }
        return netty.unwrap(type);
    }
}

package io.github.looprunner.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A loop's channel group and the executor behind it: completion handlers become tasks of the loop, and shutting the
 * group down, which shuts its executor down, leaves the loop alone.
 */
final class ChannelExecutor extends AbstractExecutorService {

    private final SingleThreadLoop loop;
    private @Nullable AsynchronousChannelGroup group; // guarded by this
    private boolean closed; // guarded by this
    private volatile boolean open; // whether somebody has the group; written under this
    private volatile boolean shutDown; // written by the thread that ends the group

    ChannelExecutor(SingleThreadLoop loop) {
        this.loop = loop;
    }

    synchronized AsynchronousChannelGroup group() {
        if (group == null && closed) {
            throw new IllegalStateException("channelGroup was called on loop \"" + loop.name()
                    + "\", which was closed; open channels before that, or on a loop of the running test");
        }
        if (group == null) {
            try {
                group = AsynchronousChannelGroup.withThreadPool(this);
                open = true;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot open a channel group for loop \"" + loop.name() + "\"", e);
            }
        }
        return group;
    }

    /** Returns whether somebody has asked for the group, and so may have opened channels. */
    boolean isOpen() {
        return open;
    }

    /** Closes the channels of the group, if there ever was one; its own thread then ends. */
    synchronized void close() {
        closed = true;
        open = false;
        if (group == null) {
            return;
        }
        try {
            group.shutdownNow();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the channels of loop \"" + loop.name() + "\"", e);
        }
    }

    /** Drops a handler that comes when the loop takes no more: nobody would run it, and the group must be able to close. */
    @Override
    public void execute(Runnable handler) {
        try {
            loop.handleChannel(handler);
        } catch (RejectedExecutionException closed) {
            // thrown on, it would end the group's thread, or leave the channels open that are closed after this one
        }
    }

    @Override
    public void shutdown() {
        shutDown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutDown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutDown;
    }

    @Override
    public boolean isTerminated() {
        return shutDown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutDown;
    }
}

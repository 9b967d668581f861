package io.github.looprunner.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A loop's channel group and the executor behind it: completion handlers become tasks of the loop, and shutting the
 * group down, which shuts its executor down, leaves the loop alone.
 */
final class ChannelExecutor extends AbstractExecutorService {

    private static final Duration CLOSE_BOUND = Duration.ofSeconds(1); // closing channels is a matter of milliseconds

    private final EventLoop loop;
    private @Nullable AsynchronousChannelGroup group; // guarded by this
    private volatile boolean shutDown; // written by the thread that ends the group

    ChannelExecutor(EventLoop loop) {
        this.loop = loop;
    }

    synchronized AsynchronousChannelGroup group() {
        if (group == null) {
            try {
                group = AsynchronousChannelGroup.withThreadPool(this);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot open a channel group for loop \"" + loop.name() + "\"", e);
            }
        }
        return group;
    }

    /** Closes the channels of the group, if there ever was one, and waits for its own thread to end. */
    synchronized void close() {
        if (group == null) {
            return;
        }
        try {
            group.shutdownNow();
            group.awaitTermination(CLOSE_BOUND.toNanos(), TimeUnit.NANOSECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the channels of loop \"" + loop.name() + "\"", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void execute(Runnable handler) {
        loop.execute(handler);
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

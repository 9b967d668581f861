package io.github.looprunner.netty;

import io.github.looprunner.loop.PolledLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.BlockingOperationException;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.concurrent.Ticker;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What Netty sees of a loop: its tasks and timers are the loop's, and its time is the loop's. */
final class NettyLoop extends AbstractEventExecutor implements IoEventLoop {

    private final PolledLoop loop;
    private final NettyPoller poller;
    private final Ticker ticker = new LoopTicker();
    private final Promise<@Nullable Void> terminated = new Termination();

    NettyLoop(PolledLoop loop, NettyPoller poller) {
        this.loop = loop;
        this.poller = poller;
    }

    // Tasks and timers

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return NettyTimer.once(this, task, timer -> loop.schedule(timer, delay, unit));
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        return NettyTimer.once(this, task, timer -> loop.schedule(timer, delay, unit));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return NettyTimer.periodic(this, task, timer -> loop.scheduleAtFixedRate(timer, initialDelay, period, unit));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
        return NettyTimer.periodic(this, task, timer -> loop.scheduleWithFixedDelay(timer, initialDelay, delay, unit));
    }

    @Override
    public Ticker ticker() {
        return ticker;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return loop.isCarrier(thread);
    }

    // Channels

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel) {
        return register(new DefaultChannelPromise(channel, this));
    }

    @Override
    @Deprecated
    public ChannelFuture register(ChannelPromise promise) {
        return register(promise.channel(), promise);
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        channel.unsafe().register(this, promise);
        return promise;
    }

    @Override
    public Future<IoRegistration> register(IoHandle handle) {
        Promise<IoRegistration> promise = newPromise();
        if (inEventLoop()) {
            poller.register(handle, promise);
        } else {
            execute(() -> poller.register(handle, promise));
        }
        return promise;
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return poller.isCompatible(type);
    }

    @Override
    public boolean isIoType(Class<? extends IoHandler> type) {
        return poller.isIoType(type);
    }

    // The end

    /** Shuts the loop down at once: there is no quiet period, as what is submitted by then runs anyway. */
    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        loop.shutdown();
        return terminated;
    }

    @Override
    public Future<?> terminationFuture() {
        return terminated;
    }

    /** Tells who waits for the end that it has come. */
    void ended() {
        terminated.trySuccess(null);
    }

    @Override
    @Deprecated
    public void shutdown() {
        loop.shutdown();
    }

    @Override
    @Deprecated
    public List<Runnable> shutdownNow() {
        return loop.shutdownNow();
    }

    @Override
    public boolean isShuttingDown() {
        return loop.isShutdown();
    }

    @Override
    public boolean isShutdown() {
        return loop.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return terminated.isDone() || loop.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return loop.awaitTermination(timeout, unit);
    }

    // A group of one

    @Override
    public EventLoopGroup parent() {
        return this;
    }

    @Override
    public IoEventLoop next() {
        return this;
    }

    @Override
    public String toString() {
        return "the Netty side of " + loop;
    }

    /** The end of the loop; listeners are called by the thread that brings it, as no other is left. */
    private final class Termination extends DefaultPromise<@Nullable Void> {

        Termination() {
            super(ImmediateEventExecutor.INSTANCE);
        }

        @Override
        protected void checkDeadLock() {
            if (inEventLoop()) {
                throw new BlockingOperationException("the loop cannot wait for its own end");
            }
        }
    }

    private final class LoopTicker implements Ticker {

        @Override
        public long initialNanoTime() {
            return 0; // where the time of loops starts, roughly
        }

        @Override
        public long nanoTime() {
            return loop.nanoTime();
        }

        @Override
        public void sleep(long delay, TimeUnit unit) throws InterruptedException {
            unit.sleep(delay);
        }
    }
}

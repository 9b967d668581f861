package io.github.looprunner.netty;

import io.github.looprunner.loop.Connection;
import io.github.looprunner.loop.LoopPoller;
import io.github.looprunner.loop.PolledLoop;
import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.ServerChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Promise;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs the I/O of a transport of Netty's on a loop. */
final class NettyPoller implements LoopPoller {

    private static final long LONGEST = TimeUnit.HOURS.toNanos(1); // some transports add it to the time
    private static final long SAME = TimeUnit.MICROSECONDS.toNanos(10); // deadlines that are no further apart

    private final PolledLoop loop;
    private final Transport transport;
    private final NettyLoop netty;
    private final Set<Object> open = ConcurrentHashMap.newKeySet(); // channels, and handles that belong to none
    private final IoHandler memory; // for channels in memory, whose input is tasks
    private volatile boolean woken; // since the last poll that could wait; not every transport remembers it
    private volatile boolean inFlight; // set by the loop's thread, and by who closes a channel
    private volatile boolean
            closed; // a channel since the last poll: the JDK frees its port in the next one; set as above
    private long deadline; // real time; of the last poll that had one; the loop's thread only
    private volatile @Nullable IoHandler handler; // made by the loop's thread; null before its start

    NettyPoller(PolledLoop loop, Transport transport) {
        this.loop = loop;
        this.transport = transport;
        this.netty = new NettyLoop(loop, this);
        this.memory = LocalIoHandler.newFactory().newHandler(netty);
    }

    @Override
    public Thread newThread(ThreadGroup group, String name, Runnable body) {
        return new FastThreadLocalThread(group, body, name);
    }

    @Override
    public void begin() {
        IoHandler made = transport.handlers().newHandler(netty);
        made.initialize();
        handler = made;
    }

    @Override
    public void poll(long nanos) {
        closed = false;
        handler().run(new Context(nanos));
        if (nanos > 0) {
            woken = false; // what we were woken for is there to see by now
        }
    }

    @Override
    public void wakeUp() {
        woken = true;
        IoHandler waiting = handler;
        if (waiting != null) {
            waiting.wakeup();
        }
    }

    @Override
    public boolean isOpen() {
        return !open.isEmpty() || closed;
    }

    @Override
    public Collection<Connection> connections() {
        List<Connection> connections = new ArrayList<>();
        for (Object each : open) {
            if (each instanceof Channel channel && !(channel instanceof ServerChannel)) {
                connections.add(new Connection(channel.localAddress(), channel.remoteAddress()));
            }
        }
        return connections;
    }

    @Override
    public boolean mayBeInFlight() {
        return inFlight;
    }

    @Override
    public void arrived() {
        inFlight = false;
    }

    /** Takes note that something was sent, or that somebody may answer. */
    private void sent() {
        inFlight = true;
    }

    @Override
    public void closeInput() {
        memory.prepareToDestroy();
        handler().prepareToDestroy();
    }

    @Override
    public void end() {
        IoHandler ending = handler;
        if (ending != null) {
            memory.destroy();
            ending.destroy();
        }
        netty.ended();
    }

    @Override
    public <T> @Nullable T unwrap(Class<T> type) {
        for (Object candidate : new Object[] {netty, transport}) {
            if (type.isInstance(candidate)) {
                return type.cast(candidate);
            }
        }
        return null;
    }

    private IoHandler handler() {
        IoHandler made = handler;
        if (made == null) {
            throw new IllegalStateException("the transport of " + loop + " has not begun");
        }
        return made;
    }

    // For Netty's side of the loop

    /** Takes note of a channel until it is closed. */
    private void watch(Channel channel) {
        if (open.add(channel)) {
            sent(); // it may be about to connect
            channel.closeFuture().addListener(done -> {
                closed = true;
                open.remove(channel);
                sent();
            });
            MessageSizeEstimator sizes = channel.config().getMessageSizeEstimator();
            channel.config().setMessageSizeEstimator(new WrittenMessages(sizes, this::sent));
        }
    }

    /** Registers a handle with the transport; its input then counts as steps of the loop. */
    void register(IoHandle handle, Promise<IoRegistration> promise) {
        try {
            promise.setSuccess(
                    memory.isCompatible(handle.getClass())
                            ? memory.register(handle)
                            : handler().register(counted(handle)));
        } catch (Exception e) {
            promise.setFailure(e);
        }
    }

    boolean isCompatible(Class<? extends IoHandle> type) {
        Class<? extends IoHandle> handles = transport.handleType();
        return memory.isCompatible(type) || (handles != null && handles.isAssignableFrom(type));
    }

    boolean isIoType(Class<? extends IoHandler> type) {
        return transport.handlerType().isAssignableFrom(type);
    }

    /** Wraps a handle, of which a transport asks no more than its interface. */
    private IoHandle counted(IoHandle handle) {
        Class<? extends IoHandle> type = Objects.requireNonNull(transport.handleType(), "compatible with no other");
        if (handle instanceof Channel.Unsafe unsafe) {
            watch(unsafe.voidPromise().channel()); // not every library registers channels by their own method
        } else {
            open.add(handle);
        }
        return (IoHandle)
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        sent();
                        loop.handle(new Input(handle, arguments));
                        return null;
                    }
                    if (method.getName().equals("close")) {
                        open.remove(handle);
                    }
                    try {
                        return method.invoke(handle, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /**
     * Returns when a poll is to end, at the latest: when the one before was, where that will do, as some transports have to tell
     * the operating system of each new deadline.
     */
    private long deadlineIn(long nanos) {
        long exact = System.nanoTime() + Math.min(nanos, LONGEST);
        long early = nanos < LONGEST ? SAME : LONGEST / 2;
        if (deadline - exact > SAME || exact - deadline > early) {
            deadline = exact;
        }
        return deadline;
    }

    /** What a poll may do: wait, unless there is something else to do by now. */
    private final class Context implements IoHandlerContext {

        private static final long NONE = -1;

        private final boolean waits;
        private final boolean endless;
        private final long deadline;

        Context(long nanos) {
            this.waits = nanos > 0;
            this.endless = nanos == Long.MAX_VALUE;
            this.deadline = !waits || endless ? NONE : deadlineIn(nanos);
        }

        @Override
        public boolean canBlock() {
            return waits && !woken && !loop.hasWork();
        }

        @Override
        public long delayNanos(long now) {
            return endless ? LONGEST : waits ? Math.max(0, deadline - now) : 0;
        }

        @Override
        public long deadlineNanos() {
            return deadline;
        }
    }
}

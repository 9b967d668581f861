package io.github.looprunner.vertx;

import io.github.looprunner.loop.Kernel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.ExecutorServiceFactory;
import io.vertx.core.spi.transport.Transport;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * A transport of Vert.x's that runs everything on one loop, with what it calls domain sockets in memory.
 *
 * <p>A proxy, as the interface differs between the versions of Vert.x; what is not answered here is left to the transport
 * over sockets.
 */
final class LoopTransport implements InvocationHandler {

    private final Transport sockets = io.vertx.core.transport.Transport.NIO.implementation();
    private final EventLoop loop;
    private final ThreadMaker maker;

    /**
     * Creates a transport.
     *
     * @param group what the event loop's thread is to belong to
     */
    LoopTransport(EventLoop loop, ThreadGroup group) {
        this.loop = loop;
        this.maker = new ThreadMaker(group);
    }

    VertxInternal start(VertxOptions options, @Nullable Kernel kernel) {
        maker.start();
        try {
            return startVertx(options, kernel);
        } finally {
            maker.take(null); // does nothing unless that failed
        }
    }

    private VertxInternal startVertx(VertxOptions options, @Nullable Kernel kernel) {
        VertxBootstrap bootstrap = VertxBootstrap.create().options(options).init();
        Transport transport = (Transport)
                Proxy.newProxyInstance(Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, this);
        setTransport(bootstrap, transport);
        if (kernel != null) {
            ExecutorServiceFactory workers = bootstrap.executorServiceFactory();
            bootstrap.executorServiceFactory((threadFactory, concurrency, most) ->
                    new HeldExecutor(workers.createExecutor(threadFactory, concurrency, most), kernel.outside()));
        }
        return (VertxInternal) bootstrap.vertx();
    }

    /** Calls a method whose return type is another in each version. */
    private static void setTransport(VertxBootstrap bootstrap, Transport transport) {
        try {
            VertxBootstrap.class.getMethod("transport", Transport.class).invoke(bootstrap, transport);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this version of Vert.x takes no transport; use one that is tested, from 5.0 to 5.2", e);
        }
    }

    /**
     * Returns the event loop's thread, with what it shall run. The caller spins if it has not been made yet: the test's thread
     * would be taken for one that is blocked, and the loops would run on before it has said what they shall do.
     */
    Thread thread(Runnable body) {
        awaitMaker();
        return maker.give(body);
    }

    /** Leaves no thread behind. */
    void end() {
        awaitMaker();
    }

    private void awaitMaker() {
        while (maker.isAlive()) {
            Thread.yield();
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        Object[] given = arguments == null ? new Object[0] : arguments;
        return switch (method.getName()) {
            case "eventLoopGroup" -> eventLoopGroup(given);
            case "supportsDomainSockets" -> true;
            case "channelFactory" ->
                Boolean.TRUE.equals(given[0]) ? (ChannelFactory<LocalChannel>) LocalChannel::new : pass(method, given);
            case "serverChannelFactory" ->
                Boolean.TRUE.equals(given[0])
                        ? (ChannelFactory<LocalServerChannel>) LocalServerChannel::new
                        : pass(method, given);
            case "convert" -> convert(method, given);
            case "configure" -> concernsMemory(given) ? null : pass(method, given);
            default -> pass(method, given);
        };
    }

    private EventLoop eventLoopGroup(Object[] given) {
        if (given[0].equals(Transport.IO_EVENT_LOOP_GROUP)) {
            maker.take((ThreadFactory) given[2]);
        }
        return loop;
    }

    private @Nullable Object convert(Method method, Object[] given) throws Throwable {
        if (given[0] instanceof SocketAddress address && address.isDomainSocket()) {
            return new LocalAddress(address.path());
        }
        if (given[0] instanceof LocalAddress address) {
            return SocketAddress.domainSocketAddress(address.id());
        }
        return pass(method, given);
    }

    /** Returns whether options are for a channel in memory, which has none. */
    private static boolean concernsMemory(Object[] given) {
        for (Object argument : given) {
            if (Boolean.TRUE.equals(argument)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Object pass(Method method, Object[] given) throws Throwable {
        try {
            return method.invoke(sockets, given);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}

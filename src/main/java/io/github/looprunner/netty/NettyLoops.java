package io.github.looprunner.netty;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.LoopPoller;
import io.github.looprunner.loop.PolledLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import java.net.SocketAddress;

/** What tests of Netty's channels need of a loop of one of the kinds {@code netty-...}, whichever that is. */
public final class NettyLoops {

    private NettyLoops() {}

    /**
     * Returns Netty's own side of a loop, for bootstraps and whatever else takes an event loop or a group of them.
     *
     * <p>Shutting it down shuts the loop down, at once: it knows no quiet period.
     *
     * @throws IllegalArgumentException if the loop is none of Netty's
     */
    public static io.netty.channel.EventLoop of(EventLoop loop) {
        return loop.unwrap(io.netty.channel.EventLoop.class);
    }

    /**
     * Returns a bootstrap of servers on a loop: its group and its type of channel are set.
     *
     * @throws IllegalArgumentException if the loop is none of Netty's
     */
    public static ServerBootstrap serverBootstrap(EventLoop loop) {
        return new ServerBootstrap().group(of(loop)).channel(transport(loop).serverChannel());
    }

    /**
     * Returns a bootstrap of clients on a loop: its group and its type of channel are set.
     *
     * @throws IllegalArgumentException if the loop is none of Netty's
     */
    public static Bootstrap bootstrap(EventLoop loop) {
        return new Bootstrap().group(of(loop)).channel(transport(loop).channel());
    }

    /**
     * Returns the address that binds a server of a loop to a free one: port 0 of the loopback interface, or in memory. Which
     * one it got, the server's channel knows.
     *
     * @throws IllegalArgumentException if the loop is none of Netty's
     */
    public static SocketAddress anyAddress(EventLoop loop) {
        return transport(loop).anyAddress().get();
    }

    /**
     * Returns what polls a selector of the JDK's for Netty on a loop, for adapters of what is built on Netty; it unwraps to
     * Netty's event loop.
     */
    public static LoopPoller nioPoller(PolledLoop loop) {
        return new NettyPoller(loop, Transport.nio());
    }

    private static Transport transport(EventLoop loop) {
        return loop.unwrap(Transport.class);
    }
}

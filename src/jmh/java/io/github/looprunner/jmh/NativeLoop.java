package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * A loop of Netty's, by hand or by this library, with what it takes to open channels on it.
 *
 * @param closing ends the loop, and waits for that
 */
record NativeLoop(
        EventLoop loop,
        Class<? extends ServerChannel> serverChannel,
        Class<? extends Channel> channel,
        SocketAddress address,
        Runnable closing)
        implements MeasuredLoop {

    @Override
    public void execute(Task task) {
        loop.execute(task);
    }

    @Override
    public <T> T roundTrip(Callable<T> task) throws Exception {
        return loop.submit(task).get();
    }

    @Override
    public void close() {
        closing.run();
    }

    /** One of Netty's transports. */
    enum Transport {
        NIO("netty-nio", NioServerSocketChannel.class, NioSocketChannel.class) {
            @Override
            IoHandlerFactory handlers() {
                return NioIoHandler.newFactory();
            }
        },
        EPOLL("netty-epoll", EpollServerSocketChannel.class, EpollSocketChannel.class) {
            @Override
            IoHandlerFactory handlers() {
                return EpollIoHandler.newFactory();
            }
        },
        IO_URING("netty-io-uring", IoUringServerSocketChannel.class, IoUringSocketChannel.class) {
            @Override
            IoHandlerFactory handlers() {
                return IoUringIoHandler.newFactory();
            }
        },
        LOCAL("netty-local", LocalServerChannel.class, LocalChannel.class) {
            @Override
            IoHandlerFactory handlers() {
                return LocalIoHandler.newFactory();
            }
        };

        private final String kind;
        private final Class<? extends ServerChannel> serverChannel;
        private final Class<? extends Channel> channel;

        Transport(String kind, Class<? extends ServerChannel> serverChannel, Class<? extends Channel> channel) {
            this.kind = kind;
            this.serverChannel = serverChannel;
            this.channel = channel;
        }

        abstract IoHandlerFactory handlers();

        /** Opens a loop the way Netty's users do, but for the two seconds that closing one takes unless told otherwise. */
        NativeLoop byHand() {
            MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, handlers());
            return of(group.next(), () -> group.shutdownGracefully(0, 0, TimeUnit.SECONDS)
                    .syncUninterruptibly());
        }

        /** Opens a loop and closes it with Netty's defaults: it ends once nothing was submitted for two seconds. */
        NativeLoop byHandWithDefaults() {
            MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, handlers());
            return of(group.next(), () -> group.shutdownGracefully().syncUninterruptibly());
        }

        /** Opens a loop of this library. */
        NativeLoop byRunner() {
            return of(LoopRunner.builder().kind(kind).start());
        }

        NativeLoop inVirtualTime(LoopRunner[] started) {
            started[0] = LoopRunner.builder().kind(kind).virtualTime().start();
            return of(started[0]);
        }

        private NativeLoop of(LoopRunner runner) {
            return of(runner.loop().unwrap(EventLoop.class), runner::close);
        }

        private NativeLoop of(EventLoop loop, Runnable close) {
            SocketAddress address =
                    this == LOCAL ? LocalAddress.ANY : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            return new NativeLoop(loop, serverChannel, channel, address, close);
        }
    }
}

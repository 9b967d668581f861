package io.github.looprunner.netty;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of Netty's transports.
 *
 * @param handlers what makes the handler of its I/O
 * @param handlerType the type of those
 * @param handleType what the handler asks of a channel; null where all channels are in memory
 * @param anyAddress the address that binds a server to a free one
 */
record Transport(
        IoHandlerFactory handlers,
        Class<? extends IoHandler> handlerType,
        @Nullable Class<? extends IoHandle> handleType,
        Class<? extends ServerChannel> serverChannel,
        Class<? extends Channel> channel,
        Supplier<SocketAddress> anyAddress) {

    static Transport nio() {
        return new Transport(
                NioIoHandler.newFactory(),
                NioIoHandler.class,
                NioIoHandle.class,
                NioServerSocketChannel.class,
                NioSocketChannel.class,
                Transport::anyPort);
    }

    static Transport epoll() {
        return new Transport(
                EpollIoHandler.newFactory(),
                EpollIoHandler.class,
                EpollIoHandle.class,
                EpollServerSocketChannel.class,
                EpollSocketChannel.class,
                Transport::anyPort);
    }

    static Transport ioUring() {
        return new Transport(
                IoUringIoHandler.newFactory(),
                IoUringIoHandler.class,
                IoUringIoHandle.class,
                IoUringServerSocketChannel.class,
                IoUringSocketChannel.class,
                Transport::anyPort);
    }

    static Transport local() {
        return new Transport(
                LocalIoHandler.newFactory(),
                LocalIoHandler.class,
                /* handleType= */ null,
                LocalServerChannel.class,
                LocalChannel.class,
                () -> LocalAddress.ANY);
    }

    private static SocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}

package io.github.looprunner.netty;

import io.github.looprunner.loop.EventLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends back what it gets, and hangs up on clients that are idle. */
final class EchoServer implements AutoCloseable {

    private final Channel channel;

    private EchoServer(Channel channel) {
        this.channel = channel;
    }

    static CompletableFuture<EchoServer> start(EventLoop loop, Duration patience) {
        ChannelFuture bound = NettyLoops.serverBootstrap(loop)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline()
                                .addLast(new IdleStateHandler(patience.toMillis(), 0, 0, TimeUnit.MILLISECONDS))
                                .addLast(new Echo());
                    }
                })
                .bind(NettyLoops.anyAddress(loop));
        return Promises.of(bound).thenApply(done -> new EchoServer(bound.channel()));
    }

    SocketAddress address() {
        return channel.localAddress();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        channel.close();
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                context.close();
            }
        }
    }
}

package loops;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends back what it gets, and hangs up on clients that say nothing for too long; on Netty. */
public final class NettyServer implements AutoCloseable {

    private final Channel listener;

    private NettyServer(Channel listener) {
        this.listener = listener;
    }

    /** Listens; the bootstrap brings the group and the type of channel, as in production. */
    public static CompletableFuture<NettyServer> start(
            ServerBootstrap bootstrap, SocketAddress address, Duration patience) {
        CompletableFuture<NettyServer> started = new CompletableFuture<>();
        bootstrap
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        client.pipeline()
                                .addLast(new IdleStateHandler(patience.toSeconds(), 0, 0, TimeUnit.SECONDS))
                                .addLast(new Echo());
                    }
                })
                .bind(address)
                .addListener((ChannelFuture bound) -> {
                    if (bound.isSuccess()) {
                        started.complete(new NettyServer(bound.channel()));
                    } else {
                        started.completeExceptionally(bound.cause());
                    }
                });
        return started;
    }

    public SocketAddress address() {
        return listener.localAddress();
    }

    @Override
    public void close() {
        listener.close();
    }

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

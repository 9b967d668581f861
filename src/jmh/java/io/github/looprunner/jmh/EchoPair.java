package io.github.looprunner.jmh;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An echo server and a client on one loop, both with handlers for idle channels. */
final class EchoPair {

    private static final int LENGTH = 8;
    private static final int IDLE_MINUTES = 10;

    private final NativeLoop loop;
    private Channel client; // the loop's only
    private int left; // echoes to come; the loop's only
    private CompletableFuture<Void> done; // the loop's only

    EchoPair(NativeLoop loop) {
        this.loop = loop;
    }

    /** Opens both; completes when they are connected. */
    CompletableFuture<Void> open() {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        ChannelFuture bound = new ServerBootstrap()
                .group(loop.loop())
                .channel(loop.serverChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline().addLast(idle()).addLast(new Echo());
                    }
                })
                .bind(loop.address());
        bound.addListener(server -> new Bootstrap()
                .group(loop.loop())
                .channel(loop.channel())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connecting) {
                        connecting.pipeline().addLast(idle()).addLast(new Replies());
                    }
                })
                .connect(bound.channel().localAddress())
                .addListener((ChannelFuture connected) -> {
                    client = connected.channel();
                    opened.complete(null);
                }));
        return opened;
    }

    private static IdleStateHandler idle() {
        return new IdleStateHandler(IDLE_MINUTES, 0, 0, TimeUnit.MINUTES);
    }

    /** Sends one message after the other and waits for each to come back. */
    CompletableFuture<Void> echo(int times) {
        CompletableFuture<Void> all = new CompletableFuture<>();
        loop.loop().execute(() -> {
            left = times;
            done = all;
            send();
        });
        return all;
    }

    private void send() {
        client.writeAndFlush(Unpooled.wrappedBuffer(new byte[LENGTH]));
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }

    private final class Replies extends SimpleChannelInboundHandler<ByteBuf> {

        private int read;

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            read += message.readableBytes();
            if (read < LENGTH) {
                return;
            }
            read = 0;
            if (--left == 0) {
                done.complete(null);
            } else {
                send();
            }
        }
    }
}

package io.github.looprunner.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.looprunner.loop.EventLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** Asks one question after the other. */
final class EchoClient implements AutoCloseable {

    private final EventLoop loop;
    private final Channel channel;
    private final Replies replies;

    private EchoClient(EventLoop loop, Channel channel, Replies replies) {
        this.loop = loop;
        this.channel = channel;
        this.replies = replies;
    }

    static CompletableFuture<EchoClient> connect(EventLoop loop, SocketAddress server) {
        Replies replies = new Replies();
        ChannelFuture connected = NettyLoops.bootstrap(loop).handler(replies).connect(server);
        return Promises.of(connected).thenApply(done -> new EchoClient(loop, connected.channel(), replies));
    }

    CompletableFuture<String> ask(String question) {
        return loop.<String>supplyStage(() -> {
            CompletableFuture<String> reply = loop.newFuture();
            replies.awaited.add(new Awaited(question.getBytes(UTF_8).length, reply));
            channel.writeAndFlush(Unpooled.copiedBuffer(question, UTF_8));
            return reply;
        });
    }

    /** Completes when either side has hung up. */
    CompletableFuture<Void> closed() {
        return Promises.of(channel.closeFuture());
    }

    Channel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.close();
    }

    private record Awaited(int bytes, CompletableFuture<String> reply) {}

    private static final class Replies extends SimpleChannelInboundHandler<ByteBuf> {

        private final Queue<Awaited> awaited = new ArrayDeque<>(); // the loop's only
        private final ByteBuf read = Unpooled.buffer();

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            read.writeBytes(message);
            while (!awaited.isEmpty() && read.readableBytes() >= awaited.peek().bytes()) {
                Awaited next = awaited.remove();
                next.reply().complete(read.readCharSequence(next.bytes(), UTF_8).toString());
            }
        }
    }
}

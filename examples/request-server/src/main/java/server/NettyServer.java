package server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The server on Netty. */
public final class NettyServer implements Server {

    private static final int LONGEST_LINE = 8192; // in bytes; whoever sends more is hung up on

    private final ServerBootstrap bootstrap;
    private final int wantedPort;
    private final Duration patience;
    private final ChannelGroup clients;
    private volatile Channel listener; // written by start()

    /**
     * Creates a server for a port of this machine; 0 lets the system choose one.
     *
     * @param bootstrap brings the group and the type of channel
     * @param patience how long a client may say nothing
     */
    public NettyServer(ServerBootstrap bootstrap, int port, Duration patience) {
        this.bootstrap = bootstrap;
        this.wantedPort = port;
        this.patience = patience;
        this.clients = new DefaultChannelGroup(bootstrap.config().group().next(), /* stayClosed= */ true);
    }

    @Override
    public CompletableFuture<Integer> start() {
        CompletableFuture<Integer> started = new CompletableFuture<>();
        ChannelFuture bound = bootstrap
                .childHandler(new Pipeline())
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort));
        listener = bound.channel();
        bound.addListener(done -> {
            if (done.isSuccess()) {
                started.complete(port());
            } else {
                started.completeExceptionally(done.cause());
            }
        });
        return started;
    }

    @Override
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public int connections() {
        return clients.size();
    }

    /** Stops listening, and hangs up on every client; waits until that is done. */
    @Override
    public void close() throws InterruptedException {
        listener.close().sync();
        clients.close().sync();
    }

    private final class Pipeline extends ChannelInitializer<Channel> {

        @Override
        protected void initChannel(Channel client) {
            clients.add(client);
            client.pipeline()
                    .addLast(new ReadTimeoutHandler(patience.toSeconds(), TimeUnit.SECONDS))
                    .addLast(new LineBasedFrameDecoder(LONGEST_LINE))
                    .addLast(new StringDecoder())
                    .addLast(new StringEncoder())
                    .addLast(new Answers());
        }
    }

    private static final class Answers extends SimpleChannelInboundHandler<String> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, String request) {
            context.write("Ack " + request.stripTrailing() + "\n");
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        /** The client was silent or said too much, or has hung up. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
            context.close();
        }
    }
}

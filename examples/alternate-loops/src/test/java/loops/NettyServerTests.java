package loops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.TestOnLoops;
import io.github.looprunner.VirtualTime;
import io.github.looprunner.netty.NettyLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

class NettyServerTests {

    private static final Duration PATIENCE = Duration.ofMinutes(90);

    @TestOnLoops({"netty-nio", "netty-epoll"})
    void echoesOverASocket(LoopRunner runner) throws IOException {
        NettyServer server = runner.manage(runner.runCoroutine(() -> start(runner)));
        InetSocketAddress address = (InetSocketAddress) server.address();

        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write("purr".getBytes(UTF_8));

            assertThat(new String(socket.getInputStream().readNBytes(4), UTF_8)).isEqualTo("purr");
        }
    }

    /** Ninety minutes of Netty's own timer, in memory and over sockets. */
    @TestOnLoops({"netty-nio", "netty-epoll", "netty-local"})
    @VirtualTime
    void hangsUpOnSilentClients(LoopRunner runner) {
        NettyServer server = runner.manage(runner.runCoroutine(() -> start(runner)));
        Channel client = NettyLoops.bootstrap(runner.loop())
                .handler(new Silent())
                .connect(server.address())
                .channel();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        client.closeFuture().addListener(done -> closed.complete(null));

        runner.runCoroutine(closed);

        assertThat(runner.time().elapsed()).isEqualTo(PATIENCE);
    }

    private static CompletableFuture<NettyServer> start(LoopRunner runner) {
        return NettyServer.start(
                NettyLoops.serverBootstrap(runner.loop()), NettyLoops.anyAddress(runner.loop()), PATIENCE);
    }

    private static final class Silent extends ChannelInboundHandlerAdapter {}
}

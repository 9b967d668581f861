package loops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.TestOnLoops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** One server, one test, every loop: only the name of the kind changes. */
class EveryLoopTests {

    @TestOnLoops({"jdk", "virtual-thread", "netty-nio", "netty-epoll", "netty-local", "vertx"})
    void echoes(LoopRunner runner) throws IOException {
        JdkServer server =
                runner.manage(runner.call(() -> JdkServer.start(runner.loop().channelGroup())));

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write("purr".getBytes(UTF_8));

            assertThat(new String(socket.getInputStream().readNBytes(4), UTF_8)).isEqualTo("purr");
        }
    }
}

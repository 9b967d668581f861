package loops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.TestOnLoops;
import io.github.looprunner.loop.EventLoopFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** One server, one test, every loop: only the name of the kind changes. */
class EveryLoopTests {

    @TestOnLoops({"jdk", "virtual-thread", "netty-nio", "netty-epoll", "netty-local", "vertx", "swing"})
    void echoes(LoopRunner runner) throws IOException {
        assertEchoes(runner);
    }

    @Test
    void echoesOnAPoolOfOurs() throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try (LoopRunner runner = LoopRunner.builder()
                .loop(EventLoopFactory.onExecutor("executor", pool))
                .start()) {
            assertEchoes(runner);
        } finally {
            pool.shutdown();
        }
    }

    private static void assertEchoes(LoopRunner runner) throws IOException {
        JdkServer server =
                runner.manage(runner.call(() -> JdkServer.start(runner.loop().channelGroup())));

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write("purr".getBytes(UTF_8));

            assertThat(new String(socket.getInputStream().readNBytes(4), UTF_8)).isEqualTo("purr");
        }
    }
}

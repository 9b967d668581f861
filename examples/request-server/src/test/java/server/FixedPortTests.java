package server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** For code that wants to be told its port: one that nobody else is given. */
@ExtendWith(LoopRunnerExtension.class)
class FixedPortTests {

    @Test
    void listensWhereItIsTold(LoopRunner runner) throws IOException {
        int port = runner.freePort();
        Server server = runner.manage(new RequestServer(runner.loop().channelGroup(), port));
        runner.start(server::start);

        Socket client = runner.connectTo(port); // waits until the server listens
        client.getOutputStream().write("hello\n".getBytes(UTF_8));

        assertThat(client.getInputStream().readNBytes(10)).isEqualTo("Ack hello\n".getBytes(UTF_8));
    }
}

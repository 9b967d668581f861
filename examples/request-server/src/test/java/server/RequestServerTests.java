package server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LoopRunnerExtension.class)
class RequestServerTests extends ServerTests {

    private RequestServer server;

    @BeforeEach
    void startServer(LoopRunner runner) {
        server = runner.manage(new RequestServer(runner.loop().channelGroup(), 0));
        runner.runCoroutine(server::start);
    }

    @Test
    void acknowledgesARequest() throws IOException {
        try (Client client = new Client(server.port())) { // this thread blocks; the loop does not
            assertThat(client.ask("hello")).isEqualTo("Ack hello");
            assertThat(client.ask("again")).isEqualTo("Ack again");
        }
    }

    @Override
    Server server() {
        return server;
    }

    @Override
    Server newServer(LoopRunner runner, int port) {
        return new RequestServer(runner.loop().channelGroup(), port);
    }
}

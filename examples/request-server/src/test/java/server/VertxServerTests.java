package server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.VirtualTime;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class VertxServerTests extends ServerTests {

    @RegisterExtension
    static final LoopRunnerExtension VERTX =
            LoopRunnerExtension.builder().kind("vertx").build();

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private Server server;

    @BeforeEach
    void startServer(LoopRunner runner) {
        server = runner.manage(newServer(runner, 0));
        runner.runCoroutine(server::start);
    }

    @Test
    @VirtualTime
    void hangsUpOnASilentClient(LoopRunner runner) throws IOException {
        try (Client client = new Client(server.port())) {
            assertThat(client.ask("hello")).isEqualTo("Ack hello");

            runner.time().advanceBy(PATIENCE); // Vert.x' own timer, in no time

            assertThat(client.answer()).isNull();
        }
    }

    @Override
    Server server() {
        return server;
    }

    @Override
    Server newServer(LoopRunner runner, int port) {
        return new VertxServer(runner.loop().unwrap(Vertx.class), port, PATIENCE);
    }
}

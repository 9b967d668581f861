package server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import java.io.IOException;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every test starts a server of its own, on the port that the test before has used. */
@ExtendWith(LoopRunnerExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestartTests {

    private int port; // 0 at first: the system chooses one

    @RepeatedTest(3)
    void startsOnTheSamePortAgain(LoopRunner runner) throws IOException {
        RequestServer server = runner.manage(new RequestServer(runner.loop().channelGroup(), port));
        port = runner.runCoroutine(server::start);

        try (Client client = new Client(port)) {
            assertThat(client.ask("hello")).isEqualTo("Ack hello");
        }
    }
}

package server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LoopRunnerExtension.class)
class RequestServerTests {

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

    @Test
    void servesManyClientsAtOnce() throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(new Client(server.port()));
        }

        for (Client client : clients) {
            client.send("request of " + clients.indexOf(client) + "\n");
        }

        for (Client client : clients) {
            assertThat(client.answer()).isEqualTo("Ack request of " + clients.indexOf(client));
            client.close();
        }
    }

    @Test
    void putsThePartsOfARequestTogether() throws IOException {
        try (Client slow = new Client(server.port());
                Client quick = new Client(server.port())) {
            slow.send("hel");
            assertThat(quick.ask("meanwhile")).isEqualTo("Ack meanwhile");
            slow.send("lo\n");

            assertThat(slow.answer()).isEqualTo("Ack hello");
        }
    }

    @Test
    void answersSeveralRequestsThatComeTogether() throws IOException {
        try (Client client = new Client(server.port())) {
            client.send("one\r\ntwo\nthree\n");
            client.finish();

            assertThat(client.answer()).isEqualTo("Ack one");
            assertThat(client.answer()).isEqualTo("Ack two");
            assertThat(client.answer()).isEqualTo("Ack three");
            assertThat(client.answer()).isNull();
        }
    }

    @Test
    void answersMoreThanFitsIntoOneWrite() throws IOException {
        String request = "x".repeat(8_000);
        try (Client client = new Client(server.port())) {
            client.send((request + "\n").repeat(8));

            for (int i = 0; i < 8; i++) {
                assertThat(client.answer()).isEqualTo("Ack " + request);
            }
        }
    }

    @Test
    void survivesAClientThatHangsUpMidway(LoopRunner runner) throws IOException {
        Client rude = new Client(server.port());
        rude.send("half a requ");
        runner.eventually(() -> assertThat(server.connections()).isEqualTo(1));

        rude.vanish();

        runner.eventually(() -> assertThat(server.connections()).isZero());
        try (Client polite = new Client(server.port())) {
            assertThat(polite.ask("still there?")).isEqualTo("Ack still there?");
        }
    }

    @Test
    void hangsUpWhenItCloses() throws IOException {
        int port = server.port();
        try (Client client = new Client(port)) {
            assertThat(client.ask("hello")).isEqualTo("Ack hello");

            server.close();

            assertThat(client.answer()).isNull();
        }
        assertThatThrownBy(() -> new Client(port)).isInstanceOf(ConnectException.class);
    }

    @Test
    void saysThatItsPortIsTaken(LoopRunner runner) {
        RequestServer second = runner.manage(new RequestServer(runner.loop().channelGroup(), server.port()));

        assertThatThrownBy(() -> runner.runCoroutine(second::start)).isInstanceOf(BindException.class);
    }
}

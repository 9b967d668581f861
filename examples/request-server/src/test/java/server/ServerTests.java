package server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each of the servers has to do, whatever it runs on; the clients are the same for all. */
abstract class ServerTests {

    /** Returns the server that each test begins with, which has started on a free port. */
    abstract Server server();

    /** Returns another one, which has not started. */
    abstract Server newServer(LoopRunner runner, int port);

    @Test
    void servesManyClientsAtOnce() throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(new Client(server().port()));
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
        try (Client slow = new Client(server().port());
                Client quick = new Client(server().port())) {
            slow.send("hel");
            assertThat(quick.ask("meanwhile")).isEqualTo("Ack meanwhile");
            slow.send("lo\n");

            assertThat(slow.answer()).isEqualTo("Ack hello");
        }
    }

    @Test
    void answersSeveralRequestsThatComeTogether() throws IOException {
        try (Client client = new Client(server().port())) {
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
        try (Client client = new Client(server().port())) {
            client.send((request + "\n").repeat(8));

            for (int i = 0; i < 8; i++) {
                assertThat(client.answer()).isEqualTo("Ack " + request);
            }
        }
    }

    @Test
    void survivesAClientThatHangsUpMidway(LoopRunner runner) throws IOException {
        Client rude = new Client(server().port());
        rude.send("half a requ");
        runner.eventually(() -> assertThat(server().connections()).isEqualTo(1));

        rude.vanish();

        runner.eventually(() -> assertThat(server().connections()).isZero());
        try (Client polite = new Client(server().port())) {
            assertThat(polite.ask("still there?")).isEqualTo("Ack still there?");
        }
    }

    @Test
    void startsOnTheSamePortAgainAtOnce(LoopRunner runner) throws Exception {
        int port = server().port();
        try (Client client = new Client(port)) {
            assertThat(client.ask("hello")).isEqualTo("Ack hello");

            server().close(); // hangs up, so the system remembers the connection for a while

            assertThat(client.answer()).isNull();
        }
        // Not at once: on some systems a listener lives on until its loop has looked for input again.
        runner.eventually(
                () -> assertThatThrownBy(() -> new Client(port).close()).isInstanceOf(ConnectException.class));
        Server again = runner.manage(newServer(runner, port));
        assertThat(runner.runCoroutine(again::start)).isEqualTo(port);
        try (Client client = new Client(port)) {
            assertThat(client.ask("hello again")).isEqualTo("Ack hello again");
        }
    }

    @Test
    void saysThatItsPortIsTaken(LoopRunner runner) {
        Server second = runner.manage(newServer(runner, server().port()));

        assertThatThrownBy(() -> runner.runCoroutine(second::start)).isInstanceOf(BindException.class);
    }
}

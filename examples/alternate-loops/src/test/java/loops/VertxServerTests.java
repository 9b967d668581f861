package loops;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.Loop;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.VirtualTime;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class VertxServerTests {

    @Test
    @VirtualTime
    void answersAfterANap(@Loop(kind = "vertx") Vertx vertx, @Loop(kind = "vertx") LoopRunner runner) {
        Duration nap = Duration.ofMinutes(20);
        HttpServer server =
                runner.runCoroutine(new VertxServer(vertx, nap).start().toCompletionStage());
        HttpClient client = vertx.createHttpClient();

        String reply = runner.runCoroutine(client.request(HttpMethod.GET, server.actualPort(), "localhost", "/tabby")
                .compose(request -> request.send())
                .compose(HttpClientResponse::body)
                .map(body -> body.toString())
                .toCompletionStage());

        assertThat(reply).isEqualTo("Ack /tabby");
        assertThat(runner.time().elapsed()).isEqualTo(nap);
    }
}

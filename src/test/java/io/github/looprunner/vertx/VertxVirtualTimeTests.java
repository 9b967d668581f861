package io.github.looprunner.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.loop.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VertxVirtualTimeTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private final LoopRunner runner =
            LoopRunner.builder().kind("vertx").virtualTime().start();
    private final EventLoop loop = runner.loop();
    private final Vertx vertx = loop.unwrap(Vertx.class);
    private final HttpClient client = vertx.createHttpClient(); // Vert.x closes those that nobody holds

    @AfterEach
    void close() {
        runner.close();
    }

    @Test
    void firesTimers() {
        CompletableFuture<Long> fired = new CompletableFuture<>();

        vertx.setTimer(HOUR.toMillis(), fired::complete);

        runner.runCoroutine(fired);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void firesPeriodicTimers() {
        List<Duration> seen = new ArrayList<>();
        CompletableFuture<Void> enough = new CompletableFuture<>();

        vertx.setPeriodic(HOUR.toMillis(), id -> {
            seen.add(runner.time().elapsed());
            if (seen.size() == 3) {
                vertx.cancelTimer(id);
                enough.complete(null);
            }
        });

        runner.runCoroutine(enough);
        assertThat(seen).containsExactly(HOUR, HOUR.multipliedBy(2), HOUR.multipliedBy(3));
    }

    @Test
    void runsIntoTheTimeoutOfAnEventBus() {
        vertx.eventBus().consumer("cats", message -> {});

        Throwable failure = catchThrowable(() -> runner.runCoroutine(vertx.eventBus()
                .request("cats", "come", new DeliveryOptions().setSendTimeout(HOUR.toMillis()))
                .toCompletionStage()));

        assertThat(failure).isInstanceOf(ReplyException.class);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void answersHttpAfterAWhile() {
        assertThat(get(server(Duration.ofMinutes(20), 0), null)).isEqualTo("purr");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(20));
    }

    @Test
    void answersHttpInMemory() {
        SocketAddress address = SocketAddress.domainSocketAddress("cats");
        runner.runCoroutine(vertx.createHttpServer()
                .requestHandler(request -> vertx.timer(20, TimeUnit.MINUTES)
                        .onSuccess(done -> request.response().end("purr")))
                .listen(address)
                .toCompletionStage());

        assertThat(get(80, address)).isEqualTo("purr");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(20));
    }

    @Test
    void hangsUpWhereNothingComesForTooLong() {
        int port = server(Duration.ofHours(2), 0);
        HttpClientOptions impatient = new HttpClientOptions().setIdleTimeout(30).setIdleTimeoutUnit(TimeUnit.MINUTES);

        HttpClient client = vertx.createHttpClient(impatient);

        Throwable failure =
                catchThrowable(() -> runner.runCoroutine(client.request(HttpMethod.GET, port, "localhost", "/")
                        .compose(request -> request.send())
                        .toCompletionStage()));

        assertThat(failure).hasMessageContaining("closed");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void standsStillWhileBlockingCodeRuns() {
        CompletableFuture<Long> timeout = new CompletableFuture<>();
        vertx.setTimer(HOUR.toMillis(), timeout::complete);

        Future<String> blocking = vertx.executeBlocking(() -> {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return "done";
        });

        assertThat(runner.runCoroutine(blocking.toCompletionStage())).isEqualTo("done");
        assertThat(runner.time().elapsed()).isZero();
    }

    @Test
    void limitsTheTimeOfAFuture() {
        Throwable failure = catchThrowable(() -> runner.runCoroutine(
                () -> vertx.timer(3, TimeUnit.HOURS).timeout(2, TimeUnit.HOURS).toCompletionStage()));

        assertThat(failure).isInstanceOf(TimeoutException.class);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(2));
    }

    private int server(Duration delay, int port) {
        return runner.runCoroutine(vertx.createHttpServer(new HttpServerOptions())
                        .requestHandler(request -> vertx.timer(delay.toMillis(), TimeUnit.MILLISECONDS)
                                .onSuccess(done -> request.response().end("purr")))
                        .listen(port, "localhost")
                        .toCompletionStage())
                .actualPort();
    }

    private String get(int port, SocketAddress server) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost("localhost")
                .setPort(port)
                .setURI("/")
                .setServer(server);
        return runner.runCoroutine(client.request(request)
                        .compose(sent -> sent.send())
                        .compose(HttpClientResponse::body)
                        .toCompletionStage())
                .toString();
    }
}

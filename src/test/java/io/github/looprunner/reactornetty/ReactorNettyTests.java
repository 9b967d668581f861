package io.github.looprunner.reactornetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

@Timeout(60)
class ReactorNettyTests {

    private static final Duration RESPONSE = Duration.ofMinutes(20);

    @ParameterizedTest
    @ValueSource(strings = {"netty-nio", "netty-epoll", "netty-io-uring", "vertx"})
    void servesHttpInVirtualTime(String kind) {
        assumeThat(EventLoopFactory.of(kind).unavailable()).isEmpty();
        try (LoopRunner runner = LoopRunner.builder().kind(kind).virtualTime().start()) {
            DisposableServer server = runner.runCoroutine(server(runner.loop()).toFuture());

            String reply = runner.runCoroutine(
                    get(client(runner.loop()), server.port()).toFuture());

            assertThat(reply).startsWith("purr on loop-runner ");
            assertThat(runner.time().elapsed()).isEqualTo(RESPONSE);
            runner.runCoroutine(Mono.fromRunnable(server::dispose).toFuture());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"netty-nio", "netty-epoll", "netty-io-uring"})
    void timesOutInVirtualTime(String kind) {
        assumeThat(EventLoopFactory.of(kind).unavailable()).isEmpty();
        try (LoopRunner runner = LoopRunner.builder().kind(kind).virtualTime().start()) {
            DisposableServer server = runner.runCoroutine(server(runner.loop()).toFuture());

            Throwable failure = catchThrowable(() ->
                    runner.runCoroutine(get(client(runner.loop()).responseTimeout(Duration.ofMinutes(5)), server.port())
                            .toFuture()));

            assertThat(failure).isInstanceOf(ReadTimeoutException.class);
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(5));
        }
    }

    @Test
    void saysWhichLoopsHaveNoResources() {
        try (LoopRunner runner = LoopRunner.start()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> runner.loop().unwrap(LoopResources.class))
                    .withMessage(
                            "loop \"jdk\" of kind jdk has no native object of type io.netty.channel.EventLoop; take a loop of a kind that is built on one");
        }
    }

    private static Mono<? extends DisposableServer> server(EventLoop loop) {
        return HttpServer.create()
                .runOn(loop.unwrap(LoopResources.class), /* preferNative= */ false)
                .host("localhost")
                .port(0)
                .handle((request, response) -> response.sendString(Mono.delay(RESPONSE, loop.unwrap(Scheduler.class))
                        .map(tick -> "purr on " + Thread.currentThread().getName())))
                .bind();
    }

    private static HttpClient client(EventLoop loop) {
        return HttpClient.create()
                .runOn(loop.unwrap(LoopResources.class), /* preferNative= */ false)
                .resolver(DefaultAddressResolverGroup.INSTANCE)
                .host("localhost");
    }

    private static Mono<String> get(HttpClient client, int port) {
        return client.port(port).get().uri("/").responseContent().aggregate().asString();
    }
}

package io.github.looprunner.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.Loop;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.TestOnLoops;
import io.github.looprunner.VirtualTime;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.netty.NettyLoops;
import io.github.looprunner.vertx.VertxLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.swing.JButton;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/** The code of docs/real-loops.md. */
@Timeout(60)
@ExtendWith(LoopRunnerExtension.class)
class RealLoopsTests {

    @Nested
    class OnNetty {

        // tag::netty[]
        @TestOnLoops({"netty-nio", "netty-epoll", "netty-io-uring", "netty-local"})
        @VirtualTime
        void hangsUpOnSilentClients(LoopRunner runner) {
            EventLoop loop = runner.loop();
            CompletableFuture<Throwable> reason = new CompletableFuture<>();
            Channel server = NettyLoops.serverBootstrap(loop)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel accepted) {
                            accepted.pipeline().addLast(new ReadTimeoutHandler(90, TimeUnit.MINUTES), hangsUp(reason));
                        }
                    })
                    .bind(NettyLoops.anyAddress(loop))
                    .channel();
            runner.settle();

            NettyLoops.bootstrap(loop).handler(new Silent()).connect(server.localAddress());

            assertThat(runner.runCoroutine(reason)).isInstanceOf(ReadTimeoutException.class);
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(90));
        }
        // end::netty[]

        private ChannelInboundHandlerAdapter hangsUp(CompletableFuture<Throwable> reason) {
            return new ChannelInboundHandlerAdapter() {
                @Override
                public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                    context.close();
                    reason.complete(cause);
                }
            };
        }

        private final class Silent extends ChannelInboundHandlerAdapter {}
    }

    @Nested
    class OnVertx {

        // tag::vertx[]
        @Test
        @VirtualTime
        void answersAfterTwentyMinutes(@Loop(kind = "vertx") Vertx vertx, @Loop(kind = "vertx") LoopRunner runner) {
            HttpServer server = runner.runCoroutine(vertx.createHttpServer()
                    .requestHandler(
                            request -> vertx.setTimer(Duration.ofMinutes(20).toMillis(), timer -> request.response()
                                    .end("purr")))
                    .listen(0)
                    .toCompletionStage());
            HttpClient client = vertx.createHttpClient();

            String reply = runner.runCoroutine(client.request(HttpMethod.GET, server.actualPort(), "localhost", "/")
                    .compose(request -> request.send())
                    .compose(HttpClientResponse::body)
                    .map(body -> body.toString())
                    .toCompletionStage());

            assertThat(reply).isEqualTo("purr");
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(20));
        }
        // end::vertx[]

        @Test
        void servesInMemory(@Loop(kind = "vertx") Vertx vertx, @Loop(kind = "vertx") LoopRunner runner) {
            // tag::memory[]
            SocketAddress inMemory = SocketAddress.domainSocketAddress("cats");
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(request -> request.response().end("purr"));
            runner.runCoroutine(server.listen(inMemory).toCompletionStage());
            RequestOptions request = new RequestOptions().setServer(inMemory).setHost("cats");
            // end::memory[]
            HttpClient client = vertx.createHttpClient();

            assertThat(runner.runCoroutine(
                                    () -> client.request(request) // on the loop: so the body is asked for in time
                                            .compose(sent -> sent.send())
                                            .compose(HttpClientResponse::body)
                                            .toCompletionStage())
                            .toString())
                    .isEqualTo("purr");
        }

        @Test
        void takesOptions() {
            // tag::options[]
            VertxOptions options = new VertxOptions().setWorkerPoolSize(2);
            try (LoopRunner runner =
                    LoopRunner.builder().loop(VertxLoops.with(options)).start()) {
                // end::options[]
                assertThat(runner.call(() -> Vertx.currentContext())).isNotNull();
            }
        }
    }

    @Nested
    class OnReactorNetty {

        // tag::reactornetty[]
        @Test
        @VirtualTime
        void answersAfterAnHour(
                @Loop(kind = "netty-nio") LoopRunner runner,
                @Loop(kind = "netty-nio") LoopResources resources,
                @Loop(kind = "netty-nio") Scheduler scheduler) {
            DisposableServer server = runner.runCoroutine(reactor.netty.http.server.HttpServer.create()
                    .runOn(resources, /* preferNative= */ false)
                    .host("localhost")
                    .handle((request, response) -> answerAfter(Duration.ofHours(1), scheduler, response))
                    .bind()
                    .toFuture());

            String reply = runner.runCoroutine(reactor.netty.http.client.HttpClient.create()
                    .runOn(resources, /* preferNative= */ false)
                    .resolver(DefaultAddressResolverGroup.INSTANCE)
                    .get()
                    .uri("http://localhost:" + server.port())
                    .responseContent()
                    .aggregate()
                    .asString()
                    .toFuture());

            assertThat(reply).isEqualTo("purr");
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
        }
        // end::reactornetty[]

        private Mono<Void> answerAfter(Duration delay, Scheduler scheduler, HttpServerResponse response) {
            return Mono.delay(delay, scheduler)
                    .then(response.sendString(Mono.just("purr")).then());
        }
    }

    @Nested
    class OnSomebodyElsesThread {

        private final Cat garfield = new Cat();

        @Test
        void runsOnAnExecutorOfTheUsers() {
            // tag::executor[]
            ExecutorService pool = Executors.newFixedThreadPool(4);
            EventLoopFactory onThePool = EventLoopFactory.onExecutor("executor", pool);

            try (LoopRunner runner = LoopRunner.builder().loop(onThePool).start()) {
                assertThat(runner.runCoroutine(() -> garfield.move(runner.loop())))
                        .isTrue();
            }
            // end::executor[]
            assertThat(pool.isShutdown()).isFalse();
            pool.shutdown();
        }

        // tag::swing[]
        @Test
        void clicksOnTheEventDispatchThread(@Loop(kind = "swing") LoopRunner runner) {
            CompletableFuture<String> clicked = runner.loop().newFuture();
            JButton button = runner.call(() -> new JButton("purr"));
            runner.call(() -> button.addActionListener(event -> clicked.complete(event.getActionCommand())));

            runner.call(() -> button.doClick());

            assertThat(runner.runCoroutine(clicked)).isEqualTo("purr");
        }
        // end::swing[]

        private record Cat() {

            CompletableFuture<Boolean> move(EventLoop loop) {
                return loop.supply(() -> true);
            }
        }
    }
}

package io.github.looprunner.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.PolledLoop;
import io.github.looprunner.testing.Bounded;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VertxLoopTests {

    private final LoopRunner runner = LoopRunner.builder().kind("vertx").start();
    private final EventLoop loop = runner.loop();
    private final Vertx vertx = loop.unwrap(Vertx.class);
    private final HttpClient client = vertx.createHttpClient(); // Vert.x closes those that nobody holds

    @AfterEach
    void close() {
        Thread thread = loop.thread();
        runner.close();
        assertThat(thread == null || !thread.isAlive()).isTrue();
    }

    @Test
    void runsTasksOnAContextOfVertx() {
        assertThat(runner.call(Context::isOnEventLoopThread)).isTrue();
        assertThat(runner.call(Vertx::currentContext)).isSameAs(loop.unwrap(Context.class));
        assertThat(runner.call(() -> Vertx.currentContext().owner())).isSameAs(vertx);
        assertThat(loop.unwrap(Context.class).isEventLoopContext()).isTrue();
    }

    @Test
    void leavesNoThreadBehindWhereItWasOnlyAskedForVertx() {
        LoopRunner asked = LoopRunner.builder().kind("vertx").start();
        ThreadGroup group = ((PolledLoop) asked.loop()).threadGroup();
        asked.loop().unwrap(Vertx.class);

        asked.close();

        Bounded.until(() -> group.activeCount() == 0);
    }

    @Test
    void runsVertxOnItsThread() {
        CompletableFuture<Thread> fired = new CompletableFuture<>();

        vertx.setTimer(1, id -> fired.complete(Thread.currentThread()));

        assertThat(runner.runCoroutine(fired)).isSameAs(loop.thread());
    }

    @Test
    void failsTheTestWithWhatATimerOfVertxThrows() {
        IllegalStateException hiss = new IllegalStateException("hiss");

        vertx.setTimer(1, id -> {
            throw hiss;
        });

        assertThat(runner.expectUncaught(IllegalStateException.class)).isSameAs(hiss);
    }

    @Test
    void failsTheTestWithTheOriginalOfWhatAHandlerPassesOn() {
        IllegalStateException hiss = new IllegalStateException("hiss");
        CompletableFuture<String> failed = CompletableFuture.failedFuture(hiss);

        vertx.runOnContext(nothing -> failed.join());

        assertThat(runner.expectUncaught(IllegalStateException.class)).isSameAs(hiss);
    }

    @Test
    void leavesToAHandlerOfTheUsersWhatVertxHandlersThrow() {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        vertx.exceptionHandler(seen::complete);
        IllegalStateException hiss = new IllegalStateException("hiss");

        vertx.runOnContext(nothing -> {
            throw hiss;
        });

        assertThat(runner.runCoroutine(seen)).isSameAs(hiss);
    }

    @Test
    void servesHttpOverASocket() {
        HttpServer server = runner.runCoroutine(vertx.createHttpServer()
                .requestHandler(request -> request.response().end("purr"))
                .listen(0, "localhost")
                .toCompletionStage());

        assertThat(runner.runCoroutine(() -> client.request(HttpMethod.GET, server.actualPort(), "localhost", "/")
                                .compose(request -> request.send())
                                .compose(HttpClientResponse::body)
                                .toCompletionStage())
                        .toString())
                .isEqualTo("purr");
    }

    @Test
    void runsBlockingCodeOnAWorker() {
        Thread worker =
                runner.runCoroutine(vertx.executeBlocking(Thread::currentThread).toCompletionStage());

        assertThat(worker).isNotSameAs(loop.thread());
    }

    @Test
    void lendsItselfToAVertxThatTheUserCloses() {
        runner.call(() -> "purr");

        runner.runCoroutine(vertx.close().toCompletionStage());

        assertThatThrownBy(() -> runner.call(() -> "too late"))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("which was shut down at ");
    }

    @Test
    void takesOptions() {
        VertxOptions options = new VertxOptions().setWorkerPoolSize(1);

        try (LoopRunner other =
                LoopRunner.builder().loop(VertxLoops.with(options)).start()) {
            assertThat(other.call(Context::isOnEventLoopThread)).isTrue();
            assertThat(other.loop().kind()).isEqualTo("vertx");
        }
    }
}

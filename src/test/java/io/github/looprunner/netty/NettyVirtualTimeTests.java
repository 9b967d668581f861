package io.github.looprunner.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.loop.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyVirtualTimeTests {

    abstract static class OnATransport {

        final LoopRunner runner;
        final EventLoop loop;

        OnATransport(String kind) {
            this.runner = LoopRunner.builder().kind(kind).virtualTime().start();
            this.loop = runner.loop();
        }

        @AfterEach
        void close() {
            runner.close();
        }

        @Test
        void firesNettysTimers() {
            CompletableFuture<Long> fired = new CompletableFuture<>();

            NettyLoops.of(loop).schedule(() -> fired.complete(loop.nanoTime()), 1, TimeUnit.HOURS);

            assertThat(runner.runCoroutine(fired)).isEqualTo(TimeUnit.HOURS.toNanos(1));
        }

        @Test
        void hangsUpOnAnIdleClient() {
            EchoServer server = runner.manage(runner.runCoroutine(EchoServer.start(loop, Duration.ofMinutes(90))));
            EchoClient client = runner.manage(runner.runCoroutine(EchoClient.connect(loop, server.address())));

            assertThat(runner.runCoroutine(client.ask("still there?"))).isEqualTo("still there?");
            runner.time().advanceBy(Duration.ofMinutes(30));
            assertThat(runner.runCoroutine(client.ask("still there?"))).isEqualTo("still there?");
            runner.runCoroutine(client.closed());

            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(120));
        }

        @Test
        void movesNoTimeForAThousandQuestions() {
            EchoServer server = runner.manage(runner.runCoroutine(EchoServer.start(loop, Duration.ofMinutes(10))));
            EchoClient client = runner.manage(runner.runCoroutine(EchoClient.connect(loop, server.address())));

            for (int i = 0; i < 1_000; i++) {
                String question = "question " + i;
                assertThat(runner.runCoroutine(client.ask(question))).isEqualTo(question);
            }

            assertThat(runner.time().elapsed()).isZero();
        }
    }

    @Nested
    class OnNio extends OnATransport {
        OnNio() {
            super("netty-nio");
        }
    }

    @Nested
    class OnEpoll extends OnATransport {
        OnEpoll() {
            super("netty-epoll");
        }
    }

    @Nested
    class OnIoUring extends OnATransport {
        OnIoUring() {
            super("netty-io-uring");
        }
    }

    @Nested
    class InMemory extends OnATransport {
        InMemory() {
            super("netty-local");
        }
    }
}

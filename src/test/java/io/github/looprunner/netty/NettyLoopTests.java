package io.github.looprunner.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyLoopTests {

    /** What holds on each transport. */
    abstract static class OnATransport {

        final LoopRunner runner;
        final EventLoop loop;

        OnATransport(String kind) {
            this.runner = LoopRunner.builder().kind(kind).start();
            this.loop = runner.loop();
        }

        @AfterEach
        void close() {
            Thread thread = loop.thread();
            runner.close();
            assertThat(thread == null || !thread.isAlive()).isTrue();
        }

        @Test
        void answersManyQuestions() {
            EchoServer server = runner.manage(runner.runCoroutine(EchoServer.start(loop, Duration.ofMinutes(10))));
            EchoClient client = runner.manage(runner.runCoroutine(EchoClient.connect(loop, server.address())));

            List<CompletableFuture<String>> replies = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                replies.add(client.ask("question " + i));
            }

            for (int i = 0; i < 1_000; i++) {
                assertThat(runner.runCoroutine(replies.get(i))).isEqualTo("question " + i);
            }
        }

        @Test
        void runsNettysTasksAndTimersOnItsThread() {
            io.netty.channel.EventLoop netty = NettyLoops.of(loop);
            CompletableFuture<Thread> fired = new CompletableFuture<>();

            netty.schedule(() -> fired.complete(Thread.currentThread()), 1, TimeUnit.MILLISECONDS);

            assertThat(runner.runCoroutine(fired)).isSameAs(loop.thread());
            assertThat(runner.call(() -> netty.inEventLoop())).isTrue();
            assertThat(netty.inEventLoop()).isFalse();
        }

        @Test
        void takesTasksWhileItWaitsForInput() {
            runner.manage(runner.runCoroutine(EchoServer.start(loop, Duration.ofMinutes(10))));

            for (int i = 0; i < 1_000; i++) {
                assertThat(runner.call(() -> "purr")).isEqualTo("purr");
            }
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

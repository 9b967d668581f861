package io.github.looprunner.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.testing.Bounded;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
            assumeThat(EventLoopFactory.of(kind).unavailable()).isEmpty();
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

        @Test
        void closesChannelsWithTheLoop() {
            EchoServer server = runner.runCoroutine(EchoServer.start(loop, Duration.ofMinutes(10)));
            EchoClient client = runner.runCoroutine(EchoClient.connect(loop, server.address()));
            AtomicBoolean inactive = new AtomicBoolean();
            client.channel().pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelInactive(ChannelHandlerContext context) {
                    inactive.set(true);
                }
            });

            runner.close();

            assertThat(client.channel().isOpen()).isFalse();
            assertThat(inactive).isTrue();
        }

        @Test
        void endsWhereNettyIsToldTo() throws InterruptedException {
            EchoServer server = runner.runCoroutine(EchoServer.start(loop, Duration.ofMinutes(10)));
            io.netty.channel.EventLoop netty = NettyLoops.of(loop);

            assertThat(netty.shutdownGracefully().await(10, TimeUnit.SECONDS)).isTrue();

            assertThat(netty.isTerminated()).isTrue();
            assertThat(server.isOpen()).isFalse();
            assertThatThrownBy(() -> runner.call(() -> "too late"))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("which was shut down at ");
        }

        @Test
        void namesTheHandlerThatBlocksIt() {
            EchoServer server = runner.manage(runner.runCoroutine(EchoServer.start(loop, Duration.ofMinutes(10))));
            EchoClient client = runner.manage(runner.runCoroutine(EchoClient.connect(loop, server.address())));
            AtomicBoolean free = new AtomicBoolean();
            client.channel().pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    while (!free.get()) {
                        Thread.onSpinWait();
                    }
                    context.fireChannelRead(message);
                }
            });
            CompletableFuture<String> reply = client.ask("still there?");

            LoopFailure blocked = catchThrowableOfType(LoopFailure.class, () -> runner.within(Duration.ofMillis(300))
                    .runCoroutine(reply));
            free.set(true);

            assertThat(blocked.verdict()).isEqualTo(Verdict.BLOCKED_LOOP);
            assertThat(blocked).hasMessageContaining("channelRead(NettyLoopTests.java:");
            assertThat(runner.runCoroutine(reply)).isEqualTo("still there?");
        }

        @Test
        void settlesWhenTheLastHandlerIsDone() {
            EchoServer server = runner.manage(runner.runCoroutine(EchoServer.start(loop, Duration.ofMinutes(10))));
            EchoClient client = runner.manage(runner.runCoroutine(EchoClient.connect(loop, server.address())));
            AtomicBoolean entered = new AtomicBoolean();
            AtomicBoolean left = new AtomicBoolean();
            client.channel().pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    entered.set(true);
                    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                    left.set(true);
                    context.fireChannelRead(message);
                }
            });

            client.ask("still there?");
            Bounded.until(entered::get);
            runner.settle();

            assertThat(left).isTrue();
        }

        @Test
        void carriesOnWhereAHandlerFails() {
            EchoServer server = runner.manage(runner.runCoroutine(EchoServer.start(loop, Duration.ofMinutes(10))));
            EchoClient client = runner.manage(runner.runCoroutine(EchoClient.connect(loop, server.address())));
            CompletableFuture<Throwable> caught = new CompletableFuture<>();
            client.channel().pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    throw new IllegalStateException("hiss");
                }
            });
            client.channel().pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                    caught.complete(cause);
                }
            });

            client.ask("still there?");

            assertThat(runner.runCoroutine(caught)).hasMessage("hiss");
            assertThat(runner.call(() -> "purr")).isEqualTo("purr");
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

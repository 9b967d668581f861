package io.github.looprunner.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.looprunner.Loop;
import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.TestOnLoops;
import io.github.looprunner.VirtualTime;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.JupiterRun;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
class NettyVirtualTimeTests {

    private static final Duration HOUR = Duration.ofHours(1);

    abstract static class OnATransport {

        final LoopRunner runner;
        final EventLoop loop;

        OnATransport(String kind) {
            assumeThat(EventLoopFactory.of(kind).unavailable()).isEmpty();
            this.runner = LoopRunner.builder().kind(kind).virtualTime().start();
            this.loop = runner.loop();
        }

        @AfterEach
        void close() {
            runner.close();
        }

        @Test
        void claimsNoLongerSilenceThanThereWas() {
            assumeThat(loop.kind()).as("in memory nobody outside can answer").isNotEqualTo("netty-local");
            Channel server = NettyLoops.serverBootstrap(loop)
                    .childHandler(new ChannelInboundHandlerAdapter())
                    .bind(NettyLoops.anyAddress(loop))
                    .syncUninterruptibly()
                    .channel();
            NettyLoops.bootstrap(loop)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(server.localAddress())
                    .syncUninterruptibly();
            runner.settle();
            long start = System.nanoTime();

            String message = catchThrowable(() -> runner.runCoroutine(new CompletableFuture<String>()))
                    .getMessage();

            long passed = System.nanoTime() - start;
            Matcher claimed = Pattern.compile("nothing came from outside for (\\d+) (m?s)")
                    .matcher(message);
            assertThat(claimed.find()).as(message).isTrue();
            TimeUnit unit = claimed.group(2).equals("s") ? TimeUnit.SECONDS : TimeUnit.MILLISECONDS;
            assertThat(unit.toNanos(Long.parseLong(claimed.group(1)))).isLessThanOrEqualTo(passed);
            assertThat(message).doesNotContain("thread \"" + loop.thread().getName() + "\"");
        }

        @Test
        void firesNettysTimers() {
            CompletableFuture<Long> fired = new CompletableFuture<>();

            NettyLoops.of(loop).schedule(() -> fired.complete(loop.nanoTime()), 1, TimeUnit.HOURS);

            assertThat(runner.runCoroutine(fired)).isEqualTo(TimeUnit.HOURS.toNanos(1));
        }

        @Test
        void endsWhereTheTestShutsItDown() throws Exception {
            runner.call(() -> {});

            loop.shutdown();

            assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void endsThoughATaskSubmitsItselfForEver() throws Exception {
            CountDownLatch rejected = new CountDownLatch(1);
            loop.execute(new Runnable() {
                @Override
                public void run() {
                    try {
                        loop.execute(this);
                    } catch (RejectedExecutionException e) {
                        rejected.countDown();
                    }
                }
            });

            loop.shutdown();

            assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
            Bounded.await(rejected);
        }

        @Test
        void movesTimeThoughAPeerKeepsTalking() throws Exception {
            assumeThat(loop.kind()).as("there is no peer outside").isNotEqualTo("netty-local");
            try (ServerSocket peer = new ServerSocket(0, /* backlog= */ 1, InetAddress.getLoopbackAddress())) {
                Thread talker = new Thread(() -> talk(peer));
                talker.start();
                Channel channel = NettyLoops.bootstrap(loop)
                        .handler(new ChannelInboundHandlerAdapter())
                        .connect(peer.getLocalSocketAddress())
                        .syncUninterruptibly()
                        .channel();

                runner.time().advanceBy(Duration.ofSeconds(1));

                assertThat(runner.time().elapsed()).isEqualTo(Duration.ofSeconds(1));
                channel.close().syncUninterruptibly();
                Bounded.join(talker);
            }
        }

        private static void talk(ServerSocket peer) {
            try (Socket accepted = peer.accept()) {
                while (true) {
                    accepted.getOutputStream().write(1);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                }
            } catch (IOException e) {
                // it has hung up
            }
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

        @Test
        void beatsForADay() {
            EchoServer server = runner.manage(runner.runCoroutine(EchoServer.start(loop, Duration.ofMinutes(10))));
            EchoClient client = runner.manage(runner.runCoroutine(EchoClient.connect(loop, server.address())));
            AtomicInteger beats = new AtomicInteger();

            loop.scheduleAtFixedRate(() -> client.ask("beat").thenRun(beats::incrementAndGet), 5, 5, TimeUnit.MINUTES);
            runner.time().advanceBy(Duration.ofDays(1));

            assertThat(beats).hasValue(24 * 12);
            assertThat(client.channel().isOpen()).isTrue();
        }
    }

    @TestOnLoops({"netty-nio", "netty-epoll", "netty-io-uring"})
    @VirtualTime
    void freesThePortOfTheLastChannelThatCloses(LoopRunner runner) {
        EchoServer server = runner.runCoroutine(EchoServer.start(runner.loop(), HOUR));
        InetSocketAddress address = (InetSocketAddress) server.address();

        server.close();
        runner.settle();

        assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()))
                .isInstanceOf(ConnectException.class);
    }

    @Nested
    @VirtualTime
    class AmongLoops {

        @Test
        void runsClientAndServerOnLoopsOfTheirOwn(
                @Loop(value = "client", kind = "netty-nio") LoopRunner client,
                @Loop(value = "server", kind = "vertx") LoopRunner server) {
            EchoServer echo = server.manage(server.runCoroutine(EchoServer.start(server.loop(), HOUR)));
            EchoClient asks = client.manage(client.runCoroutine(EchoClient.connect(client.loop(), echo.address())));

            for (int i = 0; i < 100; i++) {
                assertThat(client.runCoroutine(asks.ask("still there?"))).isEqualTo("still there?");
            }
            assertThat(client.time().elapsed()).isZero();
            client.runCoroutine(asks.closed());

            assertThat(client.time().elapsed()).isEqualTo(HOUR);
        }

        @Test
        void sharesTimeWithOtherKinds(
                @Loop(value = "client", kind = "netty-local") LoopRunner client,
                @Loop(value = "server", kind = "netty-local") LoopRunner server,
                @Loop(value = "timer", kind = "jdk") LoopRunner timer) {
            EchoServer echo = server.manage(server.runCoroutine(EchoServer.start(server.loop(), HOUR)));
            EchoClient asks = client.manage(client.runCoroutine(EchoClient.connect(client.loop(), echo.address())));
            CompletableFuture<String> late = timer.loop().newFuture();
            timer.loop()
                    .schedule(
                            () -> asks.ask("still there?").thenAccept(late::complete),
                            HOUR.toMinutes() - 1,
                            TimeUnit.MINUTES);

            assertThat(timer.runCoroutine(late)).isEqualTo("still there?");
            client.runCoroutine(asks.closed());

            assertThat(timer.time().elapsed()).isEqualTo(HOUR.plus(HOUR.minusMinutes(1)));
        }

        @Test
        void answersABlockingSocket(@Loop(kind = "netty-nio") LoopRunner runner) throws IOException {
            EchoServer echo = runner.manage(runner.runCoroutine(EchoServer.start(runner.loop(), HOUR)));
            InetSocketAddress address = (InetSocketAddress) echo.address();

            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.getOutputStream().write("purr".getBytes(UTF_8));
                assertThat(new String(socket.getInputStream().readNBytes(4), UTF_8))
                        .isEqualTo("purr");
            }

            assertThat(runner.time().elapsed()).isZero();
        }

        /** What comes from outside at once is there before time jumps over the client's patience. */
        @Test
        void givesAPeerOutsideAMoment(@Loop(kind = "netty-nio") LoopRunner runner) throws Exception {
            try (ServerSocket outside = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Thread echo = new Thread(() -> echoOnce(outside));
                echo.start();
                EchoClient asks = runner.manage(
                        runner.runCoroutine(EchoClient.connect(runner.loop(), outside.getLocalSocketAddress())));

                String reply =
                        runner.runCoroutine(() -> asks.ask("still there?").orTimeout(1, TimeUnit.HOURS));

                assertThat(reply).isEqualTo("still there?");
                assertThat(runner.time().elapsed()).isZero();
                Bounded.join(echo);
            }
        }

        private void echoOnce(ServerSocket server) {
            try (Socket socket = server.accept()) {
                byte[] question = socket.getInputStream().readNBytes("still there?".length());
                socket.getOutputStream().write(question);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Test
        void saysWhichTimerOfNettysIsArmed(@Loop(kind = "netty-nio") LoopRunner runner) {
            NettyLoops.of(runner.loop()).schedule(new Heartbeat(), 1, TimeUnit.HOURS);

            assertThat(runner.loop().state().timers())
                    .singleElement()
                    .asString()
                    .contains("NettyVirtualTimeTests.AmongLoops.Heartbeat")
                    .contains("armed at NettyVirtualTimeTests.java:");
        }

        private final class Heartbeat implements Runnable {

            @Override
            public void run() {}
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

    /** A server that listens makes its loop look for input all the time, which is no progress. */
    @Test
    @Tag("slow") // a test is blocked for a second before that counts as in vain
    void endsATestThatIsBlockedInVainWhileAServerListens() {
        JupiterRun run = JupiterRun.of(BlockedCases.class);

        assertThat(run.failureOf("waitsForALatch")).satisfies(thrown -> assertThat(thrown.getSuppressed())
                .hasAtLeastOneElementOfType(LoopFailure.class)
                .extracting(Throwable::getMessage)
                .anyMatch(message -> message.startsWith("the test's thread was blocked for more than a second")));
    }

    @VirtualTime
    @ExtendWith(LoopRunnerExtension.class)
    static class BlockedCases {

        @Test
        void waitsForALatch(@Loop(kind = "netty-nio") LoopRunner runner) throws InterruptedException {
            NettyLoops.serverBootstrap(runner.loop())
                    .childHandler(new ChannelInboundHandlerAdapter())
                    .bind(NettyLoops.anyAddress(runner.loop()))
                    .sync();
            NettyLoops.of(runner.loop()).schedule(() -> {}, 1, TimeUnit.HOURS);
            new CountDownLatch(1).await(Bounded.SECONDS, TimeUnit.SECONDS);
        }
    }
}

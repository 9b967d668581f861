package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.testing.JupiterRun;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConnectToTests {

    private static final Duration SHORT = Duration.ofMillis(100);

    private LoopRunner runner = LoopRunner.builder().name("HerdTests.asks").start();
    private final ServerSocket server = listening();

    private static ServerSocket listening() {
        try {
            return new ServerSocket(0, /* backlog= */ 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new AssertionError("there is no free port", e);
        }
    }

    @AfterEach
    void close() throws IOException {
        runner.close();
        server.close();
    }

    @Test
    void readsWhatTheServerSends() throws IOException {
        Socket client = runner.connectTo(server.getLocalPort());
        try (Socket accepted = server.accept()) {
            accepted.getOutputStream().write(new byte[] {1, -1, 3});
            accepted.shutdownOutput();
            client.getOutputStream().write(7);

            assertThat(client.getInputStream().read()).isEqualTo(1);
            assertThat(client.getInputStream().read()).isEqualTo(255);
            assertThat(client.getInputStream().readAllBytes()).containsExactly(3);
            assertThat(accepted.getInputStream().read()).isEqualTo(7);
        }
    }

    /** A server that does not accept, and whose backlog is full, answers no attempt. */
    @Test
    void givesAllAttemptsOneBound() throws IOException {
        Deadline past = Deadline.in(Duration.ZERO);

        try (ServerSocket full = new ServerSocket(0, /* backlog= */ 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
            fill(address);

            assertThat(catchThrowable(() -> BoundedSocket.connect(address, runner, past)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    private void fill(InetSocketAddress address) throws IOException {
        for (int i = 0; i < 8; i++) {
            Socket waiting = runner.manage(new Socket());
            try {
                waiting.connect(address, 20);
            } catch (SocketTimeoutException isFull) {
                return;
            }
        }
    }

    @Test
    void waitsUntilTheServerListens() throws IOException {
        int port = runner.freePort();
        CountDownLatch refused = new CountDownLatch(1);
        runner.execute(() -> {
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
                    .isInstanceOf(ConnectException.class);
            refused.countDown();
        });
        runner.loop()
                .schedule(
                        () -> runner.manage(new ServerSocket(port, /* backlog= */ 1, InetAddress.getLoopbackAddress())),
                        20,
                        TimeUnit.MILLISECONDS);

        Socket client = runner.connectTo(port);

        assertThat(refused.getCount()).isZero();
        assertThat(client.isConnected()).isTrue();
    }

    @Test
    void saysThatNobodyListens() {
        int port = runner.freePort();

        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class, () -> runner.within(SHORT).connectTo(port));

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(failure)
                .hasMessageStartingWith(
                        "HerdTests.asks timed out after 100 ms: nobody listened at 127.0.0.1:" + port + "\n")
                .hasMessageContaining("last failure  : java.net.ConnectException: Connection refused")
                .hasMessageContaining(
                        "next          : start the server, and check that it binds this address: where it was"
                                + " given port 0, ask it which one it got; or allow more time");
    }

    @Test
    void saysWhatTheLoopDidWhileTheServerWasSilent() throws IOException {
        Socket client = runner.within(SHORT).connectTo(server.getLocalPort());

        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class, () -> client.getInputStream().read());

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(Messages.of(failure).replace(String.valueOf(server.getLocalPort()), "PORT"))
                .isEqualTo(
                        """
                        HerdTests.asks timed out after 100 ms: the server at localhost/127.0.0.1:PORT sends nothing
                          waited for    : input from localhost/127.0.0.1:PORT
                          waited at     : ConnectToTests.saysWhatTheLoopDidWhileTheServerWasSilent (ConnectToTests.java:N)
                          loop "jdk"    : has run nothing; 0 ready, 0 timers
                          next          : answer on every path, also on failure, and flush what is written; or allow more \
                        time with runner.within(...).connectTo(...)""");
    }

    @Test
    void saysThatTheLoopIsBlocked() throws IOException {
        Socket client = runner.within(SHORT).connectTo(server.getLocalPort());
        CountDownLatch blocked = new CountDownLatch(1);
        runner.execute(() -> awaitForEver(blocked));

        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class, () -> client.getInputStream().read());

        assertThat(failure.verdict()).isEqualTo(Verdict.BLOCKED_LOOP);
        assertThat(failure)
                .hasMessageContaining("is blocked by one task")
                .hasMessageContaining("at io.github.looprunner.ConnectToTests.awaitForEver(");
        blocked.countDown();
    }

    private static void awaitForEver(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void letsTheUserSetATimeout() throws IOException {
        Socket client = runner.connectTo(server.getLocalPort());
        client.setSoTimeout(20);

        assertThat(client.getSoTimeout()).isEqualTo(20);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void noticesAnInterruptWhileItReads() throws IOException {
        Socket client = runner.connectTo(server.getLocalPort());
        Thread.currentThread().interrupt();

        Throwable thrown = catchThrowable(() -> client.getInputStream().read());

        assertThat(thrown).isInstanceOf(InterruptedException.class).hasMessage("interrupted while a read waited");
        assertThat(Messages.suppressedIn(thrown))
                .isInstanceOf(LoopFailure.class)
                .hasMessageStartingWith("HerdTests.asks was interrupted while it read from localhost/127.0.0.1:");
    }

    @Test
    void closesWithTheRunner() {
        Socket client = runner.connectTo(server.getLocalPort());

        runner.close();

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void saysThatTimeStandsWhileATestReads() throws IOException {
        startWithVirtualTime();
        Socket client = runner.within(SHORT).connectTo(server.getLocalPort());
        runner.loop().schedule(() -> {}, 1, TimeUnit.HOURS);

        assertThatThrownBy(() -> client.getInputStream().read())
                .isInstanceOf(LoopFailure.class)
                .hasMessageEndingWith("next          : move time before the read, as with runner.time().advanceBy(...):"
                        + " it stands while a test reads from a socket");
        assertThat(runner.time().elapsed()).isZero();
    }

    @Test
    void saysSoToATestThatReadsInVain() {
        JupiterRun run = JupiterRun.of(ReadCases.class);

        Throwable thrown = run.failureOf("reads");

        String next =
                "next          : move time before the read, as with runner.time().advanceBy(...): it stands while a"
                        + " test reads from a socket";
        assertThat(thrown).isInstanceOf(InterruptedException.class);
        assertThat(thrown.getSuppressed())
                .anySatisfy(suppressed -> assertThat(suppressed)
                        .hasMessageContaining(", since nothing could run any more before virtual time moves\n")
                        .hasMessageEndingWith(next))
                .anySatisfy(suppressed -> assertThat(suppressed)
                        .hasMessageStartingWith("the test's thread was blocked for more than a second")
                        .hasMessageEndingWith(next));
    }

    @ExtendWith(LoopRunnerExtension.class)
    @VirtualTime
    static class ReadCases {

        @Test
        void reads(LoopRunner runner) throws IOException {
            try (ServerSocket silent = listening()) {
                Socket client = runner.connectTo(silent.getLocalPort());
                runner.loop().schedule(() -> {}, 1, TimeUnit.HOURS);

                client.getInputStream().read();
            }
        }
    }

    @Test
    void letsLoopsMoveWhileATestReads() throws IOException {
        startWithVirtualTime();
        Socket client = runner.connectTo(server.getLocalPort());
        try (Socket accepted = server.accept()) {
            runner.loop().submit(() -> {
                accepted.getOutputStream().write(7);
                return null;
            });

            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }

    private void startWithVirtualTime() {
        runner.close();
        runner = LoopRunner.builder().name("HerdTests.asks").virtualTime().start();
    }

    @ParameterizedTest
    @MethodSource("addressesThatNoSocketConnectsTo")
    void refusesAnAddressThatNoSocketConnectsTo(SocketAddress address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> runner.connectTo(address))
                .withMessage(
                        "address (" + address + ") must be one that a socket can connect to: ask the server for"
                                + " the port that it got instead of 0, and for a channel in memory use the client of its framework");
    }

    static Stream<SocketAddress> addressesThatNoSocketConnectsTo() throws UnknownHostException {
        return Stream.of(
                new LocalAddress("herd"),
                InetSocketAddress.createUnresolved("localhost", 80),
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 70_000})
    void refusesWhatIsNoPort(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> runner.connectTo(port))
                .withMessage("port (" + port + ") must be between 1 and 65535"
                        + (port == 0 ? "; ask the server that was given it which one it got" : ""));
    }

    @Test
    void isRefusedOnTheLoop() {
        assertThatIllegalStateException()
                .isThrownBy(() -> runner.call(() -> runner.connectTo(server.getLocalPort())))
                .withMessageStartingWith("connectTo was called on loop \"jdk\" itself");
    }
}

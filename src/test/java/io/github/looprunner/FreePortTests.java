package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.netty.NettyLoops;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.JupiterRun;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LoopRunnerExtension.class)
class FreePortTests {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::"})
    void isThereForWhoAsksForIt(String address, LoopRunner runner) throws IOException {
        int port = runner.freePort();

        try (ServerSocket server = new ServerSocket(port, /* backlog= */ 1, InetAddress.getByName(address));
                Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                Socket accepted = server.accept()) {
            assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
        }
    }

    @TestOnLoops({"netty-nio", "netty-epoll", "netty-io-uring"})
    void isThereForServersOfNetty(LoopRunner runner) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), runner.freePort());

        Channel server = NettyLoops.serverBootstrap(runner.loop())
                .childHandler(new ChannelInboundHandlerAdapter())
                .bind(address)
                .syncUninterruptibly()
                .channel();

        assertThat(server.localAddress()).isEqualTo(address);
    }

    @Test
    void isThereForServersOfVertx(@Loop(kind = "vertx") LoopRunner runner, @Loop(kind = "vertx") Vertx vertx) {
        int port = runner.freePort();

        assertThat(runner.runCoroutine(vertx.createHttpServer()
                                .requestHandler(request -> {})
                                .listen(port)
                                .toCompletionStage())
                        .actualPort())
                .isEqualTo(port);
    }

    @Test
    void isThereAgainAfterARestart(LoopRunner runner) throws IOException {
        int port = runner.freePort();

        for (int start = 0; start < 3; start++) {
            try (ServerSocket server = new ServerSocket(port);
                    Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                server.accept().close(); // first, so that the system remembers the connection at this port
                assertThat(client.getInputStream().read()).isNegative();
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void isKeptFromWhoDoesNotKnowIt(LoopRunner runner) {
        assertThatThrownBy(() -> bindAlone(runner.freePort())).isInstanceOf(BindException.class);
    }

    @Test
    void isNeverTheSameInOneRun(LoopRunner runner) throws InterruptedException {
        Set<Integer> ports = ConcurrentHashMap.newKeySet();
        CyclicBarrier together = new CyclicBarrier(4);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(new Thread(() -> {
                Bounded.await(together);
                for (int j = 0; j < 50; j++) {
                    ports.add(runner.freePort());
                }
            }));
        }

        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            Bounded.join(thread);
        }

        assertThat(ports).hasSize(200);
    }

    @Test
    void isFreeForAllAfterAThousandOthers() throws IOException {
        try (Ports ports = new Ports()) {
            int first = ports.free();
            Set<Integer> others = new HashSet<>();
            for (int i = 0; i < 1_000; i++) {
                others.add(ports.free());
            }

            assertThat(others).hasSize(1_000).doesNotContain(first);
            assertThatCode(() -> bindAlone(first)).doesNotThrowAnyException();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void isKeptUntilTheRunEnds() throws IOException {
        KeepCases.PORTS.clear();

        JupiterRun run = JupiterRun.of(KeepCases.class);

        assertThat(run.succeeded()).containsExactlyInAnyOrder("takesOne[1]", "takesOne[2]");
        assertThat(KeepCases.PORTS).hasSize(2);
        for (int port : KeepCases.PORTS) {
            bindAlone(port);
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class KeepCases {

        static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

        @RepeatedTest(2)
        void takesOne(LoopRunner runner) {
            for (int earlier : PORTS) {
                assertThatThrownBy(() -> bindAlone(earlier)).isInstanceOf(BindException.class);
            }
            PORTS.add(runner.freePort());
        }
    }

    @Test
    void isFreeForAllOnceARunnerWithoutJUnitHasClosed() {
        int port;
        try (LoopRunner runner = LoopRunner.start()) {
            port = runner.freePort();
            assertThat(runner.freePort()).isNotEqualTo(port);
        }

        assertThatCode(() -> bindAlone(port)).doesNotThrowAnyException();
    }

    @Test
    void isNotGivenByAClosedRunner() {
        LoopRunner runner = LoopRunner.builder().name("PortTests.late").start();
        runner.close();

        assertThatIllegalStateException()
                .isThrownBy(runner::freePort)
                .withMessage("the runner of PortTests.late is closed, so it cannot give a port; use a runner of the"
                        + " running test");
    }

    /** Binds the way that lets nobody else in. */
    private static void bindAlone(int port) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(false);
            server.bind(new InetSocketAddress(port));
        }
    }
}

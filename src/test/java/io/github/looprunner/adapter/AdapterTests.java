package io.github.looprunner.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.checks.LoopChecks;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.LoopOwner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@Tag("battery")
class AdapterTests {

    @TestFactory
    Stream<DynamicTest> selectorLoopsKeepTheContract() {
        return LoopChecks.of(new SelectorLoopFactory()).checks().stream()
                .map(check -> DynamicTest.dynamicTest(check.name(), check::run));
    }

    @Test
    void leavesNothingOut() {
        LoopChecks checks = LoopChecks.of(new SelectorLoopFactory());

        assertThat(checks.leftOut()).containsOnlyKeys("a runner refuses virtual time, and says why");
    }

    @Test
    void taggedLoopsKeepTheContract() {
        LoopChecks.of(new TaggedLoopFactory()).run(); // one error lists all breaches
    }

    @Test
    void answersABlockingClient() throws IOException {
        try (LoopRunner runner =
                LoopRunner.builder().loop(new SelectorLoopFactory()).start()) {
            ServerSocketChannel server = runner.call(() -> shoutServer(runner.loop(), Duration.ZERO));

            assertThat(ask(server, "hello")).isEqualTo("HELLO");
        }
    }

    @Test
    void asksAndAnswersOnOneLoopInVirtualTime() {
        try (LoopRunner runner = LoopRunner.builder()
                .loop(new SelectorLoopFactory())
                .virtualTime()
                .start()) {
            ServerSocketChannel server = runner.call(() -> shoutServer(runner.loop(), Duration.ofHours(1)));
            CompletableFuture<String> answer = runner.loop().newFuture();

            runner.call(() -> ask(runner.loop(), server, "hello", answer));

            assertThat(runner.runCoroutine(answer)).isEqualTo("HELLO");
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
        }
    }

    @Test
    void tagsWhatItExecutes() {
        try (LoopRunner runner =
                LoopRunner.builder().loop(new TaggedLoopFactory()).start()) {
            assertThat(runner.call(() -> TaggedLoop.TAG.get())).isEqualTo("tagged");
        }
    }

    /** Starts a server that answers each request in capitals. */
    private static ServerSocketChannel shoutServer(EventLoop loop, Duration delay) throws IOException {
        Readiness readiness = loop.unwrap(Readiness.class);
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).configureBlocking(false);
        readiness.whenReady(server, SelectionKey.OP_ACCEPT, () -> {
            SocketChannel client = accept(server);
            if (client != null) {
                readiness.whenReady(client, SelectionKey.OP_READ, () -> {
                    String request = read(client);
                    if (!request.isEmpty()) { // else the client has hung up
                        String answer = request.toUpperCase(Locale.ROOT);
                        loop.schedule(() -> write(client, answer), delay.toNanos(), TimeUnit.NANOSECONDS);
                    }
                });
            }
        });
        return server;
    }

    private static void ask(
            EventLoop loop, ServerSocketChannel server, String request, CompletableFuture<String> answer)
            throws IOException {
        SocketChannel client = SocketChannel.open(server.getLocalAddress());
        client.configureBlocking(false);
        loop.unwrap(Readiness.class)
                .whenReady(
                        client,
                        SelectionKey.OP_READ,
                        () -> answer.complete(read(client).strip()));
        write(client, request + "\n");
    }

    private static String ask(ServerSocketChannel server, String request) throws IOException {
        InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write((request + "\n").getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    private static SocketChannel accept(ServerSocketChannel server) {
        try {
            SocketChannel client = server.accept();
            if (client != null) {
                client.configureBlocking(false);
            }
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(SocketChannel from) {
        ByteBuffer buffer = ByteBuffer.allocate(1024);
        try {
            if (from.read(buffer) < 0) {
                from.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }

    private static void write(SocketChannel to, String text) {
        try {
            to.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens loops of kind {@code tagged}. */
    static final class TaggedLoopFactory implements EventLoopFactory {

        @Override
        public String kind() {
            return "tagged";
        }

        @Override
        public EventLoop open(LoopOwner owner) {
            return new TaggedLoop(
                    EventLoopFactory.onThreads("tagged", Thread::new).open(owner));
        }

        @Override
        public Optional<String> foreignThreads() {
            return Optional.of("they are plain threads");
        }
    }
}

package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ShutdownChannelGroupException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelGroupTests {

    private final RecordingOwner owner = new RecordingOwner();
    private final EventLoop loop = new JdkLoopFactory().open(owner);
    private final List<Boolean> handledOnLoop = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void givesTheSameGroupToAll() {
        AsynchronousChannelGroup group = loop.channelGroup();

        assertThat(loop.channelGroup()).isSameAs(group);
        assertThat(group.isShutdown()).isFalse();
    }

    @Test
    void servesASocketWithHandlersOnTheLoop() throws Exception {
        AsynchronousServerSocketChannel server = echo();

        for (int client = 0; client < 3; client++) {
            assertThat(ask(server, client)).isEqualTo(client);
        }

        assertThat(handledOnLoop).isNotEmpty().containsOnly(true);
        server.close();
    }

    @Test
    void talksToItselfWithHandlersOnTheLoop() throws Exception {
        AsynchronousServerSocketChannel server = echo();
        CompletableFuture<Integer> answer = loop.newFuture();
        AsynchronousSocketChannel client = AsynchronousSocketChannel.open(loop.channelGroup());
        ByteBuffer buffer = ByteBuffer.allocate(4);

        client.connect(server.getLocalAddress(), null, then(connected -> {
            buffer.putInt(42).flip();
            client.write(buffer, null, then(written -> {
                buffer.clear();
                client.read(
                        buffer, null, then(read -> answer.complete(buffer.flip().getInt())));
            }));
        }));

        assertThat(Bounded.get(answer)).isEqualTo(42);
        assertThat(handledOnLoop).containsOnly(true);
        client.close();
        server.close();
    }

    @Test
    void leavesTheLoopAloneWhereTheGroupIsShutDown() throws Exception {
        AsynchronousServerSocketChannel server = echo();
        AsynchronousChannelGroup group = loop.channelGroup();

        group.shutdownNow();

        assertThat(group.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(server.isOpen()).isFalse();
        assertThat(loop.isShutdown()).isFalse();
        assertThat(Bounded.get(loop.submit(() -> "alive"))).isEqualTo("alive");
    }

    @Test
    void endsThePendingOperationsOfChannelsThatItCloses() throws Exception {
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
        AsynchronousServerSocketChannel server = bind();
        server.accept(null, new CompletionHandler<AsynchronousSocketChannel, Void>() {
            @Override
            public void completed(AsynchronousSocketChannel accepted, Void nothing) {}

            @Override
            public void failed(Throwable thrown, Void nothing) {
                onLoop.complete(loop.inEventLoop());
                failed.complete(thrown);
            }
        });

        loop.close();

        assertThat(Bounded.get(failed)).isInstanceOf(ClosedChannelException.class);
        assertThat(Bounded.get(onLoop)).isTrue();
        assertThat(server.isOpen()).isFalse();
        assertThat(owner.reported()).isEmpty();
    }

    @Test
    void endsTheThreadOfTheGroupWithTheLoop() throws Exception {
        AsynchronousServerSocketChannel server = echo();
        ask(server, 1);
        Set<Thread> submitters = owner.submitters(); // the group's thread hands the handlers to the loop

        loop.close();

        assertThat(submitters).hasSizeGreaterThan(1);
        Bounded.until(
                () -> submitters.stream().noneMatch(thread -> thread != Thread.currentThread() && thread.isAlive()));
    }

    @Test
    void opensNoChannelsOnceClosed() {
        AsynchronousChannelGroup group = loop.channelGroup();
        EventLoop unused = new JdkLoopFactory().open(owner);

        loop.close();
        unused.close();

        assertThatExceptionOfType(ShutdownChannelGroupException.class)
                .isThrownBy(() -> AsynchronousServerSocketChannel.open(group));
        assertThatIllegalStateException()
                .isThrownBy(unused::channelGroup)
                .withMessage(
                        "channelGroup was called on loop \"jdk\", which was closed; open channels before that, or on a"
                                + " loop of the running test");
    }

    @Test
    void freesThePortOfAServerWhoseLoopWasShutDownByItsOwnCode() throws Exception {
        AsynchronousServerSocketChannel server = echo();
        InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
        Bounded.get(loop.submit(loop::close));
        assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();

        loop.close();

        assertThat(server.isOpen()).isFalse();
        EventLoop next = new JdkLoopFactory().open(owner);
        AsynchronousServerSocketChannel again =
                AsynchronousServerSocketChannel.open(next.channelGroup()).bind(address);
        assertThat(again.getLocalAddress()).isEqualTo(address);
        next.close();
    }

    @Test
    void survivesClientsThatComeWhileTheLoopIsShutDown() throws Exception {
        AsynchronousServerSocketChannel server = echo();
        InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
        loop.execute(() -> {});
        loop.shutdown();
        assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();

        try (Socket late = new Socket(address.getAddress(), address.getPort())) {
            assertThat(late.isConnected()).isTrue();
        }
        loop.close();

        assertThat(server.isOpen()).isFalse();
    }

    private AsynchronousServerSocketChannel echo() throws Exception {
        AsynchronousServerSocketChannel server = bind();
        CountDownLatch accepting = new CountDownLatch(1);
        loop.execute(() -> {
            acceptNext(server);
            accepting.countDown();
        });
        Bounded.await(accepting);
        return server;
    }

    private AsynchronousServerSocketChannel bind() throws Exception {
        return AsynchronousServerSocketChannel.open(loop.channelGroup())
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private void acceptNext(AsynchronousServerSocketChannel server) {
        server.accept(null, then(client -> {
            acceptNext(server);
            ByteBuffer buffer = ByteBuffer.allocate(4);
            client.read(buffer, null, then(read -> client.write(buffer.flip(), null, then(written -> {}))));
        }));
    }

    private static int ask(AsynchronousServerSocketChannel server, int question) throws Exception {
        InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Bounded.SECONDS));
            new DataOutputStream(socket.getOutputStream()).writeInt(question);
            return new DataInputStream(socket.getInputStream()).readInt();
        }
    }

    private <T> CompletionHandler<T, Void> then(Consumer<T> action) {
        return new CompletionHandler<>() {
            @Override
            public void completed(T result, Void nothing) {
                handledOnLoop.add(loop.inEventLoop());
                action.accept(result);
            }

            @Override
            public void failed(Throwable thrown, Void nothing) {
                handledOnLoop.add(loop.inEventLoop());
            }
        };
    }
}

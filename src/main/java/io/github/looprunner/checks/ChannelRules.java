package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.isTrue;
import static io.github.looprunner.checks.Trial.same;

import io.github.looprunner.loop.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Rules about a loop's group of asynchronous channels. */
final class ChannelRules {

    private static final String SOURCE = "EventLoop.channelGroup";

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "completion handlers of channels run on the loop", ChannelRules::handlers),
            Rule.of(SOURCE, "shutting the group of channels down leaves the loop alone", ChannelRules::shutdown));

    private ChannelRules() {}

    private static void handlers(Trial trial) throws IOException {
        EventLoop loop = trial.loop();
        CompletableFuture<Boolean> accepted = new CompletableFuture<>();
        CompletableFuture<Boolean> connected = new CompletableFuture<>();
        try (AsynchronousServerSocketChannel server = AsynchronousServerSocketChannel.open(loop.channelGroup());
                AsynchronousSocketChannel client = AsynchronousSocketChannel.open(loop.channelGroup())) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.accept(null, new Noting<AsynchronousSocketChannel>(loop, accepted));
            client.connect(server.getLocalAddress(), null, new Noting<@Nullable Void>(loop, connected));
            isTrue(trial.await(accepted, "that a connection is accepted").get(), "a handler on the loop", "elsewhere");
            isTrue(trial.await(connected, "that a client connects").get(), "a handler on the loop", "elsewhere");
        }
    }

    private static void shutdown(Trial trial) {
        EventLoop loop = trial.loop();
        same(loop.channelGroup(), loop.channelGroup(), "the same group at every call");
        loop.channelGroup().shutdown();
        trial.rest();
        isTrue(!loop.isShutdown(), "that the loop goes on", "it was shut down");
    }

    /** Notes whether it was called on the loop. */
    private record Noting<T extends @Nullable Object>(EventLoop loop, CompletableFuture<Boolean> noted)
            implements CompletionHandler<T, @Nullable Void> {

        @Override
        public void completed(T result, @Nullable Void nothing) {
            close(result);
            noted.complete(loop.inEventLoop());
        }

        @Override
        public void failed(Throwable thrown, @Nullable Void nothing) {
            noted.completeExceptionally(thrown);
        }

        private static void close(@Nullable Object result) {
            if (result instanceof AsynchronousSocketChannel accepted) {
                try {
                    accepted.close();
                } catch (IOException e) {
                    // it is of no further use
                }
            }
        }
    }
}

package io.github.looprunner.libraries;

import static io.grpc.MethodDescriptor.MethodType.UNARY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.loop.EventLoop;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client and a server on one loop, whose deadlines are the loop's. */
@Timeout(30)
class GrpcTests {

    private static final MethodDescriptor<String, String> NAP = MethodDescriptor.<String, String>newBuilder(
                    new Text(), new Text())
            .setType(UNARY)
            .setFullMethodName("Cat/nap")
            .build();

    private final LoopRunner runner = LoopRunner.builder().virtualTime().start();
    private final EventLoop loop = runner.loop();
    private final Deadline.Ticker ticker = new LoopTicker(loop);
    private final List<String> cancelled = new ArrayList<>(); // written on the loop, read between waits
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .executor(loop)
                .scheduledExecutorService(loop)
                .deadlineTicker(ticker)
                .addService(ServerServiceDefinition.builder("Cat")
                        .addMethod(NAP, ServerCalls.asyncUnaryCall(this::nap))
                        .build())
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name)
                .executor(loop)
                .scheduledExecutorService(loop)
                .build();
    }

    @AfterEach
    void endsInnocent() {
        channel.shutdownNow();
        server.shutdownNow();
        runner.close();
    }

    @Test
    void answersAfterAnHour() {
        assertThat(runner.runCoroutine(call("60", deadlineIn(2, HOURS)))).isEqualTo("napped 60");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
        assertThat(cancelled).isEmpty();
    }

    @Test
    void exceedsItsDeadlineOnBothSides() {
        CompletableFuture<String> late = call("180", deadlineIn(1, HOURS));

        assertThatThrownBy(() -> runner.runCoroutine(late))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        thrown -> assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
        runner.settle();
        assertThat(cancelled).containsExactly("180");
    }

    @Test
    void refusesWhatIsLateAlready() {
        CallOptions options = deadlineIn(1, HOURS);
        runner.time().advanceBy(Duration.ofHours(2));

        assertThatThrownBy(() -> runner.runCoroutine(call("60", options)))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("DEADLINE_EXCEEDED");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void handlesAFailureOfTheServer() {
        CompletableFuture<String> handled = call("not a number", CallOptions.DEFAULT)
                .exceptionally(thrown -> Status.fromThrowable(thrown).getCode().name());

        assertThat(runner.runCoroutine(handled)).isEqualTo("INVALID_ARGUMENT");
        assertThat(runner.time().elapsed()).isZero();
    }

    private CallOptions deadlineIn(long duration, TimeUnit unit) {
        return CallOptions.DEFAULT.withDeadline(Deadline.after(duration, unit, ticker));
    }

    private CompletableFuture<String> call(String minutes, CallOptions options) {
        CompletableFuture<String> reply = loop.newFuture();
        ClientCalls.asyncUnaryCall(channel.newCall(NAP, options), minutes, new Reply(reply));
        return reply;
    }

    private void nap(String minutes, StreamObserver<String> reply) {
        if (!minutes.matches("\\d+")) {
            reply.onError(Status.INVALID_ARGUMENT.asRuntimeException());
            return;
        }
        Context.current().addListener(context -> noteCancellation(minutes, context), Runnable::run);
        loop.schedule(
                () -> {
                    if (!Context.current().isCancelled()) {
                        reply.onNext("napped " + minutes);
                        reply.onCompleted();
                    }
                },
                Long.parseLong(minutes),
                MINUTES);
    }

    private void noteCancellation(String minutes, Context context) {
        if (context.cancellationCause() != null) {
            cancelled.add(minutes);
        }
    }

    /** The loop's time, for deadlines. */
    private static final class LoopTicker extends Deadline.Ticker {

        private final EventLoop loop;

        LoopTicker(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public long nanoTime() {
            return loop.nanoTime();
        }
    }

    /** Completes a future. */
    private record Reply(CompletableFuture<String> future) implements StreamObserver<String> {

        @Override
        public void onNext(String value) {
            future.complete(value);
        }

        @Override
        public void onError(Throwable thrown) {
            future.completeExceptionally(thrown);
        }

        @Override
        public void onCompleted() {}
    }

    /** Strings as they are. */
    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

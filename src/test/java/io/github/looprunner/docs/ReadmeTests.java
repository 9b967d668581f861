package io.github.looprunner.docs;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.await;
import static io.github.looprunner.Coroutine.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.Loop;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.LoopTask;
import io.github.looprunner.VirtualTime;
import io.github.looprunner.loop.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LoopRunnerExtension.class)
class ReadmeTests {

    // tag::future[]
    @Test
    void aFutureWillDo(LoopRunner runner) {
        CompletableFuture<String> reply = new Client(runner.loop()).ask("who?");

        assertThat(runner.runCoroutine(reply)).isEqualTo("Garfield");
    }
    // end::future[]

    // tag::virtual[]
    @Test
    @VirtualTime
    void anHourTakesNoTime(LoopRunner runner) {
        CompletableFuture<String> reply = runner.loop().newFuture();
        runner.loop().schedule(() -> reply.complete("Garfield"), 1, TimeUnit.HOURS);

        assertThat(runner.runCoroutine(reply)).isEqualTo("Garfield"); // at once

        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
    }
    // end::virtual[]

    // tag::exception[]
    @Test
    void theOriginalExceptionArrives(LoopRunner runner) {
        Client client = new Client(runner.loop());

        assertThatThrownBy(() -> runner.runCoroutine(() -> client.ask("")))
                .isInstanceOf(IOException.class)
                .hasMessage("nothing was asked");
    }
    // end::exception[]

    // tag::sequential[]
    @Test
    void sequentialStyle(LoopRunner runner) {
        Client client = new Client(runner.loop());

        String replies = runner.runCoroutine(async(() -> {
            String first = await(client.ask("who?")); // suspends this body; the loop goes on
            sleep(Duration.ofMillis(5));
            return first + ", " + await(client.ask("where?"));
        }));

        assertThat(replies).isEqualTo("Garfield, on the sofa");
    }
    // end::sequential[]

    // tag::background[]
    @Test
    void beatsUntilTheTestEnds(LoopRunner runner) {
        AtomicInteger beats = new AtomicInteger();

        LoopTask<Void> heartbeat = runner.start(async(() -> {
            while (true) {
                beats.incrementAndGet();
                sleep(Duration.ofMillis(1));
            }
        }));

        runner.eventually(() -> assertThat(beats).hasValueGreaterThan(3));
        assertThat(heartbeat.isDone()).isFalse();
    }
    // end::background[]

    @Test
    void theOtherCalls(LoopRunner runner) {
        AtomicInteger counter = new AtomicInteger();
        List<String> seen = new ArrayList<>();
        CompletionStage<String> reply = new Client(runner.loop()).ask("who?");
        seen.add("one");
        // tag::calls[]
        int count = runner.call(() -> counter.get()); // a plain function on the loop; it awaits no future
        runner.call(() -> counter.set(7)); // so is one that returns nothing
        runner.execute(() -> counter.incrementAndGet()); // fire and forget, in order
        runner.settle(); // until nothing runs and nothing is ready
        runner.within(Duration.ofSeconds(1)).runCoroutine(reply); // a bound of its own for one wait
        runner.eventually(() -> assertThat(seen).hasSize(1)); // until it holds
        // end::calls[]
        assertThat(count).isZero();
        assertThat(counter).hasValue(8);
    }

    // tag::several[]
    @Test
    void twoLoops(@Loop("client") LoopRunner client, @Loop("server") LoopRunner server) {
        EventLoop ofServer = server.loop();

        boolean there = client.runCoroutine(() -> ofServer.supply(ofServer::inEventLoop));

        assertThat(there).isTrue();
    }
    // end::several[]

    // tag::uncaught[]
    @Test
    void takesAFailureBack(LoopRunner runner) {
        runner.execute(() -> {
            throw new IllegalStateException("no more lives");
        });

        IllegalStateException thrown = runner.expectUncaught(IllegalStateException.class);

        assertThat(thrown).hasMessage("no more lives");
    }
    // end::uncaught[]

    // tag::plain[]
    @Test
    void worksWithoutInjection() {
        try (LoopRunner runner = LoopRunner.start()) {
            String reply = runner.runCoroutine(() -> new Client(runner.loop()).ask("who?"));
            assertThat(reply).isEqualTo("Garfield");
        } // throws a LoopFailure if something failed on the loop and nobody observed it
    }
    // end::plain[]

    /** Answers a moment later. */
    private static final class Client {

        private final EventLoop loop;

        Client(EventLoop loop) {
            this.loop = loop;
        }

        CompletableFuture<String> ask(String question) {
            CompletableFuture<String> reply = loop.newFuture();
            loop.schedule(() -> answer(question, reply), 1, TimeUnit.MILLISECONDS);
            return reply;
        }

        private static void answer(String question, CompletableFuture<String> reply) {
            if (question.isEmpty()) {
                reply.completeExceptionally(new IOException("nothing was asked"));
            } else {
                reply.complete(question.equals("who?") ? "Garfield" : "on the sofa");
            }
        }
    }
}

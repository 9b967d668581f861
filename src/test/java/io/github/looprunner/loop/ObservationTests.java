package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObservationTests {

    private final RecordingOwner owner = new RecordingOwner();
    private final EventLoop loop = new JdkLoopFactory().open(owner);
    private final IllegalStateException oops = new IllegalStateException("oops");

    @AfterEach
    void close() {
        loop.close();
    }

    static Stream<Named<Submission>> submissions() {
        return Stream.of(
                Named.of("execute", (loop, thrown) -> loop.execute(() -> raise(thrown))),
                Named.of("submit", (loop, thrown) -> loop.submit(() -> raise(thrown))),
                Named.of("schedule", (loop, thrown) -> loop.schedule(() -> raise(thrown), 1, TimeUnit.MICROSECONDS)),
                Named.of(
                        "scheduleAtFixedRate",
                        (loop, thrown) -> loop.scheduleAtFixedRate(() -> raise(thrown), 0, 1, TimeUnit.MICROSECONDS)),
                Named.of(
                        "scheduleWithFixedDelay",
                        (loop, thrown) ->
                                loop.scheduleWithFixedDelay(() -> raise(thrown), 0, 1, TimeUnit.MICROSECONDS)),
                Named.of("supply", (loop, thrown) -> loop.supply(() -> raise(thrown))),
                Named.of("supplyStage that throws", (loop, thrown) -> loop.supplyStage(() -> raise(thrown))),
                Named.of(
                        "supplyStage that fails",
                        (loop, thrown) -> loop.supplyStage(() -> CompletableFuture.failedFuture(thrown))),
                Named.of("async", (loop, thrown) -> loop.async(() -> raise(thrown))),
                Named.of("completeAsync", (loop, thrown) -> loop.newFuture().completeAsync(() -> raise(thrown))),
                Named.of("completeAsync elsewhere", (loop, thrown) -> loop.newFuture()
                        .completeAsync(() -> raise(thrown), Runnable::run)),
                Named.of("delayedExecutor", (loop, thrown) -> loop.delayedExecutor(Duration.ZERO)
                        .execute(() -> raise(thrown))));
    }

    @ParameterizedTest
    @MethodSource("submissions")
    void reportsAFailureThatNobodyTouches(Submission submission) {
        submission.submit(loop, oops);

        Bounded.until(() -> !owner.failures().isEmpty());
        rest();
        assertThat(owner.reported()).containsExactly(oops);
        assertThat(owner.observed()).isEmpty();
        assertThat(owner.failures().get(0).loop()).isEqualTo("jdk");
    }

    static Stream<Named<Consumer<CompletableFuture<String>>>> observations() {
        return Stream.of(
                Named.of("get", future -> catchThrowable(() -> Bounded.get(future))),
                Named.of("join", future -> catchThrowable(future::join)),
                Named.of("whenComplete", future -> future.whenComplete((value, thrown) -> {})),
                Named.of("whenCompleteAsync", future -> future.whenCompleteAsync((value, thrown) -> {})),
                Named.of("handle", future -> future.handle((value, thrown) -> "x")),
                Named.of("handleAsync", future -> future.handleAsync((value, thrown) -> "x")),
                Named.of("exceptionally", future -> future.exceptionally(thrown -> "x")),
                Named.of("exceptionallyAsync", future -> future.exceptionallyAsync(thrown -> "x")),
                Named.of("exceptionallyCompose", future -> future.exceptionallyCompose(thrown -> future)),
                Named.of("thenApply", future -> future.thenApply(value -> value)),
                Named.of("thenAccept", future -> future.thenAccept(value -> {})),
                Named.of("copy", future -> future.copy()),
                Named.of("minimalCompletionStage", future -> future.minimalCompletionStage()),
                Named.of("argument of thenCompose", future -> CompletableFuture.completedFuture("x")
                        .thenCompose(value -> future)),
                Named.of("argument of thenCombine", future -> CompletableFuture.completedFuture("x")
                        .thenCombine(future, (a, b) -> a)),
                Named.of("argument of applyToEither", future -> new CompletableFuture<String>()
                        .applyToEither(future, value -> value)),
                Named.of("allOf of the JDK", future -> CompletableFuture.allOf(future)
                        .whenComplete((nothing, thrown) ->
                                assertThat(thrown.getCause()).isNotNull())),
                Named.of("joined allOf of the JDK", future -> assertThat(catchThrowable(
                                CompletableFuture.allOf(future, CompletableFuture.completedFuture(1))::join))
                        .hasCauseInstanceOf(IllegalStateException.class)),
                Named.of("anyOf of the JDK", future -> CompletableFuture.anyOf(future, new CompletableFuture<>())
                        .whenComplete((nothing, thrown) ->
                                assertThat(thrown.getCause()).isNotNull())));
    }

    @ParameterizedTest
    @MethodSource("observations")
    void reportsNothingThatWasAskedForBeforeItFailed(Consumer<CompletableFuture<String>> observation) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> future = loop.supply(() -> {
            Bounded.await(release);
            throw oops;
        });
        Thread observer = new Thread(() -> observation.accept(future));
        observer.start();
        Bounded.until(() -> observer.getState() == Thread.State.TERMINATED
                || observer.getState() == Thread.State.WAITING
                || observer.getState() == Thread.State.TIMED_WAITING);

        release.countDown();

        Bounded.join(observer);
        Bounded.until(future::isDone);
        rest();
        assertThat(owner.notTakenBack()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("observations")
    void takesBackWhatIsAskedForLater(Consumer<CompletableFuture<String>> observation) {
        CompletableFuture<String> future = loop.supply(() -> raise(oops));
        Bounded.until(() -> owner.reported().contains(oops));

        observation.accept(future);

        Bounded.until(() -> owner.observed().contains(oops));
        assertThat(owner.notTakenBack()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("observations")
    void takesBackWhatIsAskedForWhileItFails(Consumer<CompletableFuture<String>> observation) throws Exception {
        for (int round = 0; round < 200; round++) {
            IllegalStateException thrown = new IllegalStateException("round " + round);
            CyclicBarrier barrier = new CyclicBarrier(2);
            CompletableFuture<String> future = loop.supply(() -> {
                Bounded.await(barrier);
                throw thrown;
            });

            Bounded.await(barrier);
            spin(round % 20 * 10);
            observation.accept(future);

            Bounded.until(future::isDone);
            rest();
        }
        assertThat(owner.notTakenBack()).isEmpty();
    }

    @Test
    void takesBackWhatIsGotFromAFutureOfSubmit() {
        Future<?> failed = loop.submit(() -> raise(oops));
        Future<?> timed = loop.schedule(() -> raise(oops), 0, TimeUnit.SECONDS);

        assertThatThrownBy(() -> Bounded.get(failed)).hasCause(oops);
        assertThatThrownBy(timed::get).hasCause(oops);

        assertThat(owner.reported()).containsExactly(oops, oops);
        assertThat(owner.notTakenBack()).isEmpty();
    }

    @Test
    void reportsNothingThatAllOfHandles() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> first = failAfter(release, new IllegalStateException("first"));
        CompletableFuture<String> second = failAfter(release, new IllegalStateException("second"));
        CompletableFuture<String> handled = loop.allOf(first, second)
                .handle((nothing, thrown) -> thrown.getClass().getSimpleName());

        release.countDown();

        Bounded.get(handled);
        rest();
        assertThat(owner.notTakenBack()).isEmpty();
    }

    @Test
    void reportsNothingThatAllOfOfTheJdkHandles() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> first = failAfter(release, new IllegalStateException("first"));
        CompletableFuture<String> second = failAfter(release, new IllegalStateException("second"));
        CompletableFuture<String> handled =
                CompletableFuture.allOf(first, second).handle((nothing, thrown) -> "handled");

        release.countDown();

        Bounded.get(handled);
        rest();
        assertThat(owner.notTakenBack()).isEmpty();
    }

    @Test
    void observesByATimeoutOfItsOwnNothing() {
        CountDownLatch release = new CountDownLatch(1);
        failAfter(release, oops).orTimeout(1, TimeUnit.HOURS).completeOnTimeout("x", 1, TimeUnit.HOURS);

        release.countDown();

        Bounded.until(() -> !owner.failures().isEmpty());
        rest();
        assertThat(owner.notTakenBack()).containsExactly(oops);
    }

    @Test
    void reportsACancelledTaskNever() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Future<?> running = loop.submit(() -> {
            started.countDown();
            new CountDownLatch(1).await();
            return null;
        });
        Bounded.await(started);

        running.cancel(/* mayInterruptIfRunning= */ true);

        rest();
        assertThat(owner.notTakenBack()).isEmpty();
    }

    @Test
    void takesBackWhatACoroutineAwaits() throws Exception {
        CompletableFuture<String> failed = loop.supply(() -> raise(oops));
        Bounded.until(() -> owner.reported().contains(oops));

        CompletableFuture<Boolean> same = loop.async(() -> {
            try {
                EventLoop.await(failed);
                return false;
            } catch (IllegalStateException e) {
                return e == oops;
            }
        });

        assertThat(Bounded.get(same)).isTrue();
        assertThat(owner.notTakenBack()).isEmpty();
    }

    @Test
    void reportsWhatEscapesFromACoroutineThatAwaitedIt() {
        CompletableFuture<String> failed = loop.newFuture();
        loop.async(() -> EventLoop.await(failed));

        failed.completeExceptionally(oops);

        Bounded.until(() -> owner.notTakenBack().contains(oops));
    }

    @Test
    void reportsTheOriginalOfACompletionException() {
        loop.execute(() -> {
            throw new CompletionException(oops);
        });

        Bounded.until(() -> owner.reported().contains(oops));
    }

    @Test
    void reportsWhatAThreadBornOnTheLoopThrows() throws Exception {
        Thread born = Bounded.get(loop.submit(() -> {
            Thread thread = new Thread(() -> raise(oops), "child");
            thread.start();
            return thread;
        }));

        Bounded.join(born);

        Bounded.until(() -> !owner.failures().isEmpty());
        assertThat(owner.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.thrown()).isSameAs(oops);
            assertThat(failure.task()).isEqualTo("thread \"child\", which was born on the loop");
        });
    }

    @Test
    void tellsWhatFailedAndWhereItWasSubmitted() {
        loop.execute(() -> raise(oops));
        int line = new Throwable().getStackTrace()[0].getLineNumber() - 1;

        Bounded.until(() -> !owner.failures().isEmpty());

        TaskFailure failure = owner.failures().get(0);
        assertThat(failure.task()).isEqualTo("a lambda of ObservationTests");
        assertThat(failure.site()).hasToString("ObservationTests.java:" + line);
    }

    private CompletableFuture<String> failAfter(CountDownLatch release, RuntimeException thrown) {
        return loop.supply(() -> {
            Bounded.await(release);
            throw thrown;
        });
    }

    private void rest() {
        try {
            Bounded.get(loop.submit(() -> {}));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    private static <T> T raise(RuntimeException thrown) {
        throw thrown;
    }

    /** Submits a task that throws. */
    interface Submission {
        void submit(EventLoop loop, RuntimeException thrown);
    }
}

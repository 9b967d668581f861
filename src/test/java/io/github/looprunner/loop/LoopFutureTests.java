package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoopFutureTests {

    private static final int LONG_CHAIN = 10_000; // ten times what a stack of calls holds

    private final RecordingOwner owner = new RecordingOwner();
    private final EventLoop loop = new JdkLoopFactory().open(owner);

    @AfterEach
    void close() {
        loop.close();
    }

    @ParameterizedTest
    @MethodSource("derivations")
    void runsAWholeChainOfAsyncStagesOnTheLoop(Derivation derive) throws Exception {
        List<Boolean> onLoop = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<String> source = loop.newFuture();
        CompletableFuture<String> chain = derive.from(source, onLoop, loop)
                .thenApplyAsync(value -> {
                    onLoop.add(loop.inEventLoop());
                    return value;
                })
                .toCompletableFuture();

        source.complete("x");

        Bounded.get(chain);
        assertThat(onLoop).isNotEmpty().containsOnly(true);
        assertThat(chain.defaultExecutor()).isSameAs(loop);
    }

    static Stream<Named<Derivation>> derivations() {
        return Stream.of(
                Named.of("thenApply", (source, seen, loop) -> source.thenApply(value -> value)),
                Named.of("thenApplyAsync", (source, seen, loop) -> source.thenApplyAsync(noting(seen, loop))),
                Named.of("thenAcceptAsync", (source, seen, loop) -> source.thenAcceptAsync(
                                value -> seen.add(loop.inEventLoop()))
                        .thenApply(nothing -> "x")),
                Named.of("thenRunAsync", (source, seen, loop) -> source.thenRunAsync(() -> seen.add(loop.inEventLoop()))
                        .thenApply(nothing -> "x")),
                Named.of(
                        "thenCompose",
                        (source, seen, loop) -> source.thenCompose(value -> CompletableFuture.completedFuture(value))),
                Named.of(
                        "thenComposeAsync",
                        (source, seen, loop) -> source.thenComposeAsync(value -> {
                            seen.add(loop.inEventLoop());
                            return CompletableFuture.completedStage(value);
                        })),
                Named.of(
                        "thenCombineAsync",
                        (source, seen, loop) -> source.thenCombineAsync(
                                CompletableFuture.completedFuture("y"),
                                (a, b) -> noting(seen, loop).apply(a + b))),
                Named.of(
                        "applyToEitherAsync",
                        (source, seen, loop) ->
                                source.applyToEitherAsync(new CompletableFuture<String>(), noting(seen, loop))),
                Named.of("copy", (source, seen, loop) -> source.copy()),
                Named.of(
                        "handleAsync",
                        (source, seen, loop) -> source.handleAsync(
                                (value, thrown) -> noting(seen, loop).apply(value))),
                Named.of(
                        "whenCompleteAsync",
                        (source, seen, loop) ->
                                source.whenCompleteAsync((value, thrown) -> seen.add(loop.inEventLoop()))),
                Named.of("exceptionallyAsync", (source, seen, loop) -> source.<String>thenApply(value -> {
                            throw new IllegalStateException("oops");
                        })
                        .exceptionallyAsync(thrown -> noting(seen, loop).apply("x"))),
                Named.of("exceptionallyComposeAsync", (source, seen, loop) -> source.<String>thenApply(value -> {
                            throw new IllegalStateException("oops");
                        })
                        .exceptionallyComposeAsync(thrown -> {
                            seen.add(loop.inEventLoop());
                            return CompletableFuture.completedStage("x");
                        })),
                Named.of(
                        "completeAsync",
                        (source, seen, loop) -> source.thenCompose(value -> source.<String>newIncompleteFuture()
                                .completeAsync(() -> noting(seen, loop).apply("x")))),
                Named.of("orTimeout", (source, seen, loop) -> source.orTimeout(1, TimeUnit.HOURS)),
                Named.of("adopt", (source, seen, loop) -> loop.adopt(source.thenApplyAsync(v -> v, Runnable::run))),
                Named.of(
                        "supply", (source, seen, loop) -> loop.supply(() -> "x").thenCombine(source, (a, b) -> b)),
                Named.of("async", (source, seen, loop) -> loop.async(() -> EventLoop.await(source))),
                Named.of("supplyStage", (source, seen, loop) -> loop.supplyStage(() -> source)));
    }

    @Test
    void completesAnAdoptedStageOnTheLoop() throws Exception {
        CompletableFuture<String> foreign = new CompletableFuture<>();
        CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
        CompletableFuture<String> adopted = loop.adopt(foreign);
        adopted.thenAccept(value -> onLoop.complete(loop.inEventLoop()));

        foreign.complete("x");

        assertThat(Bounded.get(onLoop)).isTrue();
        assertThat(Bounded.get(adopted)).isEqualTo("x");
    }

    @Test
    void failsAnAdoptedStageWithTheSameThrowable() {
        IllegalStateException oops = new IllegalStateException("oops");
        CompletableFuture<String> foreign = new CompletableFuture<>();
        CompletableFuture<String> adopted = loop.adopt(foreign.thenApply(value -> value));

        foreign.completeExceptionally(oops);

        assertThatThrownBy(() -> Bounded.get(adopted)).hasCause(oops);
    }

    @Test
    void leavesAnAdoptedStageAloneWhereTheAdoptingFutureIsCancelled() {
        CompletableFuture<String> foreign = new CompletableFuture<>();

        loop.adopt(foreign).cancel(/* mayInterruptIfRunning= */ true);

        assertThat(foreign).isNotDone();
    }

    @Test
    void completesWhatItAdoptedAlsoAfterTheEndOfTheLoop() throws Exception {
        CompletableFuture<String> foreign = new CompletableFuture<>();
        CompletableFuture<String> adopted = loop.adopt(foreign);
        loop.shutdown();

        foreign.complete("late");

        assertThat(Bounded.get(adopted)).isEqualTo("late");
    }

    @Test
    void completesAllOfOnTheLoop() throws Exception {
        CompletableFuture<String> ours = loop.newFuture();
        CompletableFuture<String> foreign = new CompletableFuture<>();
        CompletableFuture<Void> all = loop.allOf(ours, foreign, CompletableFuture.completedStage(1));
        CompletableFuture<Boolean> onLoop = all.thenApply(nothing -> loop.inEventLoop());

        ours.complete("x");
        assertThat(all).isNotDone();
        foreign.complete("y");

        assertThat(Bounded.get(onLoop)).isTrue();
        assertThat(Bounded.get(loop.allOf())).isNull();
    }

    @Test
    void failsAllOfWhereOneFails() {
        IllegalStateException oops = new IllegalStateException("oops");

        CompletableFuture<Void> all =
                loop.allOf(CompletableFuture.failedStage(oops), CompletableFuture.completedStage(1));

        assertThatThrownBy(() -> Bounded.get(all)).hasCause(oops);
    }

    @Test
    void timesOutWithATimerOfTheLoop() throws Exception {
        CompletableFuture<String> future = loop.newFuture();
        CompletableFuture<Boolean> onLoop = future.handle((value, thrown) -> loop.inEventLoop());

        assertThat(future.orTimeout(1, TimeUnit.MILLISECONDS)).isSameAs(future);

        assertThat(Bounded.get(onLoop)).isTrue();
        assertThatThrownBy(() -> Bounded.get(future)).hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void completesOnTimeoutWithATimerOfTheLoop() throws Exception {
        CompletableFuture<String> future = loop.newFuture();
        CompletableFuture<Boolean> onLoop = future.thenApply(value -> loop.inEventLoop());

        assertThat(future.completeOnTimeout("late", 1, TimeUnit.MILLISECONDS)).isSameAs(future);

        assertThat(Bounded.get(onLoop)).isTrue();
        assertThat(Bounded.get(future)).isEqualTo("late");
    }

    @Test
    void cancelsTheTimersOfTimeoutsOnCompletion() {
        CompletableFuture<String> future = loop.newFuture();
        CompletableFuture<String> derived = future.thenApply(value -> value);
        future.orTimeout(1, TimeUnit.HOURS).completeOnTimeout("x", 1, TimeUnit.HOURS);
        derived.orTimeout(1, TimeUnit.HOURS);
        assertThat(loop.state().timerCount()).isEqualTo(3);

        future.complete("x");

        assertThat(loop.state().timerCount()).isZero();
    }

    @Test
    void armsNoTimerForAFutureThatIsDone() {
        CompletableFuture<String> done = loop.newFuture();
        done.complete("x");

        done.orTimeout(1, TimeUnit.HOURS).completeOnTimeout("y", 1, TimeUnit.HOURS);

        assertThat(loop.state().timerCount()).isZero();
        assertThat(done).isCompletedWithValue("x");
    }

    @Test
    void refusesToWaitOnItsOwnLoop() throws Exception {
        String advice =
                " was called on loop \"jdk\", whose thread would wait for itself; compose the future with thenApply"
                        + " and its like, or await it in a coroutine";
        CompletableFuture<String> future = loop.newFuture();

        Bounded.get(loop.submit(() -> {
            assertThatIllegalStateException().isThrownBy(future::get).withMessage("get" + advice);
            assertThatIllegalStateException()
                    .isThrownBy(() -> future.get(1, TimeUnit.SECONDS))
                    .withMessage("get" + advice);
            assertThatIllegalStateException().isThrownBy(future::join).withMessage("join" + advice);
            assertThatIllegalStateException()
                    .isThrownBy(() -> future.thenApply(v -> v).join());
        }));
        Bounded.get(loop.async(() -> {
            assertThatIllegalStateException().isThrownBy(future::join).withMessage("join" + advice);
            return null;
        }));
    }

    @Test
    void answersOnItsOwnLoopOnceDone() throws Exception {
        CompletableFuture<String> done = loop.newFuture();
        done.complete("x");

        Bounded.get(loop.submit(() -> {
            assertThat(done.join()).isEqualTo("x");
            assertThat(done.get()).isEqualTo("x");
            return null;
        }));
    }

    @Test
    void waitsForAFutureOfAnotherLoop() throws Exception {
        EventLoop other = new JdkLoopFactory().open(new RecordingOwner("other", "other", true));
        CountDownLatch waiting = new CountDownLatch(1);
        CompletableFuture<String> theirs = other.supply(() -> {
            Bounded.await(waiting);
            return "x";
        });

        CompletableFuture<String> ours = loop.supply(() -> {
            waiting.countDown();
            return theirs.join();
        });

        assertThat(Bounded.get(ours)).isEqualTo("x");
        other.close();
    }

    @Test
    void refusesNullArguments() {
        CompletableFuture<String> future = loop.newFuture();

        assertThatNullPointerException().isThrownBy(() -> future.completeExceptionally(null));
        assertThatNullPointerException().isThrownBy(() -> future.thenApply(null));
        assertThatNullPointerException().isThrownBy(() -> future.thenCompose(null));
        assertThatNullPointerException().isThrownBy(() -> future.thenCombine(null, (a, b) -> a));
        assertThatNullPointerException().isThrownBy(() -> future.thenCombine(future, null));
        assertThatNullPointerException().isThrownBy(() -> future.handle(null));
        assertThatNullPointerException().isThrownBy(() -> future.handleAsync(null));
        assertThatNullPointerException().isThrownBy(() -> future.handleAsync((a, b) -> a, null));
        assertThatNullPointerException().isThrownBy(() -> future.whenComplete(null));
        assertThatNullPointerException().isThrownBy(() -> future.whenCompleteAsync(null));
        assertThatNullPointerException().isThrownBy(() -> future.whenCompleteAsync((a, b) -> {}, null));
        assertThatNullPointerException().isThrownBy(() -> future.exceptionally(null));
        assertThatNullPointerException().isThrownBy(() -> future.exceptionallyAsync(null));
        assertThatNullPointerException().isThrownBy(() -> future.exceptionallyAsync(a -> "x", null));
        assertThatNullPointerException().isThrownBy(() -> future.exceptionallyCompose(null));
        assertThatNullPointerException().isThrownBy(() -> future.exceptionallyComposeAsync(null));
        assertThatNullPointerException().isThrownBy(() -> future.exceptionallyComposeAsync(a -> future, null));
        assertThatNullPointerException().isThrownBy(() -> future.completeAsync(null));
        assertThatNullPointerException().isThrownBy(() -> future.completeAsync(() -> "x", null));
        assertThatNullPointerException().isThrownBy(() -> future.orTimeout(1, null));
        assertThatNullPointerException().isThrownBy(() -> future.completeOnTimeout("x", 1, null));
        assertThatNullPointerException().isThrownBy(() -> future.get(1, null));
        assertThatNullPointerException().isThrownBy(() -> future.obtrudeException(null));
    }

    /** Each says one thing about a future; the JDK's own and the loop's have to say the same. */
    static Stream<Named<Function<CompletableFuture<String>, Object>>> behaviours() {
        IllegalStateException oops = new IllegalStateException("oops");
        return Stream.of(
                Named.of("incomplete", future -> describe(future)),
                Named.of("complete", future -> List.of(future.complete("x"), future.complete("y"), describe(future))),
                Named.of("complete with null", future -> List.of(future.complete(null), describe(future))),
                Named.of(
                        "completeExceptionally",
                        future -> List.of(future.completeExceptionally(oops), future.complete("y"), describe(future))),
                Named.of(
                        "cancel",
                        future -> List.of(
                                future.cancel(true), future.cancel(false), future.complete("y"), describe(future))),
                Named.of(
                        "cancel a completed one",
                        future -> List.of(future.complete("x"), future.cancel(true), describe(future))),
                Named.of("obtrudeValue", future -> {
                    future.complete("x");
                    future.obtrudeValue("y");
                    return describe(future);
                }),
                Named.of("obtrudeException", future -> {
                    future.complete("x");
                    future.obtrudeException(oops);
                    return describe(future);
                }),
                Named.of(
                        "getNow",
                        future -> List.of(future.getNow("absent"), future.complete("x"), future.getNow("absent"))),
                Named.of("number of dependents", future -> {
                    future.thenApply(value -> value);
                    future.thenAccept(value -> {});
                    int before = future.getNumberOfDependents();
                    future.complete("x");
                    return List.of(before, future.getNumberOfDependents());
                }),
                Named.of("order of dependents", future -> {
                    List<Integer> order = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        int number = i;
                        future.thenRun(() -> order.add(number));
                    }
                    future.complete("x");
                    return order;
                }),
                Named.of("failing dependents", future -> {
                    CompletableFuture<String> direct = future.thenApply(value -> value + "!");
                    CompletableFuture<String> second =
                            direct.thenCompose(value -> CompletableFuture.completedStage("z"));
                    future.completeExceptionally(oops);
                    return List.of(describe(direct), describe(second));
                }),
                Named.of("throwing callback", future -> {
                    CompletableFuture<String> derived = future.thenApply(value -> {
                        throw oops;
                    });
                    future.complete("x");
                    return List.of(describe(derived), describe(derived.exceptionally(Throwable::toString)));
                }),
                Named.of("handle", future -> {
                    CompletableFuture<String> handled = future.handle((value, thrown) -> value + " " + thrown);
                    future.completeExceptionally(oops);
                    return describe(handled);
                }),
                Named.of("whenComplete that throws", future -> {
                    CompletableFuture<String> derived = future.whenComplete((value, thrown) -> {
                        throw new IllegalArgumentException("other");
                    });
                    future.completeExceptionally(oops);
                    return describe(derived);
                }),
                Named.of("exceptionallyCompose", future -> {
                    CompletableFuture<String> derived =
                            future.exceptionallyCompose(thrown -> CompletableFuture.completedStage("saved"));
                    future.completeExceptionally(oops);
                    return describe(derived);
                }),
                Named.of("allOf", future -> {
                    CompletableFuture<Void> all =
                            CompletableFuture.allOf(future, CompletableFuture.completedFuture("y"));
                    String before = describe(all);
                    future.completeExceptionally(oops);
                    return List.of(before, describe(all));
                }),
                Named.of("anyOf", future -> {
                    CompletableFuture<Object> any = CompletableFuture.anyOf(future, new CompletableFuture<>());
                    String before = describe(any);
                    future.complete("x");
                    return List.of(before, describe(any));
                }),
                Named.of("copy", future -> {
                    CompletableFuture<String> copy = future.copy();
                    copy.complete("mine");
                    return List.of(describe(future), describe(copy));
                }),
                Named.of("minimalCompletionStage", future -> {
                    CompletionStage<String> stage = future.minimalCompletionStage();
                    future.complete("x");
                    CompletableFuture<String> back = stage.toCompletableFuture();
                    return List.of(describe(back), refused(() -> ((CompletableFuture<String>) stage).complete("y")));
                }),
                Named.of("completion exception is passed on as it is", future -> {
                    future.completeExceptionally(new CompletionException("mine", oops));
                    return List.of(describe(future), describe(future.thenApply(value -> value)));
                }),
                Named.of("orTimeout", future -> {
                    future.orTimeout(1, TimeUnit.HOURS);
                    future.complete("x");
                    return describe(future);
                }));
    }

    @ParameterizedTest
    @MethodSource("behaviours")
    void behavesAsAFutureOfTheJdk(Function<CompletableFuture<String>, Object> behaviour) {
        Object expected = behaviour.apply(new CompletableFuture<>());

        Object actual = behaviour.apply(loop.newFuture());

        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void showsTheSameWrappersForAFailedTaskAsSupplyAsync() {
        IllegalStateException oops = new IllegalStateException("oops");
        CompletableFuture<String> expected = CompletableFuture.supplyAsync(
                () -> {
                    throw oops;
                },
                Runnable::run);

        CompletableFuture<String> actual = loop.supply(() -> {
            throw oops;
        });

        Bounded.until(actual::isDone);
        assertThat(afterItsText(actual)).isEqualTo(afterItsText(expected));
    }

    @Test
    void canBeCancelledWhileTheTaskRuns() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> running = loop.supply(() -> {
            started.countDown();
            Bounded.await(release);
            return "late";
        });
        Bounded.await(started);

        assertThat(running.cancel(/* mayInterruptIfRunning= */ true)).isTrue();

        release.countDown();
        Bounded.get(loop.submit(() -> {}));
        assertThat(running).isCancelled();
    }

    @Test
    void tellsTheVeryExceptionThatItsGetCarries() {
        CompletionException inner = new CompletionException(new IllegalStateException("oops"));
        CompletableFuture<String> future = loop.newFuture();

        future.completeExceptionally(new CompletionException(inner));

        assertThatThrownBy(future::get).cause().isSameAs(inner);
        assertThat(((LoopFuture<String>) future).exceptionNow()).isSameAs(inner);
    }

    @Test
    void passesAnOutcomeThroughALongChainOfStages() throws Exception {
        CompletableFuture<String> head = loop.newFuture();
        CompletableFuture<String> tail = chainedTo(head, LONG_CHAIN);

        loop.execute(() -> head.complete("x"));

        assertThat(Bounded.get(tail)).isEqualTo("x");
    }

    @Test
    void cancelsThroughALongChainOfStages() throws Exception {
        CompletableFuture<String> head = loop.newFuture();
        CompletableFuture<String> tail = chainedTo(head, LONG_CHAIN);

        assertThat(tail.cancel(/* mayInterruptIfRunning= */ true)).isTrue();

        assertThat(head).isCancelled();
    }

    @Test
    void waitsForALongChainOfStages() throws Exception {
        CompletableFuture<String> head = loop.newFuture();
        CompletableFuture<String> tail = chainedTo(head, LONG_CHAIN);

        head.completeOnTimeout("x", 1, TimeUnit.MILLISECONDS);

        assertThat(tail.join()).isEqualTo("x");
    }

    /** Returns a future that waits for the next one, and that for the next, up to the head. */
    private CompletableFuture<String> chainedTo(CompletableFuture<String> head, int links) throws Exception {
        CompletableFuture<String> tail = head;
        for (int i = 0; i < links; i++) {
            CompletableFuture<String> next = tail;
            tail = loop.supplyStage(() -> next);
        }
        Bounded.get(loop.submit(() -> {}));
        return tail;
    }

    @Test
    void isNotCancelledByASupplierThatThrowsACancellation() {
        CancellationException thrown = new CancellationException("oops");

        CompletableFuture<String> future = loop.<String>newFuture()
                .completeAsync(
                        () -> {
                            throw thrown;
                        },
                        Runnable::run);

        assertThat(future).isCompletedExceptionally().isNotCancelled();
        assertThatThrownBy(future::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isSameAs(thrown);
        assertThat(owner.reported()).isEmpty();
    }

    @Test
    void answersOnItsOwnLoopThatItIsNotDoneYet() throws Exception {
        CompletableFuture<String> future = loop.newFuture();

        Throwable refused = Bounded.get(loop.submit(() -> catchThrowable(() -> future.get(0, TimeUnit.SECONDS))));

        assertThat(refused).isInstanceOf(TimeoutException.class);
    }

    @Test
    void marksItsAsynchronousCompletionAsTheJdkDoes() {
        AtomicReference<Runnable> handed = new AtomicReference<>();

        CompletableFuture<String> future = loop.<String>newFuture().completeAsync(() -> "x", handed::set);

        assertThat(future).isNotDone();
        assertThat(handed.get()).isInstanceOf(CompletableFuture.AsynchronousCompletionTask.class);
    }

    private static Function<String, String> noting(List<Boolean> seen, EventLoop loop) {
        return value -> {
            seen.add(loop.inEventLoop());
            return value;
        };
    }

    /** Everything one can ask a future, without the name and the identity of its class. */
    private static String describe(CompletableFuture<?> future) {
        String text = future.toString();
        return String.join(
                " | ",
                text.substring(text.indexOf('[')),
                "done " + future.isDone(),
                "cancelled " + future.isCancelled(),
                "failed " + future.isCompletedExceptionally(),
                "now " + refused(() -> String.valueOf(nowOf(future))),
                "get " + (future.isDone() ? refused(() -> String.valueOf(future.get())) : "waits"),
                "join " + (future.isDone() ? refused(() -> String.valueOf(future.join())) : "waits"));
    }

    /** JDK 25 shows the class of the exception in the text, and ours is one of our own. */
    private static String afterItsText(CompletableFuture<?> future) {
        String description = describe(future);
        return description.substring(description.indexOf('|'));
    }

    private static String refused(Callable<?> call) {
        try {
            return String.valueOf(call.call());
        } catch (Exception thrown) {
            String type = thrown instanceof CompletionException
                    ? "CompletionException"
                    : thrown.getClass().getName();
            return type + " " + thrown.getMessage() + " caused by " + thrown.getCause()
                    + (thrown instanceof ExecutionException ? thrown.getCause().getCause() : "");
        }
    }

    private static <T> Object nowOf(CompletableFuture<T> future) {
        T now = future.getNow(null);
        return now == null ? "absent" : now;
    }

    /** Makes a stage of another. */
    interface Derivation {
        CompletionStage<String> from(CompletableFuture<String> source, List<Boolean> onLoop, EventLoop loop);
    }

    @Test
    void failsWithWhatCannotSayWhatItIs() throws Exception {
        RuntimeException mute = new RuntimeException() {
            @Override
            public String getMessage() {
                throw new IllegalStateException("no words");
            }
        };

        CompletableFuture<Object> future = loop.supply(() -> {
            throw mute;
        });

        Throwable cause = Bounded.get(future.handle((value, thrown) -> thrown.getCause()));
        assertThat(cause == mute).isTrue(); // a comparison of AssertJ, or a get, would ask it for words
    }
}

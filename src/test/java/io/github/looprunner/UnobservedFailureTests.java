package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.testing.Bounded;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnobservedFailureTests {

    private final LoopRunner runner =
            LoopRunner.builder().name("HerdTests.adds").start();

    @ParameterizedTest(name = "{0}")
    @MethodSource("guilty")
    void failsTheCloseWithAFailureThatReachedNobody(String how, BiConsumer<LoopRunner, RuntimeException> fail) {
        RuntimeException boom = new IllegalStateException("boom");
        fail.accept(runner, boom);

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure.verdict()).isEqualTo(Verdict.UNCAUGHT);
        assertThat(failure).hasCause(boom);
        assertThat(failure.getSuppressed()).isEmpty();
    }

    static List<Object[]> guilty() {
        return List.of(
                way("execute", (runner, boom) -> runner.execute(() -> raise(boom))),
                way("loop.execute", (runner, boom) -> runner.loop().execute(() -> raise(boom))),
                way("submit of a Runnable", (runner, boom) -> runner.loop().submit(() -> raise(boom))),
                way("submit of a Callable", (runner, boom) -> runner.loop().submit(() -> raised(boom))),
                way("supply", (runner, boom) -> runner.loop().supply(() -> raised(boom))),
                way("supplyStage", (runner, boom) -> runner.loop().supplyStage(() -> failed(boom))),
                way("async", (runner, boom) -> runner.loop().async(() -> raised(boom))),
                way("schedule", (runner, boom) -> runner.loop().schedule(() -> raise(boom), 0, TimeUnit.SECONDS)),
                way("scheduleAtFixedRate", (runner, boom) -> runner.loop()
                        .scheduleAtFixedRate(() -> raise(boom), 0, 1, TimeUnit.HOURS)),
                way("start with a failed stage", (runner, boom) -> runner.start(() -> failed(boom))),
                way("start that throws", (runner, boom) -> runner.start(() -> raised(boom))),
                way("start in sequential style", (runner, boom) -> runner.start(Coroutine.async(() -> raise(boom)))),
                way(
                        "start after a turn",
                        (runner, boom) -> runner.start(Coroutine.async(() -> {
                            Coroutine.await(runner.loop().supply(() -> 1));
                            raise(boom);
                        }))),
                way("a task that joins and lets it escape", (runner, boom) -> {
                    CompletableFuture<?> failed = runner.loop().supply(() -> raised(boom));
                    runner.execute(() -> {
                        try {
                            failed.join();
                        } catch (RuntimeException wrapped) {
                            raise((RuntimeException) wrapped.getCause());
                        }
                    });
                }),
                way("a coroutine whose await lets it escape", (runner, boom) -> {
                    CompletableFuture<?> failed = runner.loop().supply(() -> raised(boom));
                    runner.start(Coroutine.async(() -> Coroutine.await(failed)));
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tasksThatWaitForAnotherLoop")
    void failsWhereATaskLetsEscapeWhatAWaitForAnotherLoopThrew(String how, BiConsumer<LoopRunner, LoopRunner> task)
            throws Exception {
        Scope scope = runner.scope();
        LoopRunner other = new LoopRunner(scope, scope.open(EventLoopFactory.of("jdk"), "other"), runner.limit());

        task.accept(runner, other);
        runner.settle();

        assertThat(catchThrowableOfType(LoopFailure.class, runner::close))
                .satisfies(failure -> assertThat(failure.verdict()).isEqualTo(Verdict.UNCAUGHT))
                .hasCause(new IllegalStateException("boom"))
                .hasNoSuppressedExceptions();
    }

    static List<Object[]> tasksThatWaitForAnotherLoop() {
        return List.of(
                both("execute", (one, other) -> one.execute(() -> other.call(() -> boom()))),
                both("submit", (one, other) -> one.loop().submit(() -> other.call(() -> boom()))),
                both("start", (one, other) -> one.start(Coroutine.async(() -> other.call(() -> boom())))),
                both(
                        "runCoroutine",
                        (one, other) -> one.execute(
                                () -> other.runCoroutine(other.loop().supply(() -> boom())))),
                both(
                        "runCoroutine of a coroutine",
                        (one, other) -> one.execute(() -> other.runCoroutine(Coroutine.async(() -> boom())))),
                both(
                        "a thread that was born there",
                        (one, other) -> joined(one.call(() -> {
                            Thread born = new Thread(() -> other.call(() -> boom()));
                            born.start();
                            return born;
                        }))));
    }

    private static Object[] both(String how, BiConsumer<LoopRunner, LoopRunner> task) {
        return new Object[] {how, task};
    }

    private static Object boom() {
        throw new IllegalStateException("boom");
    }

    private static void joined(Thread thread) {
        try {
            Bounded.join(thread);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tellsOfAllFailuresWhereTheTextOfOneOverflowsTheStack() {
        runner.execute(() -> {
            throw new RuntimeException() {
                @Override
                public String getMessage() {
                    return getMessage();
                }
            };
        });
        runner.execute(() -> boom());

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure.getSuppressed()[0]).hasCause(new IllegalStateException("boom"));
    }

    @Test
    void failsWhereATaskIsRefusedToWaitInACircleAndLetsThatEscape() {
        Scope scope = runner.scope();
        LoopRunner other = new LoopRunner(scope, scope.open(EventLoopFactory.of("jdk"), "other"), runner.limit());

        runner.execute(() -> other.call(() -> runner.call(() -> 1)));
        runner.settle();

        assertThat(catchThrowableOfType(LoopFailure.class, runner::close))
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("innocent")
    void closesQuietlyWhereSomebodyGotTheFailure(String how, BiConsumer<LoopRunner, RuntimeException> handle) {
        handle.accept(runner, new IllegalStateException("boom"));

        assertThat(catchThrowable(runner::close)).isNull();
    }

    static List<Object[]> innocent() {
        return List.of(
                way("whenComplete", (runner, boom) -> supply(runner, boom).whenComplete((value, thrown) -> {})),
                way("handle", (runner, boom) -> supply(runner, boom).handle((value, thrown) -> null)),
                way("exceptionally", (runner, boom) -> supply(runner, boom).exceptionally(thrown -> null)),
                way("whenComplete after the failure", (runner, boom) -> {
                    CompletableFuture<?> failed = supply(runner, boom);
                    runner.settle();
                    failed.whenComplete((value, thrown) -> {});
                }),
                way("handled at the end of a chain", (runner, boom) -> supply(runner, boom)
                        .thenApply(value -> value)
                        .exceptionally(thrown -> null)),
                way("allOf before the failures", (runner, boom) -> {
                    CountDownLatch release = new CountDownLatch(1);
                    runner.execute(() -> catchThrowable(release::await));
                    CompletableFuture.allOf(supply(runner, boom), supply(runner, boom))
                            .handle((value, thrown) -> null);
                    release.countDown();
                }),
                way("allOf after the failures", (runner, boom) -> {
                    CompletableFuture<?> first = supply(runner, boom);
                    CompletableFuture<?> second = supply(runner, boom);
                    runner.settle();
                    CompletableFuture.allOf(first, second).exceptionally(thrown -> handled(thrown.getCause()));
                }),
                way("the loop's allOf", (runner, boom) -> runner.loop()
                        .allOf(supply(runner, boom), supply(runner, boom))
                        .exceptionally(thrown -> null)),
                way("join", (runner, boom) -> catchThrowable(supply(runner, boom)::join)),
                way("get", (runner, boom) -> catchThrowable(supply(runner, boom)::get)),
                way("get of submit", (runner, boom) -> {
                    var submitted = runner.loop().submit(() -> raise(boom));
                    catchThrowable(submitted::get);
                }),
                way("get of schedule", (runner, boom) -> {
                    var scheduled = runner.loop().schedule(() -> raise(boom), 0, TimeUnit.SECONDS);
                    catchThrowable(scheduled::get);
                }),
                way("join by another thread", (runner, boom) -> {
                    CompletableFuture<?> failed = supply(runner, boom);
                    CompletableFuture.runAsync(() -> catchThrowable(failed::join))
                            .join();
                }),
                way("runCoroutine", (runner, boom) -> catchThrowable(() -> runner.runCoroutine(supply(runner, boom)))),
                way(
                        "runCoroutine of a coroutine",
                        (runner, boom) -> catchThrowable(() -> runner.runCoroutine(() -> failed(boom)))),
                way("call", (runner, boom) -> catchThrowable(() -> runner.call(() -> raised(boom)))),
                way("runCoroutine of a started task", (runner, boom) -> {
                    LoopTask<?> task = runner.start(() -> failed(boom));
                    catchThrowable(() -> runner.runCoroutine(task.future()));
                }),
                way("thrown to the test, then on the loop too", (runner, boom) -> {
                    CompletableFuture<?> foreign = new CompletableFuture<>();
                    runner.execute(() -> {
                        foreign.completeExceptionally(boom);
                        raise(boom);
                    });
                    catchThrowable(() -> runner.runCoroutine(foreign));
                }),
                way("expectUncaught", (runner, boom) -> {
                    runner.execute(() -> raise(boom));
                    runner.expectUncaught(IllegalStateException.class);
                }),
                way("an await that handles it", (runner, boom) -> {
                    CompletableFuture<?> failed = supply(runner, boom);
                    runner.start(Coroutine.async(() -> {
                        catchThrowable(() -> Coroutine.await(failed));
                    }));
                }),
                way("left running", (runner, boom) -> runner.start(() -> new CompletableFuture<>())),
                way(
                        "left running in sequential style",
                        (runner, boom) -> runner.start(Coroutine.async(() -> {
                            Coroutine.await(new CompletableFuture<>());
                        }))),
                way("cancelled", (runner, boom) -> runner.start(() -> new CompletableFuture<>())
                        .cancel()),
                way("a cancelled timer", (runner, boom) -> runner.loop()
                        .schedule(() -> raise(boom), 1, TimeUnit.HOURS)
                        .cancel(false)),
                way("a timer that is not due", (runner, boom) -> runner.loop()
                        .schedule(() -> raise(boom), 1, TimeUnit.HOURS)));
    }

    private static Object[] way(String how, BiConsumer<LoopRunner, RuntimeException> way) {
        return new Object[] {how, way};
    }

    @Test
    void keepsEveryFailure() {
        RuntimeException first = new IllegalStateException("first");
        RuntimeException second = new IllegalStateException("second");
        AssertionError third = new AssertionError("third");
        runner.execute(() -> raise(first));
        runner.loop().submit(() -> raise(second));
        runner.execute(() -> {
            throw third;
        });

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure).hasCause(first);
        assertThat(failure.getSuppressed()).hasOnlyElementsOfType(LoopFailure.class);
        assertThat(failure.getSuppressed()).extracting(Throwable::getCause).containsExactly(second, third);
    }

    @Test
    void saysWhereAFailureComesFromAndWhatToDo() {
        runner.execute(() -> raise(new IllegalStateException("boom\non two lines")));

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                a failure on loop "jdk" reached nobody: java.lang.IllegalStateException: boom on two lines
                  test          : HerdTests.adds
                  thrown by     : a lambda of UnobservedFailureTests
                  submitted at  : UnobservedFailureTests.saysWhereAFailureComesFromAndWhatToDo \
                (UnobservedFailureTests.java:N)
                  next          : handle it where it is thrown, or wait for the future that carries it; where the test \
                expects it, take it back with runner.expectUncaught(IllegalStateException.class)""");
    }

    @Test
    void saysHowAnAssertionOnTheLoopReachesTheTest() {
        runner.execute(() -> assertThat(1).isEqualTo(2));

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure.getMessage())
                .endsWith("\n  next          : let the test wait for it, with runner.call(...) or runCoroutine(...): an"
                        + " assertion that fails on a loop reaches the test only so");
    }

    @Test
    void namesAClassThatTheUserCanWrite() {
        runner.execute(() -> raise(new IllegalStateException("boom") {
            private static final long serialVersionUID = 1L;
        }));

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure).hasMessageEndingWith("runner.expectUncaught(IllegalStateException.class)");
    }

    @Test
    void survivesAThrowableThatCannotDescribeItself() {
        runner.execute(() -> raise(new Speechless()));

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure)
                .hasMessageStartingWith("a failure on loop \"jdk\" reached nobody:"
                        + " io.github.looprunner.UnobservedFailureTests$Speechless\n");
    }

    @Test
    void namesTheThreadThatWasBornOnTheLoop() throws InterruptedException {
        CountDownLatch born = new CountDownLatch(1);
        Thread thread = runner.call(() -> {
            Thread child = new Thread(() -> raise(new IllegalStateException("boom")), "my own");
            child.start();
            born.countDown();
            return child;
        });
        born.await();
        thread.join();

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure).hasMessageContaining("\n  thrown by     : thread \"my own\", which was born on the loop\n");
    }

    private static CompletableFuture<Object> supply(LoopRunner runner, RuntimeException boom) {
        return runner.loop().supply(() -> raised(boom));
    }

    private static CompletableFuture<Object> failed(RuntimeException boom) {
        return CompletableFuture.failedFuture(boom);
    }

    private static void raise(RuntimeException boom) {
        throw boom;
    }

    private static <T> T raised(RuntimeException boom) {
        throw boom;
    }

    private static Void handled(Throwable thrown) {
        assertThat(thrown).isNotNull();
        return null;
    }

    /** A throwable whose own code fails. */
    private static final class Speechless extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new UnsupportedOperationException("speechless");
        }
    }
}

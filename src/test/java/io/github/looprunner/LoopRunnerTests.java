package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoopRunnerTests {

    private final LoopRunner runner =
            LoopRunner.builder().name("HerdTests.adds").start();

    @AfterEach
    void closeRunner() {
        runner.close();
    }

    @Test
    void returnsTheResultOfAFutureThatAnotherThreadCompletes() {
        CompletableFuture<String> future = new CompletableFuture<>();
        runner.execute(() -> future.complete("meow"));

        assertThat(runner.runCoroutine(future)).isEqualTo("meow");
    }

    @Test
    void returnsTheResultOfAStageThatIsNoFuture() {
        CompletionStage<String> stage = CompletableFuture.completedStage("meow");

        assertThat(runner.runCoroutine(stage)).isEqualTo("meow");
    }

    @Test
    void returnsNullWhereTheResultIsNull() {
        assertThat(runner.<Object>runCoroutine(CompletableFuture.completedFuture(null)))
                .isNull();
        assertThat(runner.<Object>call(() -> null)).isNull();
    }

    @Test
    void startsACoroutineOnTheLoopThread() {
        Thread thread = runner.runCoroutine(() -> CompletableFuture.completedFuture(Thread.currentThread()));

        assertThat(thread.getName()).isEqualTo("loop-runner HerdTests.adds");
        assertThat(thread).isNotSameAs(Thread.currentThread());
    }

    @Test
    void callsAFunctionOnTheLoopThread() {
        boolean onLoop = runner.call(() -> runner.loop().inEventLoop());

        assertThat(onLoop).isTrue();
    }

    @Test
    void callsAFunctionWithoutAResultOnTheLoopThread() {
        List<Boolean> onLoop = new CopyOnWriteArrayList<>();

        runner.call(() -> {
            onLoop.add(runner.loop().inEventLoop());
        });

        assertThat(onLoop).containsExactly(true);
    }

    @Test
    void executesTasksInOrder() {
        List<Integer> ran = new CopyOnWriteArrayList<>();
        for (int task = 0; task < 100; task++) {
            int number = task;
            runner.execute(() -> ran.add(number));
        }

        runner.settle();

        assertThat(ran).hasSize(100).isSorted();
    }

    @Test
    void givesTheSameLoopToRunnersWithAnotherBound() {
        assertThat(runner.within(Duration.ofMillis(5)).loop()).isSameAs(runner.loop());
    }

    @Test
    void isDescribedByItsLoop() {
        assertThat(runner).hasToString("LoopRunner[" + runner.loop() + "]");
    }

    @Test
    void refusesACoroutineThatReturnsNullInsteadOfAStage() {
        assertThatIllegalStateException()
                .isThrownBy(() -> runner.runCoroutine(() -> null))
                .withMessageEndingWith(" returned null instead of a stage; return"
                        + " CompletableFuture.completedFuture(null) where there is nothing to wait for, or use"
                        + " runner.call(...) or loop.supply(...) for code that is not asynchronous");
    }

    @Test
    void throwsWhatAFunctionThrewAlsoWhereThatCannotSayWhatItIs() {
        RuntimeException mute = new RuntimeException() {
            @Override
            public String getMessage() {
                throw new IllegalStateException("no text");
            }
        };

        assertThat(catchThrowable(() -> runner.call(() -> {
                            throw mute;
                        }))
                        == mute)
                .isTrue();
    }

    @Test
    void refusesABoundThatIsNotPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> runner.within(Duration.ZERO))
                .withMessage(
                        "bound (PT0S) must be positive; for a wait that is long name a long time, such as 5 minutes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> runner.within(Duration.ofNanos(-1)))
                .withMessageStartingWith("bound (PT-0.000000001S) must be positive;");
    }

    @Test
    void takesABoundOfAnyLength() {
        LoopRunner patient = runner.within(Duration.ofSeconds(Long.MAX_VALUE));

        assertThat(patient.call(() -> 1)).isEqualTo(1);
    }

    @Test
    void namesTheArgumentThatIsNull() {
        assertNullNamed("coroutine", () -> runner.runCoroutine((Coroutine<?>) null));
        assertNullNamed("coroutine", () -> runner.start(null));
        assertNullNamed("function", () -> runner.call((Callable<?>) null));
        assertNullNamed("function", () -> runner.call((CheckedRunnable) null));
        assertNullNamed("task", () -> runner.execute(null));
        assertNullNamed("assertion", () -> runner.eventually(null));
        assertNullNamed("type", () -> runner.expectUncaught(null));
        assertNullNamed("resource", () -> runner.manage(null));
        assertNullNamed("bound", () -> runner.within(null));
        assertNullNamed("kind", () -> LoopRunner.builder().kind(null));
        assertNullNamed("name", () -> LoopRunner.builder().name(null));
        assertNullNamed("timeout", () -> LoopRunner.builder().timeout(null));
        assertNullNamed("body", () -> Coroutine.async((Callable<?>) null));
        assertNullNamed("body", () -> Coroutine.async((CheckedRunnable) null));
        assertNullNamed("time", () -> runner.runCoroutine(Coroutine.async(() -> Coroutine.sleep(null))));
    }

    private static void assertNullNamed(String name, CheckedRunnable call) {
        assertThatNullPointerException().isThrownBy(call::run).withMessage(name);
    }

    @ParameterizedTest
    @MethodSource("waits")
    void refusesToWaitOnItsOwnLoop(String method, String instead, Consumer<LoopRunner> wait) {
        Throwable refused = catchThrowable(() -> runner.call(() -> wait.accept(runner)));

        assertThat(refused)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        method + " was called on loop \"jdk\" itself, on thread \"loop-runner HerdTests.adds\", where"
                                + " it would wait for itself; " + instead);
    }

    static List<Object[]> waits() {
        String compose =
                "compose the stage with thenApply and its like, say await(stage) in a coroutine, which the body"
                        + " of a test with @OnLoop is, or use runner.start(...)";
        String fromTest =
                "call it on the test's thread; in a coroutine, which the body of a test with @OnLoop is, await"
                        + " what it is to wait for, or sleep(...)";
        return List.of(
                wait("runCoroutine", compose, r -> r.runCoroutine(new CompletableFuture<>())),
                wait("runCoroutine", compose, r -> r.runCoroutine(() -> new CompletableFuture<>())),
                wait("call", "call the function directly", r -> r.call(() -> 1)),
                wait("call", "call the function directly", r -> r.call(() -> {})),
                wait("settle", fromTest, LoopRunner::settle),
                wait("eventually", fromTest, r -> r.eventually(() -> {})),
                wait("expectUncaught", fromTest, r -> r.expectUncaught(Exception.class)),
                wait("close", "close the runner from the thread that started it", LoopRunner::close));
    }

    private static Object[] wait(String method, String instead, Consumer<LoopRunner> wait) {
        return new Object[] {method, instead, wait};
    }

    @Test
    void refusesToWaitInACoroutineThatHoldsItsLoopsTurn() {
        Coroutine<Void> waits = Coroutine.async(() -> runner.call(() -> null));

        assertThatIllegalStateException()
                .isThrownBy(() -> runner.runCoroutine(waits))
                .withMessageStartingWith("call was called on loop \"jdk\" itself");
    }

    @Test
    void waitsOnTheLoopOfAnotherRunner() {
        try (LoopRunner other = LoopRunner.start()) {
            int result = other.call(() -> runner.call(() -> 42));

            assertThat(result).isEqualTo(42);
        }
    }

    @ParameterizedTest
    @MethodSource("submissions")
    void refusesWorkOnceClosed(String action, Consumer<LoopRunner> submit) {
        runner.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> submit.accept(runner))
                .withMessage("the runner of HerdTests.adds is closed, so it cannot " + action
                        + "; use a runner of the running test");
    }

    static List<Object[]> submissions() {
        return List.of(
                submission("start a coroutine", r -> r.start(() -> new CompletableFuture<>())),
                submission("start a coroutine", r -> r.runCoroutine(() -> new CompletableFuture<>())),
                submission("call a function", r -> r.call(() -> 1)),
                submission("call a function", r -> r.call(() -> {})),
                submission("execute a task", r -> r.execute(() -> {})),
                submission("manage a resource", r -> r.manage(() -> {})));
    }

    private static Object[] submission(String action, Consumer<LoopRunner> submit) {
        return new Object[] {action, submit};
    }

    @Test
    void waitsOnceClosedForWhatIsDoneOnly() {
        runner.close();

        assertThat(runner.runCoroutine(CompletableFuture.completedFuture("meow")))
                .isEqualTo("meow");
        assertThatIllegalStateException()
                .isThrownBy(() -> runner.runCoroutine(new CompletableFuture<>()))
                .withMessageEndingWith("is closed, so it cannot wait for a stage; use a runner of the running test");
        assertThatIllegalStateException()
                .isThrownBy(runner::settle)
                .withMessageEndingWith("is closed, so it cannot settle; use a runner of the running test");
        assertThatIllegalStateException()
                .isThrownBy(() -> runner.eventually(() -> {}))
                .withMessageEndingWith("is closed, so it cannot check an assertion; use a runner of the running test");
    }

    @Test
    void saysWhereANullStageMayComeFrom() {
        assertThatNullPointerException()
                .isThrownBy(() -> runner.runCoroutine((CompletionStage<?>) null))
                .withMessageStartingWith(
                        "stage (null) must not be null; give runCoroutine what the code under test returned: a"
                                + " mock returns null unless it is told to return");
    }

    @Test
    void isClosedByARunnerWithAnotherBound() {
        runner.within(Duration.ofMillis(5)).close();

        assertThatIllegalStateException().isThrownBy(() -> runner.execute(() -> {}));
    }

    @Test
    void saysWhoShutTheLoopDown() {
        runner.loop().shutdown();

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> runner.execute(() -> {}))
                .satisfies(e -> assertThat(Messages.of(e))
                        .isEqualTo(
                                "a lambda of LoopRunnerTests was submitted to loop \"jdk\" of HerdTests.adds, which was"
                                        + " shut down at LoopRunnerTests.saysWhoShutTheLoopDown (LoopRunnerTests.java:N); submit"
                                        + " before that, or use a loop of the running test"));
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> runner.call(() -> 1));
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> runner.start(() -> new CompletableFuture<>()));
    }
}

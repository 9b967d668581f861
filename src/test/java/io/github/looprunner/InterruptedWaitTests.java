package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.looprunner.LoopFailure.Verdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InterruptedWaitTests {

    private final LoopRunner runner =
            LoopRunner.builder().name("HerdTests.adds").start();

    @AfterEach
    void closeRunner() {
        runner.close();
    }

    @Test
    void throwsAnInterruptedExceptionWithAReport() {
        Throwable thrown = interrupted(() -> runner.runCoroutine(new CompletableFuture<>()));

        assertThat(thrown).isInstanceOf(InterruptedException.class).hasMessage("interrupted while runCoroutine waited");
        LoopFailure report = (LoopFailure) Messages.suppressedIn(thrown);
        assertThat(report.verdict()).isEqualTo(Verdict.INTERRUPTED);
        assertThat(Messages.of(report))
                .isEqualTo(
                        """
                HerdTests.adds was interrupted while runCoroutine waited: loop "jdk" was never used, so only another \
                thread could complete it
                  waited for    : a CompletableFuture; where it was made is not known
                  waited at     : InterruptedWaitTests.throwsAnInterruptedExceptionWithAReport \
                (InterruptedWaitTests.java:N)
                  loop "jdk"    : has run nothing; 0 ready, 0 timers
                  next          : find out who interrupted the test: JUnit's @Timeout does where it is shorter than the \
                runner's own bound (10 s)""");
    }

    @ParameterizedTest
    @MethodSource("waits")
    void reportsEveryWaitThatIsInterrupted(String method, Consumer<LoopRunner> wait) {
        CountDownLatch release = new CountDownLatch(1);
        runner.execute(() -> awaitQuietly(release));

        Throwable thrown = interrupted(() -> wait.accept(runner));
        release.countDown();

        assertThat(thrown)
                .isInstanceOf(InterruptedException.class)
                .hasMessage("interrupted while " + method + " waited");
        assertThat(Messages.suppressedIn(thrown))
                .isInstanceOf(LoopFailure.class)
                .hasMessageStartingWith("HerdTests.adds was interrupted while " + method + " waited");
    }

    static List<Object[]> waits() {
        return List.of(
                wait("runCoroutine", runner -> runner.runCoroutine(new CompletableFuture<>())),
                wait("runCoroutine", runner -> runner.runCoroutine(() -> new CompletableFuture<>())),
                wait("call", runner -> runner.call(() -> 1)),
                wait("call", runner -> runner.call(() -> {})),
                wait("settle", LoopRunner::settle),
                wait(
                        "eventually",
                        runner -> runner.eventually(() -> {
                            throw new AssertionError("not yet");
                        })),
                wait("expectUncaught", runner -> runner.expectUncaught(IllegalStateException.class)));
    }

    private static Object[] wait(String method, Consumer<LoopRunner> wait) {
        return new Object[] {method, wait};
    }

    @Test
    void keepsWhatTheAssertionSaidLast() {
        AssertionError notYet = new AssertionError("not yet");

        Throwable thrown = interrupted(() -> runner.eventually(() -> {
            throw notYet;
        }));

        assertThat(Messages.suppressedIn(thrown)).hasCause(notYet);
    }

    @Test
    void clearsTheInterruptThatItThrows() {
        interrupted(() -> runner.runCoroutine(new CompletableFuture<>()));

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void cancelsTheCoroutineThatItStarted() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch cleanedUp = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Thread waiter = new Thread(() -> {
            catchThrowable(() -> runner.runCoroutine(Coroutine.async(() -> {
                begun.countDown();
                try {
                    Coroutine.await(new CompletableFuture<>());
                } finally {
                    cleanedUp.countDown();
                }
            })));
            ended.countDown();
        });
        waiter.start();
        begun.await();

        waiter.interrupt();

        ended.await();
        cleanedUp.await();
        waiter.join();
    }

    @Test
    void returnsAResultThatIsThereAlreadyAndKeepsTheInterrupt() {
        Thread.currentThread().interrupt();

        String result = runner.runCoroutine(CompletableFuture.completedFuture("meow"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result).isEqualTo("meow");
    }

    @Test
    void tellsAnInterruptOfTheWaitFromOneThatWasThrown() {
        InterruptedException thrownByCode = new InterruptedException("by the code");

        Throwable thrown = catchThrowable(() -> runner.runCoroutine(CompletableFuture.failedFuture(thrownByCode)));

        assertThat(thrown).isSameAs(thrownByCode);
    }

    @Test
    void isNotStoppedByTheInterruptOfAnotherThread() {
        Throwable thrown = catchThrowable(() -> runner.call(() -> {
            Thread.currentThread().interrupt();
        }));

        assertThat(thrown).isNull();
    }

    private static Throwable interrupted(CheckedRunnable wait) {
        Thread.currentThread().interrupt();
        try {
            return catchThrowable(wait::run);
        } finally {
            Thread.interrupted();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OriginalFailureTests {

    private final LoopRunner runner =
            LoopRunner.builder().name("HerdTests.adds").start();

    @AfterEach
    void closeRunner() {
        runner.close();
    }

    static List<Throwable> throwables() {
        return List.of(
                new IOException("checked"),
                new IllegalStateException("unchecked"),
                new AssertionError("error"),
                new StackOverflowError("of the virtual machine"),
                new InterruptedException("thrown, not interrupted"),
                new CompletionException("without a cause", null),
                new ExecutionException(new IOException("not unwrapped: nobody wrapped it")),
                new CancellationException("thrown by hand"));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void throwsTheSameObjectThatAFutureFailedWith(Throwable original) {
        Throwable thrown = catchThrowable(() -> runner.runCoroutine(CompletableFuture.failedFuture(original)));

        assertThat(thrown).isSameAs(original);
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void throwsTheSameObjectThatACoroutineThrew(Throwable original) {
        Throwable thrown = catchThrowable(() -> runner.runCoroutine(() -> {
            throw Checked.<RuntimeException>sneaky(original);
        }));

        assertThat(thrown).isSameAs(original);
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void throwsTheSameObjectThatASequentialCoroutineThrew(Throwable original) {
        Throwable thrown = catchThrowable(() -> runner.runCoroutine(Coroutine.async(() -> {
            throw Checked.<RuntimeException>sneaky(original);
        })));

        assertThat(thrown).isSameAs(original);
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void throwsTheSameObjectThatAFunctionThrew(Throwable original) {
        Throwable thrown = catchThrowable(() -> runner.call(() -> {
            throw Checked.<RuntimeException>sneaky(original);
        }));

        assertThat(thrown).isSameAs(original);
    }

    @Test
    void peelsEveryCompletionExceptionThatHasACause() {
        IOException original = new IOException("lost");
        Throwable wrapped = new CompletionException(new CompletionException(original));

        Throwable thrown = catchThrowable(() -> runner.runCoroutine(CompletableFuture.failedFuture(wrapped)));

        assertThat(thrown).isSameAs(original);
    }

    @Test
    void peelsWhatAChainOfStagesWrapped() {
        IOException original = new IOException("lost");

        Throwable thrown = catchThrowable(() -> runner.runCoroutine(() -> CompletableFuture.failedFuture(original)
                .thenApply(value -> value)
                .thenCompose(CompletableFuture::completedFuture)));

        assertThat(thrown).isSameAs(original);
    }

    @Test
    void stopsPeelingAtACompletionExceptionWithoutACause() {
        CompletionException bare = new CompletionException("bare", null);

        Throwable thrown = catchThrowable(
                () -> runner.runCoroutine(CompletableFuture.failedFuture(new CompletionException(bare))));

        assertThat(thrown).isSameAs(bare);
    }

    @Test
    @Timeout(20)
    void stopsPeelingAtACompletionExceptionThatIsItsOwnCauseOrBreaksWhenAsked() {
        CompletionException circle = new CompletionException("circle", null) {
            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };
        CompletionException broken = new CompletionException("broken", null) {
            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("not now");
            }
        };

        assertThat(catchThrowable(() -> runner.runCoroutine(CompletableFuture.failedFuture(circle))))
                .isSameAs(circle);
        assertThat(catchThrowable(() -> runner.runCoroutine(CompletableFuture.failedFuture(broken))))
                .isSameAs(broken);
    }

    @Test
    void throwsTheCancelOfAFuture() {
        CompletableFuture<?> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);

        Throwable thrown = catchThrowable(() -> runner.runCoroutine(cancelled));

        assertThat(thrown).isInstanceOf(CancellationException.class);
    }

    @Test
    void attachesWhereTheTestWaitedForAStageOfOthers() {
        IOException original = new IOException("lost");

        Throwable thrown = catchThrowable(() -> runner.runCoroutine(CompletableFuture.failedFuture(original)));

        assertThat(Messages.of(Messages.suppressedIn(thrown)))
                .isEqualTo("the test waited in runCoroutine at"
                        + " OriginalFailureTests.attachesWhereTheTestWaitedForAStageOfOthers"
                        + " (OriginalFailureTests.java:N) for a CompletableFuture; where it was made is not known");
    }

    @Test
    void attachesWhereAFutureOfTheLoopWasMade() {
        CompletableFuture<Object> future = runner.loop().newFuture();
        future.completeExceptionally(new IOException("lost"));

        Throwable thrown = catchThrowable(() -> runner.runCoroutine(future));

        assertThat(Messages.of(Messages.suppressedIn(thrown)))
                .isEqualTo(
                        "the test waited in runCoroutine at OriginalFailureTests.attachesWhereAFutureOfTheLoopWasMade"
                                + " (OriginalFailureTests.java:N) for a future made at"
                                + " OriginalFailureTests.attachesWhereAFutureOfTheLoopWasMade (OriginalFailureTests.java:N)");
    }

    @Test
    void attachesWhereTheTestWaitedForACoroutine() {
        Throwable thrown = catchThrowable(() -> runner.runCoroutine(() -> {
            throw new IOException("lost");
        }));

        assertThat(Messages.of(Messages.suppressedIn(thrown)))
                .isEqualTo("the test waited in runCoroutine at"
                        + " OriginalFailureTests.attachesWhereTheTestWaitedForACoroutine"
                        + " (OriginalFailureTests.java:N) for a coroutine on loop \"jdk\"");
    }

    @Test
    void attachesWhereTheTestWaitedForAFunction() {
        Throwable thrown = catchThrowable(() -> runner.call(() -> {
            throw new IOException("lost");
        }));

        assertThat(Messages.of(Messages.suppressedIn(thrown)))
                .isEqualTo("the test waited in call at OriginalFailureTests.attachesWhereTheTestWaitedForAFunction"
                        + " (OriginalFailureTests.java:N) for a function on loop \"jdk\"");
    }

    @Test
    void attachesOnceHoweverOftenItIsThrown() {
        IOException original = new IOException("lost");

        for (int wait = 0; wait < 3; wait++) {
            catchThrowable(() -> runner.runCoroutine(CompletableFuture.failedFuture(original)));
        }

        assertThat(original.getSuppressed()).hasSize(1);
    }

    @Test
    void keepsWhatWasSuppressedBefore() {
        IOException original = new IOException("lost");
        Exception before = new Exception("before");
        original.addSuppressed(before);

        catchThrowable(() -> runner.runCoroutine(CompletableFuture.failedFuture(original)));

        assertThat(original.getSuppressed()).hasSize(2).startsWith(before);
    }

    @Test
    void attachesNothingWhereSuppressionIsDisabled() {
        Throwable frozen = new Unsuppressing();

        Throwable thrown = catchThrowable(() -> runner.runCoroutine(CompletableFuture.failedFuture(frozen)));

        assertThat(thrown).isSameAs(frozen);
        assertThat(thrown.getSuppressed()).isEmpty();
    }

    @Test
    void keepsTheStackOfTheOriginal() {
        IOException original = new IOException("lost");
        StackTraceElement[] before = original.getStackTrace();

        catchThrowable(() -> runner.runCoroutine(CompletableFuture.failedFuture(original)));

        assertThat(original.getStackTrace()).isEqualTo(before);
    }

    /** An exception that takes no suppressed ones, as some libraries share. */
    private static final class Unsuppressing extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unsuppressing() {
            super("frozen", null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        }
    }
}

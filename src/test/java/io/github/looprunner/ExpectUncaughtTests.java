package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExpectUncaughtTests {

    private final LoopRunner runner =
            LoopRunner.builder().name("HerdTests.adds").start();

    @Test
    void takesBackAFailureThatHappened() {
        IllegalStateException boom = new IllegalStateException("boom");
        fail(boom);
        runner.settle();

        IllegalStateException taken = runner.expectUncaught(IllegalStateException.class);

        assertThat(taken).isSameAs(boom);
        runner.close();
    }

    @Test
    void waitsForAFailureThatIsStillToCome() {
        IllegalStateException boom = new IllegalStateException("boom");
        runner.loop().schedule(() -> fail(boom), 5, TimeUnit.MILLISECONDS);

        assertThat(runner.expectUncaught(RuntimeException.class)).isSameAs(boom);
        runner.close();
    }

    @Test
    void takesBackTheFailureOfACheckedType() {
        runner.start(() -> CompletableFuture.failedFuture(new IOException("lost")));

        assertThat(runner.expectUncaught(IOException.class)).hasMessage("lost");
        runner.close();
    }

    @Test
    void takesBackOneOfSeveral() {
        fail(new IllegalStateException("first"));
        fail(new IllegalStateException("second"));
        runner.settle();

        assertThat(runner.expectUncaught(IllegalStateException.class)).hasMessage("first");

        LoopFailure left = catchThrowableOfType(LoopFailure.class, runner::close);
        assertThat(left.getCause()).hasMessage("second");
        assertThat(left.getSuppressed()).isEmpty();
    }

    @Test
    void saysWhatElseWasLeftUncaught() {
        fail(new IllegalStateException("boom"));
        fail(new IllegalStateException("bang"));
        runner.settle();

        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class, () -> runner.within(Duration.ofMillis(20)).expectUncaught(IOException.class));

        assertThat(failure.verdict()).isEqualTo(Verdict.UNMET);
        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                HerdTests.adds timed out after 20 ms: no java.io.IOException was left uncaught
                  waited at     : ExpectUncaughtTests.saysWhatElseWasLeftUncaught (ExpectUncaughtTests.java:N)
                  loop "jdk"    : idle for N ms; 0 ready, 0 timers; last ran a lambda of ExpectUncaughtTests, \
                submitted at ExpectUncaughtTests.java:N
                  uncaught      : java.lang.IllegalStateException: boom, thrown by a lambda of ExpectUncaughtTests, \
                submitted at ExpectUncaughtTests.java:N
                                  java.lang.IllegalStateException: bang, thrown by a lambda of ExpectUncaughtTests, \
                submitted at ExpectUncaughtTests.java:N
                  next          : check that it is thrown on a loop of this test, and that nobody handles it or waits for it""");
        assertThat(catchThrowableOfType(LoopFailure.class, runner::close).getCause())
                .hasMessage("boom");
    }

    @Test
    void saysThatNothingWasLeftUncaught() {
        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class, () -> runner.within(Duration.ofMillis(20)).expectUncaught(IOException.class));

        assertThat(failure).hasMessageContaining("\n  uncaught      : nothing\n");
        runner.close();
    }

    private void fail(RuntimeException with) {
        runner.execute(() -> {
            throw with;
        });
    }
}

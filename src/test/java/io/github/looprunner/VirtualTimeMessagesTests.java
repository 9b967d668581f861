package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.Hold;
import io.github.looprunner.testing.Bounded;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What failures under virtual time say of what lies outside the loops. */
@Timeout(60)
class VirtualTimeMessagesTests {

    private final LoopRunner runner = LoopRunner.builder().virtualTime().start();

    @AfterEach
    void close() {
        runner.close();
    }

    @Test
    void nameTheHoldForWhichTimeStood() {
        CompletableFuture<String> hourly =
                runner.loop().<String>newFuture().completeOnTimeout("purr", 1, TimeUnit.HOURS);

        try (Hold hold = runner.hold("driver answers")) {
            assertThat(failure(Verdict.TIMED_OUT, () -> runner.within(Duration.ofMillis(50))
                            .runCoroutine(hourly)))
                    .contains("virtual time stood still, since hold \"driver answers\" (VirtualTimeMessagesTests.java:")
                    .contains("is open")
                    .contains("  next          : close it");
        }
    }

    @Test
    void nameTheFunctionThatBlocks() throws InterruptedException {
        CountDownLatch ends = new CountDownLatch(1);
        CompletableFuture<String> line = runner.blocking(() -> {
            Bounded.await(ends);
            return "line";
        });

        String failure = failure(
                Verdict.TIMED_OUT, () -> runner.within(Duration.ofMillis(50)).runCoroutine(line));
        ends.countDown();

        assertThat(failure)
                .contains("virtual time stood still, since the function of runner.blocking(...)")
                .doesNotContain("try (Hold");
        assertThat(runner.runCoroutine(line)).isEqualTo("line");
    }

    @Test
    void nameTheThreadThatCouldHaveActed() throws InterruptedException {
        Thread couldAct = couldAct();

        String failure =
                failure(Verdict.NEVER, () -> runner.runCoroutine(runner.loop().newFuture()));
        LockSupport.unpark(couldAct);
        Bounded.join(couldAct);

        assertThat(failure)
                .contains("was given up: nothing is ready, nothing is scheduled, and nothing came from outside for 1 s")
                .contains("runner.track(executor) or runner.blocking(...), if that is thread \"could act\"")
                .contains("looprunner.silence");
    }

    @Test
    void sayWhoCouldHaveActedBeforeATimeout() throws InterruptedException {
        Thread couldAct = couldAct();
        CompletableFuture<String> reply = runner.loop().<String>newFuture().orTimeout(30, TimeUnit.SECONDS);

        Throwable timeout = catchThrowable(() -> runner.runCoroutine(reply));
        LockSupport.unpark(couldAct);
        Bounded.join(couldAct);

        assertThat(timeout.getSuppressed()).extracting(Throwable::getMessage).anySatisfy(message -> assertThat(message)
                .contains("virtual time jumped to this timeout while thread \"could act\"")
                .contains("runner.hold(\"why\")"));
    }

    @Test
    void sayThatALoopWasShutDown() {
        runner.call(() -> "purr");
        runner.loop().shutdown();

        assertThat(failure(
                        Verdict.NEVER, () -> runner.runCoroutine(runner.loop().newFuture())))
                .contains("can never complete: loop \"jdk\" was shut down, so nothing can complete it there");
    }

    @Test
    void sayHowToMoveTimeByHand() {
        try (LoopRunner manual =
                LoopRunner.builder().virtualTime(VirtualTime.Mode.MANUAL).start()) {
            manual.loop().schedule(() -> {}, 1, TimeUnit.HOURS);

            assertThat(failure(Verdict.NEVER, () -> manual.eventually(() -> fail("not yet"))))
                    .contains("  next          : move time before the wait, as with runner.time().advanceBy(...)");
        }
    }

    @Test
    void areSilentOfAWaitInOurOwnCalls() {
        AtomicBoolean enough = new AtomicBoolean();
        class Again implements Runnable {
            @Override
            public void run() {
                if (!enough.get()) {
                    runner.execute(this);
                }
            }
        }
        runner.execute(new Again());

        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class, () -> runner.within(Duration.ofMillis(200)).settle());

        enough.set(true);

        assertThat(failure.getMessage()).doesNotContain("  partly");
    }

    private static Thread couldAct() {
        Thread couldAct =
                new Thread(() -> LockSupport.parkNanos(Duration.ofHours(1).toNanos()), "could act");
        couldAct.start();
        Bounded.until(() -> couldAct.getState() == Thread.State.TIMED_WAITING);
        return couldAct;
    }

    private static String failure(Verdict verdict, ThrowingCallable wait) {
        LoopFailure failure = catchThrowableOfType(LoopFailure.class, wait);
        assertThat(failure.verdict()).as(failure.getMessage()).isEqualTo(verdict);
        return failure.getMessage();
    }
}

package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.Hold;
import io.github.looprunner.testing.Bounded;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What failures under virtual time say of what lies outside the loops. */
@Timeout(60)
@Isolated("threads of other tests could act, which changes the verdicts")
class VirtualTimeMessagesTests {

    private final LoopRunner runner = start();

    private static LoopRunner start() {
        letTheTimerOfTheJdkRest();
        return LoopRunner.builder().virtualTime().start();
    }

    /** It goes on waiting for a timeout that was cancelled, until a sooner one comes; then no timer is left. */
    private static void letTheTimerOfTheJdkRest() {
        Bounded.until(() -> {
            CompletableFuture.delayedExecutor(1, TimeUnit.NANOSECONDS).execute(() -> {});
            return delayers().allMatch(thread -> thread.getState() == Thread.State.WAITING);
        });
    }

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

    @Test
    void sayThatALoopNeverRestedWhereATaskSubmitsItself() {
        AtomicBoolean enough = again(task -> runner.loop().execute(task));

        String failure = failure(Verdict.TIMED_OUT, () -> runner.within(Duration.ofMillis(100))
                .runCoroutine(runner.loop().newFuture()));
        enough.set(true);

        assertThat(failure)
                .containsPattern(
                        "timed out after 100 ms: loop \"jdk\" is at work, and [1-9][0-9]* tasks? ran meanwhile;"
                                + " virtual time stands as long as anything is ready")
                .contains("  next          : end what submits itself again and again");
    }

    @Test
    void sayThatALoopNeverRestedWhereATimerIsAlwaysDue() {
        AtomicBoolean enough = again(task -> runner.loop().schedule(task, 0, TimeUnit.SECONDS));

        String failure = failure(Verdict.TIMED_OUT, () -> runner.within(Duration.ofMillis(100))
                .runCoroutine(runner.loop().newFuture()));
        String assertion = failure(
                Verdict.TIMED_OUT, () -> runner.within(Duration.ofMillis(100)).eventually(() -> fail("not yet")));
        String unsettled = failure(
                Verdict.TIMED_OUT, () -> runner.within(Duration.ofMillis(100)).settle());
        enough.set(true);

        assertThat(failure).contains("loop \"jdk\" is at work, and").doesNotContain("none of its timers is due");
        assertThat(assertion)
                .contains("the assertion never held; loop \"jdk\" is at work, and virtual time stands")
                .contains("arms timers without a delay");
        assertThat(unsettled).contains("loop \"jdk\" is at work").doesNotContain("none of its timers is due");
    }

    @Test
    void comeAtTheBoundAlsoWhereALoopNeverRestsAndEachStepIsQuick() {
        AtomicBoolean enough = again(task -> runner.loop().execute(task));
        AtomicInteger checks = new AtomicInteger();
        Duration bound = Duration.ofMillis(5);

        String failure = failure(Verdict.TIMED_OUT, () -> runner.within(bound).eventually(() -> {
            long start = System.nanoTime();
            while (System.nanoTime() - start < bound.toNanos()) {
                Thread.onSpinWait();
            }
            assertThat(checks.incrementAndGet()).isGreaterThan(100); // five times as many as there is time for
        }));
        enough.set(true);

        assertThat(failure).contains("the assertion never held");
    }

    @Test
    void showWhatFailedMeanwhileAndReachedNobody() {
        CompletableFuture<String> reply = runner.loop().newFuture();
        runner.loop().schedule(() -> reply.complete(fail("no more lives")), 1, TimeUnit.HOURS);

        String failure = failure(Verdict.NEVER, () -> runner.runCoroutine(reply));
        String assertion = failure(
                Verdict.NEVER, () -> runner.eventually(() -> assertThat(reply).isDone()));
        runner.expectUncaught(AssertionError.class);

        assertThat(failure)
                .contains("  uncaught      : java.lang.AssertionError: no more lives, thrown by a lambda of"
                        + " VirtualTimeMessagesTests, submitted at VirtualTimeMessagesTests.java:")
                .contains("  next          : look first at what is uncaught, which may be why; else complete it");
        assertThat(assertion)
                .contains("  uncaught      : java.lang.AssertionError: no more lives")
                .contains("  next          : look first at what is uncaught");
    }

    @Test
    void nameWhoHoldsTheLockThatBlocksALoop() {
        ReentrantLock lock = new ReentrantLock();
        lock.lock();

        String failure = failure(
                Verdict.BLOCKED_LOOP, () -> runner.within(Duration.ofMillis(50)).call(() -> {
                    lock.lock();
                    lock.unlock();
                }));
        lock.unlock();

        assertThat(failure)
                .contains("(WAITING), waits for a lock that thread \""
                        + Thread.currentThread().getName() + "\" holds")
                .contains("  next          : let thread \""
                        + Thread.currentThread().getName() + "\" release the lock before it waits for the loop");
    }

    @Test
    void sayThatALoopAndAThreadHoldEachOthersLocks() throws InterruptedException {
        ReentrantLock first = new ReentrantLock();
        ReentrantLock second = new ReentrantLock();
        CountDownLatch locked = new CountDownLatch(1);
        Thread other = new Thread(
                () -> {
                    second.lock();
                    locked.countDown();
                    catchThrowable(first::lockInterruptibly);
                    second.unlock();
                },
                "the other");

        String failure = failure(
                Verdict.BLOCKED_LOOP, () -> runner.within(Duration.ofMillis(50)).call(() -> {
                    first.lock();
                    other.start();
                    locked.await();
                    second.lockInterruptibly();
                    return null;
                }));
        other.interrupt();
        Bounded.join(other);

        assertThat(failure)
                .contains(
                        "waits for a lock that thread \"the other\" holds, which waits for one that this thread holds\n")
                .contains("  next          : take the two locks in the same order everywhere, or only one at a time");
    }

    @Test
    void sayWhatBlocksALoopWhereAnAssertionDoesNotHold() {
        ReentrantLock lock = new ReentrantLock();
        lock.lock();
        runner.execute(() -> {
            lock.lock();
            lock.unlock();
        });

        String failure = failure(
                Verdict.BLOCKED_LOOP, () -> runner.within(Duration.ofMillis(50)).eventually(() -> fail("not yet")));
        lock.unlock();

        assertThat(failure)
                .contains("the assertion never held; loop \"jdk\" is blocked by one task")
                .contains("waits for a lock that thread")
                .contains("  its stack     : at ");
    }

    @Test
    void giveATimeoutOfTheJdkAMomentToCome() {
        CompletableFuture<String> plain =
                new CompletableFuture<String>().completeOnTimeout("purr", 200, TimeUnit.MILLISECONDS);
        Bounded.until(() -> plain.isDone() || isADelayerArmed());

        assertThat(runner.runCoroutine(plain)).isEqualTo("purr");
    }

    @Test
    void nameTheTimeoutOfTheJdkThatMayYetCome() {
        CompletableFuture<String> plain = new CompletableFuture<String>().orTimeout(1, TimeUnit.HOURS);
        Bounded.until(VirtualTimeMessagesTests::isADelayerArmed);

        String failure = failure(Verdict.NEVER, () -> runner.runCoroutine(plain));
        plain.cancel(false);

        assertThat(failure)
                .contains("was given up: nothing is ready, nothing is scheduled, and nothing came from outside for 1 s")
                .containsPattern("CompletableFutureDelayScheduler|commonPool-delayScheduler")
                .contains("use runner.loop().adopt(f).orTimeout(...)");
    }

    @Test
    void takeNoBoundOfOursForATimerThatMayBringSomething() {
        runner.manage(() -> {});
        runner.eventually(() -> {});

        assertThat(failure(
                        Verdict.NEVER, () -> runner.runCoroutine(runner.loop().newFuture())))
                .contains("can never complete: nothing is running, nothing is scheduled, and nobody outside");
        assertThat(failure(Verdict.NEVER, () -> runner.eventually(() -> fail("not yet"))))
                .contains("can never see the assertion hold: nothing is running, and nothing is scheduled");
        runner.close();
        assertThat(isADelayerArmed()).isFalse();
    }

    @Test
    void sayWhatToWriteForATaskOfTheJdk() {
        Future<?> hourly = runner.loop().schedule(() -> {}, 1, TimeUnit.HOURS);

        assertThatIllegalStateException()
                .isThrownBy(hourly::get)
                .withMessageContaining("get was called on the test's thread under virtual time")
                .withMessageEndingWith("use runner.time().advanceBy(...) before, or let the task complete a future for"
                        + " runner.runCoroutine(future)");
    }

    /** Returns whether a timeout of the JDK's futures is waited for: a thread that was just woken does not show it yet. */
    private static boolean isADelayerArmed() {
        return delayers().anyMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING);
    }

    private static Stream<Thread> delayers() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName()
                .matches("CompletableFutureDelayScheduler|.*commonPool-delayScheduler"));
    }

    /** Runs a task that hands itself in again, in some way, until it is told that it is enough. */
    private static AtomicBoolean again(Consumer<Runnable> handIn) {
        AtomicBoolean enough = new AtomicBoolean();
        handIn.accept(new Runnable() {
            @Override
            public void run() {
                if (!enough.get()) {
                    handIn.accept(this);
                }
            }
        });
        return enough;
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

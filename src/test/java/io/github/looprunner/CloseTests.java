package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.testing.Bounded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloseTests {

    private final LoopRunner runner =
            LoopRunner.builder().name("HerdTests.adds").start();

    @Test
    void closesARunnerThatWasNeverUsed() {
        runner.close();

        assertThat(runner.loop().isTerminated()).isTrue();
    }

    @Test
    void doesNothingTheSecondTime() {
        runner.execute(() -> {
            throw new IllegalStateException("boom");
        });
        catchThrowable(runner::close);

        assertThat(catchThrowable(runner::close)).isNull();
    }

    @Test
    void runsWhatIsReady() {
        List<Integer> ran = new CopyOnWriteArrayList<>();
        runner.execute(() -> runner.execute(() -> ran.add(1)));

        runner.close();

        assertThat(ran).containsExactly(1);
    }

    @Test
    void interruptsABlockingFunctionThatStillRuns() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        runner.blocking(() -> {
            thread.complete(Thread.currentThread());
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
            return "never";
        });
        Bounded.await(begun);

        runner.close();

        assertThat(interrupted.getCount()).isZero();
        assertThat(thread.join().isAlive()).isFalse();
    }

    @Test
    void saysThatABlockingFunctionDoesNotEvenEndWhenInterrupted() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        runner.blocking(() -> {
            begun.countDown();
            while (!over.get()) {
                Thread.onSpinWait();
            }
            return "late";
        });
        Bounded.await(begun);

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);
        over.set(true);

        assertThat(failure)
                .hasMessageStartingWith("a function of runner.blocking(...) could not be stopped: it does not end, not"
                        + " even when interrupted; its thread is abandoned")
                .hasMessageContaining("HerdTests.adds blocking")
                .hasMessageContaining("at io.github.looprunner.CloseTests.");
    }

    @Test
    void dropsTimersThatAreNotDue() {
        AtomicBoolean ran = new AtomicBoolean();
        runner.loop().schedule(() -> ran.set(true), 1, TimeUnit.HOURS);

        runner.close();

        assertThat(ran).isFalse();
    }

    @Test
    void endsItsThreads() {
        List<Thread> threads = new ArrayList<>();
        threads.add(runner.call(Thread::currentThread));
        for (int coroutine = 0; coroutine < 3; coroutine++) {
            CompletableFuture<Thread> carrier = new CompletableFuture<>();
            runner.start(Coroutine.async(() -> {
                carrier.complete(Thread.currentThread());
                Coroutine.await(new CompletableFuture<>());
            }));
            threads.add(runner.runCoroutine(carrier));
        }

        runner.close();

        assertThat(threads).doesNotHaveDuplicates().noneMatch(Thread::isAlive);
    }

    @Test
    void cancelsStagesThatWereStarted() {
        CompletableFuture<Object> stage = new CompletableFuture<>();
        LoopTask<?> task = runner.start(() -> stage);

        runner.close();

        assertThat(task.future()).isCancelled();
        assertThat(stage).isCancelled();
    }

    @Test
    void letsSequentialCoroutinesCleanUp() {
        List<String> ran = new CopyOnWriteArrayList<>();
        runner.start(Coroutine.async(() -> {
            try {
                Coroutine.await(new CompletableFuture<>());
            } catch (CancellationException cancelled) {
                ran.add("cancelled");
                throw cancelled;
            } finally {
                ran.add(Coroutine.await(runner.loop().supply(() -> "cleaned up")));
            }
        }));

        runner.close();

        assertThat(ran).containsExactly("cancelled", "cleaned up");
    }

    @Test
    void reportsWhatACleanUpThrows() {
        IllegalStateException boom = new IllegalStateException("in finally");
        runner.start(Coroutine.async(() -> {
            try {
                Coroutine.await(new CompletableFuture<>());
            } catch (CancellationException cancelled) {
                throw boom;
            }
        }));

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure).hasCause(boom);
    }

    @Test
    void freesThoseWhoWaitForFuturesOfTheLoop() throws InterruptedException {
        CompletableFuture<Object> future = runner.loop().newFuture();
        AtomicReference<Throwable> freedBy = new AtomicReference<>();
        Thread waiter = new Thread(() -> freedBy.set(catchThrowable(future::join)));
        waiter.start();

        runner.close();
        waiter.join();

        assertThat(freedBy.get())
                .isInstanceOf(CancellationException.class)
                .hasStackTraceContaining("loop \"jdk\" was closed before this completed");
    }

    @Test
    void freesARunCoroutineOfAnotherThread() throws InterruptedException {
        CompletableFuture<Object> future = runner.loop().newFuture();
        AtomicReference<Throwable> freedBy = new AtomicReference<>();
        Thread waiter = new Thread(() -> freedBy.set(catchThrowable(() -> runner.runCoroutine(future))));
        waiter.start();

        runner.close();
        waiter.join();

        assertThat(freedBy.get()).isInstanceOf(CancellationException.class);
    }

    @Test
    void isQuietWhereTheUserShutTheLoopDown() {
        runner.call(() -> 1);
        runner.loop().shutdown();

        assertThat(catchThrowable(runner::close)).isNull();
        assertThat(runner.loop().isTerminated()).isTrue();
    }

    @Test
    void isQuietWhereATaskShutTheLoopDown() {
        runner.execute(() -> runner.loop().shutdownNow());

        assertThat(catchThrowable(runner::close)).isNull();
    }

    @Test
    void closesAllTheSameWhereTheThreadIsInterrupted() {
        AtomicBoolean cleanedUp = new AtomicBoolean();
        Thread loopThread = runner.call(Thread::currentThread);
        runner.start(Coroutine.async(() -> {
            try {
                Coroutine.await(new CompletableFuture<>());
            } finally {
                cleanedUp.set(true);
            }
        }));
        runner.settle();
        Thread.currentThread().interrupt();

        runner.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(cleanedUp).isTrue();
        assertThat(loopThread.isAlive()).isFalse();
    }

    @Test
    void closesWhileALoopIsKeptBusyByATaskThatSubmitsItselfAgain() {
        resubmit();

        assertThat(catchThrowable(runner::close)).isNull();
        assertThat(runner.loop().isTerminated()).isTrue();
    }

    private void resubmit() {
        if (!runner.loop().isShutdown()) {
            runner.loop().execute(this::resubmit);
        }
    }

    @Test
    @Tag("slow") // a task that blocks is given time before it is interrupted
    void interruptsATaskThatBlocks() {
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<Throwable> ended = new AtomicReference<>();
        runner.execute(() -> ended.set(catchThrowable(never::await)));

        assertThat(catchThrowable(runner::close)).isNull();

        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    @Tag("slow") // a task that cannot be stopped is given time before it is abandoned
    void namesALoopThatCannotBeStoppedOnce() {
        AtomicBoolean stop = new AtomicBoolean();
        runner.execute(() -> spinUntil(stop));

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);
        Throwable again = catchThrowable(runner::close);
        stop.set(true);

        assertThat(again).isNull();
        assertThat(failure.verdict()).isEqualTo(Verdict.NOT_CLOSED);
        assertThat(failure.getSuppressed()).isEmpty();
        assertThat(failure.getMessage()).contains("at io.github.looprunner.CloseTests.spinUntil(CloseTests.java:");
        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                loop "jdk" could not be stopped: its task does not end, not even when interrupted; its thread is abandoned
                  test          : HerdTests.adds
                  loop "jdk"    : runs a lambda of CloseTests, submitted at CloseTests.java:N; 0 ready, 0 timers; shut \
                down at the end of HerdTests.adds
                  thread        : loop-runner HerdTests.adds
                  stack         : STACK
                  next          : let the task end: check Thread.interrupted() in long loops, and give work that blocks \
                to another executor""");
    }

    @Test
    @Tag("slow") // a task that cannot be stopped is given time before it is abandoned
    void saysWhatToDoAboutALoopThatWaitsForWhatNobodyCompletes() {
        CompletableFuture<String> never = new CompletableFuture<>(); // a plain one, so that nothing refuses the wait
        runner.execute(never::join);

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);
        never.complete("after all");

        assertThat(failure)
                .hasMessageEndingWith(
                        "let the task end: complete what it waits for, and await it instead, since a wait such"
                                + " as join ignores interrupts");
    }

    @Test
    @Tag("slow") // a task that cannot be stopped is given time before it is abandoned
    void saysWhatToDoAboutATaskThatSwallowsInterrupts() {
        AtomicBoolean stop = new AtomicBoolean();
        Semaphore never = new Semaphore(0);
        runner.execute(() -> {
            while (!stop.get()) {
                catchThrowable(never::acquire);
            }
        });

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);
        stop.set(true);
        never.release();

        assertThat(failure)
                .hasMessageEndingWith(
                        "let the task end: where it catches an InterruptedException, let it return, instead"
                                + " of waiting again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Thread.sleep",
                "Object.wait",
                "LinkedBlockingDeque.takeFirst",
                "Process.waitFor",
                "ReentrantLock.lockInterruptibly",
                "Semaphore.tryAcquire",
                "ThreadPoolExecutor.awaitTermination",
                "Exchanger.exchange",
                "CountDownLatch.await",
                "AbstractQueuedSynchronizer$ConditionObject.awaitNanos",
                "Phaser.awaitAdvanceInterruptibly",
                "FutureTask.get",
                "TimeUnit.sleep"
            })
    void knowsWhichWaitsEndOnAnInterrupt(String wait) {
        assertThat(LoopProbe.INTERRUPTIBLE.matcher(wait).matches()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CompletableFuture.join",
                "ReentrantLock.lock",
                "Semaphore.acquireUninterruptibly",
                "AbstractQueuedSynchronizer$ConditionObject.awaitUninterruptibly",
                "Socket$SocketInputStream.read",
                "ForkJoinTask.join",
                ""
            })
    void knowsWhichWaitsIgnoreInterrupts(String wait) {
        assertThat(LoopProbe.INTERRUPTIBLE.matcher(wait).matches()).isFalse();
    }

    @Test
    @Tag("slow") // a task that cannot be stopped is given time before it is abandoned
    void saysWhatToDoAboutATaskThatWaitsForALock() {
        LoopFailure failure;
        synchronized (this) {
            runner.execute(() -> {
                synchronized (this) {
                    assertThat(this).isNotNull();
                }
            });

            failure = catchThrowableOfType(LoopFailure.class, runner::close);
        }

        assertThat(failure)
                .hasMessageContaining("let the task end: have the lock released that it waits for")
                .hasMessageEndingWith("who enters synchronized code ignores interrupts");
    }

    @Test
    @Timeout(60)
    void endsWhereClosingOneResourceManagesTheNext() {
        class Hydra implements AutoCloseable {
            @Override
            public void close() {
                runner.manage(new Hydra());
            }
        }
        runner.manage(new Hydra());

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure.verdict()).isEqualTo(Verdict.NOT_CLOSED);
        assertThat(failure)
                .hasMessageStartingWith(
                        "closing a managed resource failed: java.lang.IllegalStateException: the runner of HerdTests.adds is"
                                + " closed, so it cannot manage a resource");
    }

    /** Else what comes between the last look at what is managed and the end would stay open. */
    @Test
    void refusesToManageWhileItClosesForTheLastTime() throws Exception {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        AtomicBoolean closed = new AtomicBoolean();
        AutoCloseable last = () -> {
            Thread foreign =
                    new Thread(() -> refused.complete(catchThrowable(() -> runner.manage(() -> closed.set(true)))));
            foreign.start();
            Bounded.join(foreign);
        };
        runner.start(Coroutine.async(() -> {
            try {
                Coroutine.await(new CompletableFuture<>());
            } finally {
                runner.manage(last); // when it is cancelled, which is after all others were closed
            }
        }));
        runner.settle();

        runner.close();

        assertThat(Bounded.get(refused))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed, so it cannot manage a resource");
        assertThat(closed).isFalse();
    }

    @Test
    void logsAFailureThatComesAfterTheEndAndThrowsNothing() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        Thread child = runner.call(() -> {
            Thread born = new Thread(() -> {
                catchThrowable(release::await);
                throw Checked.<RuntimeException>sneaky(new IOException("too late"));
            });
            born.start();
            return born;
        });
        try (LoggedFailures logged = new LoggedFailures()) {
            runner.close();

            release.countDown();
            child.join();

            assertThat(logged.messages())
                    .filteredOn(message -> message.contains("too late"))
                    .singleElement()
                    .asString()
                    .contains(
                            """
                    a failure on loop "jdk" reached nobody: java.io.IOException: too late
                      test          : HerdTests.adds, which had ended before this happened
                    """);
        }
        assertThat(catchThrowable(runner::close)).isNull();
    }

    private static void spinUntil(AtomicBoolean stop) {
        while (!stop.get()) {
            Thread.onSpinWait();
        }
    }
}

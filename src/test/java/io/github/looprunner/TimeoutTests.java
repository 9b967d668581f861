package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.testing.Bounded;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TimeoutTests {

    private static final Duration SHORT = Duration.ofMillis(20);

    private final LoopRunner runner =
            LoopRunner.builder().name("HerdTests.adds").timeout(SHORT).start();

    @AfterEach
    void closeRunner() {
        runner.close();
    }

    @Test
    void saysThatTheLoopWasNeverUsed() {
        LoopFailure failure = timeout(() -> runner.runCoroutine(new CompletableFuture<>()));

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                HerdTests.adds timed out after 20 ms: loop "jdk" was never used, so only another thread could complete it
                  waited for    : a CompletableFuture; where it was made is not known
                  waited at     : TimeoutTests.saysThatTheLoopWasNeverUsed (TimeoutTests.java:N)
                  loop "jdk"    : has run nothing; 0 ready, 0 timers
                  next          : complete it on every path, also on failure; or allow more time with runner.within(...)""");
    }

    @Test
    void saysThatALoopHasEndedThatRanSomething() throws InterruptedException {
        runner.call(() -> {});
        runner.loop().shutdownNow();
        runner.loop().awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS);

        LoopFailure failure = timeout(() -> runner.runCoroutine(new CompletableFuture<>()));

        assertThat(failure).hasMessageContaining("  loop \"jdk\"    : has ended; 0 ready, 0 timers; last ran a task");
    }

    @Test
    void saysSoOfALostThreadAlsoUnderVirtualTime() {
        EventLoopFactory idle = EventLoopFactory.onThreads("mine", body -> new Thread(() -> {}, "idle"));
        LoopRunner other = LoopRunner.builder().loop(idle).virtualTime().start(); // not closed: that waits for the loop

        LoopFailure failure =
                timeout(() -> other.within(SHORT).runCoroutine(other.loop().supply(() -> "purr")));

        assertThat(failure).hasMessageContaining("loop \"mine\" has lost its thread");
    }

    @Test
    void namesWhatAProxyStandsFor() {
        CompletionStage<?> proxy = (CompletionStage<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {CompletionStage.class},
                (self, method, arguments) -> method.invoke(new CompletableFuture<>(), arguments));

        LoopFailure failure = timeout(() -> runner.runCoroutine(proxy));

        assertThat(failure)
                .hasMessageContaining("  waited for    : a proxy of CompletionStage; where it was made is not known");
    }

    @Test
    void saysThatTheLoopIsIdle() {
        runner.execute(() -> {});
        settle();

        LoopFailure failure = timeout(() -> runner.runCoroutine(runner.loop().newFuture()));

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                HerdTests.adds timed out after 20 ms: loop "jdk" is idle, so only another thread could complete it
                  waited for    : a future made at TimeoutTests.saysThatTheLoopIsIdle (TimeoutTests.java:N)
                  waited at     : TimeoutTests.saysThatTheLoopIsIdle (TimeoutTests.java:N)
                  loop "jdk"    : idle for N ms; 0 ready, 0 timers; last ran a lambda of TimeoutTests, submitted at \
                TimeoutTests.java:N
                  next          : complete it on every path, also on failure; or allow more time with runner.within(...)""");
    }

    @Test
    void saysThatATimerIsPending() {
        runner.loop().schedule(() -> {}, 1, TimeUnit.HOURS);
        settle();

        LoopFailure failure = timeout(() -> runner.runCoroutine(new CompletableFuture<>()));

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(Messages.of(failure))
                .startsWith(
                        "HerdTests.adds timed out after 20 ms: loop \"jdk\" is idle, and none of its timers is due yet\n")
                .contains("\n  timers        : in N: a lambda of TimeoutTests, armed at TimeoutTests.java:N\n");
    }

    @Test
    void saysThatTheLoopIsAtWork() {
        AtomicBoolean stop = new AtomicBoolean();
        keepBusy(stop);

        LoopFailure failure = timeout(() -> runner.runCoroutine(new CompletableFuture<>()));
        stop.set(true);

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(Messages.of(failure))
                .startsWith(
                        "HerdTests.adds timed out after 20 ms: loop \"jdk\" is at work, with N tasks done in the last N ms\n");
    }

    @Test
    void showsTheStackOfTheTaskThatBlocksTheLoop() {
        CountDownLatch release = new CountDownLatch(1);
        sitOnTheLoopUntil(release);

        LoopFailure failure = timeout(() -> runner.call(() -> 1));
        release.countDown();

        assertThat(failure.verdict()).isEqualTo(Verdict.BLOCKED_LOOP);
        assertThat(failure.getMessage())
                .containsPattern("its stack     : at \\S+\\n( {18}at \\S+\\n)* {18}at"
                        + " io\\.github\\.looprunner\\.TimeoutTests\\.sitOn\\(TimeoutTests\\.java:\\d+\\)\\n");
        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                HerdTests.adds timed out after 20 ms: loop "jdk" is blocked by one task, so nothing else can run on it
                  waited for    : a function on loop "jdk"
                  waited at     : TimeoutTests.showsTheStackOfTheTaskThatBlocksTheLoop (TimeoutTests.java:N)
                  loop "jdk"    : runs a lambda of TimeoutTests, submitted at TimeoutTests.java:N; 1 ready, 0 timers
                  ready         : a task, submitted at TimeoutTests.java:N
                  its thread    : "loop-runner HerdTests.adds" (WAITING)
                  its stack     : STACK
                  next          : make the task return: await instead of waiting, and give work that blocks or computes \
                for long to another executor""");
    }

    @Test
    void listsWhatABlockedLoopHasQueued() {
        CountDownLatch release = new CountDownLatch(1);
        sitOnTheLoopUntil(release);
        runner.execute(() -> {});
        CompletableFuture<Integer> behind = runner.loop().supply(() -> 1);

        LoopFailure failure = timeout(() -> runner.runCoroutine(behind));
        release.countDown();

        assertThat(Messages.of(failure))
                .contains(
                        """

                  ready         : a lambda of TimeoutTests, submitted at TimeoutTests.java:N
                                  a lambda of TimeoutTests, submitted at TimeoutTests.java:N
                """);
    }

    @Test
    void saysThatTheLoopWasShutDown() {
        CompletableFuture<Object> future = runner.loop().newFuture();
        runner.loop().shutdown();

        LoopFailure failure = timeout(() -> runner.runCoroutine(future));

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                HerdTests.adds timed out after 20 ms: loop "jdk" was shut down, so nothing can complete it there
                  waited for    : a future made at TimeoutTests.saysThatTheLoopWasShutDown (TimeoutTests.java:N)
                  waited at     : TimeoutTests.saysThatTheLoopWasShutDown (TimeoutTests.java:N)
                  loop "jdk"    : has run nothing; 0 ready, 0 timers; shut down at \
                TimeoutTests.saysThatTheLoopWasShutDown (TimeoutTests.java:N)
                  next          : shut the loop down only after what the test waits for has completed""");
    }

    @Test
    void tellsALateResultFromOneThatNeverComes() {
        CompletableFuture<String> late = new CompletableFuture<>();
        onceTheBoundHasPassed(() -> late.complete("meow"));

        LoopFailure failure = timeout(() -> runner.runCoroutine(late));

        assertThat(failure.verdict()).isEqualTo(Verdict.LATE);
        assertThat(failure).hasNoCause();
        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                HerdTests.adds timed out after 20 ms: the result came N ms after that
                  waited for    : a CompletableFuture; where it was made is not known
                  waited at     : TimeoutTests.tellsALateResultFromOneThatNeverComes (TimeoutTests.java:N)
                  loop "jdk"    : has run nothing; 0 ready, 0 timers
                  next          : allow more time with runner.within(...), or find out what takes so long""");
    }

    @Test
    void givesALateFailureAsTheCause() {
        IOException lost = new IOException("lost");
        CompletableFuture<String> late = new CompletableFuture<>();
        onceTheBoundHasPassed(() -> late.completeExceptionally(lost));

        LoopFailure failure = timeout(() -> runner.runCoroutine(late));

        assertThat(failure.verdict()).isEqualTo(Verdict.LATE);
        assertThat(failure).hasCause(lost);
        assertThat(Messages.of(failure))
                .startsWith(
                        "HerdTests.adds timed out after 20 ms: it failed with java.io.IOException: lost, N ms after that\n");
    }

    @Test
    void saysWhatASuspendedCoroutineAwaits() {
        LoopTask<Object> task = runner.start(Coroutine.async(() -> Coroutine.await(new CompletableFuture<>())));
        settle();

        LoopFailure failure = timeout(() -> runner.runCoroutine(task.future()));

        assertThat(Messages.of(failure))
                .contains("\n  waited for    : a future made at TimeoutTests.saysWhatASuspendedCoroutineAwaits"
                        + " (TimeoutTests.java:N)\n")
                .containsPattern("\n  coroutines    : a coroutine.*, awaits CompletableFuture at"
                        + " TimeoutTests.saysWhatASuspendedCoroutineAwaits \\(TimeoutTests.java:N\\)\n");
    }

    @Test
    void cancelsTheCoroutineThatItStarted() {
        CompletableFuture<Object> stage = new CompletableFuture<>();
        AtomicBoolean started = new AtomicBoolean();

        LoopFailure failure = timeout(() -> runner.runCoroutine(() -> {
            started.set(true);
            return stage;
        }));
        settle();

        assertThat(Messages.of(failure)).contains("\n  waited for    : a coroutine on loop \"jdk\"\n");
        assertThat(stage.isCancelled()).isEqualTo(started.get()); // the loop may be too slow to start it at all
    }

    @Test
    void letsASequentialCoroutineCleanUp() {
        AtomicBoolean started = new AtomicBoolean();
        AtomicBoolean cleanedUp = new AtomicBoolean();

        timeout(() -> runner.runCoroutine(Coroutine.async(() -> {
            started.set(true);
            try {
                Coroutine.await(new CompletableFuture<>());
            } finally {
                cleanedUp.set(true);
            }
        })));
        settle();

        assertThat(cleanedUp.get()).isEqualTo(started.get());
    }

    @Test
    void leavesAFutureOfOthersAlone() {
        CompletableFuture<String> future = new CompletableFuture<>();

        timeout(() -> runner.runCoroutine(future));

        assertThat(future).isNotDone();
    }

    @Test
    @Tag("slow") // closing gives a loop time to end
    void saysSoWhereTheThreadOfAFactoryEndsWithoutRunningTheLoop() {
        EventLoopFactory idle = EventLoopFactory.onThreads("mine", body -> new Thread(() -> {}, "idle"));
        LoopRunner other =
                LoopRunner.builder().name("HerdTests.adds").loop(idle).start();
        CompletableFuture<String> never = other.loop().supply(() -> "purr");
        Bounded.until(() -> {
            Thread thread = other.loop().thread();
            return thread != null && !thread.isAlive();
        });
        String next =
                "  next          : let the thread run, until it returns, the body that the thread factory was given";

        LoopFailure failure = timeout(() -> other.within(SHORT).runCoroutine(never));
        LoopFailure notClosed = catchThrowableOfType(LoopFailure.class, other::close);

        assertThat(failure)
                .hasMessageStartingWith(
                        "HerdTests.adds timed out after 20 ms: loop \"mine\" has lost its thread, which has"
                                + " ended without running all tasks")
                .hasMessageContaining("  loop \"mine\"   : its thread has ended; 1 ready, 0 timers")
                .hasMessageEndingWith(next);
        assertThat(notClosed)
                .hasMessageStartingWith(
                        "loop \"mine\" could not be closed: its thread has ended without running it to its end")
                .hasMessageEndingWith(next);
    }

    @Test
    void saysHowOthersOfTheTestsLoopsAre() {
        try (LoopRunner other = LoopRunner.builder().name("other").start()) {
            runner.scope().observe(other.loop());

            LoopFailure failure = timeout(() -> runner.runCoroutine(new CompletableFuture<>()));

            assertThat(failure.getMessage()).containsSubsequence("loop \"jdk\"    : has", "loop \"jdk\"    : has");
        }
    }

    /** Runs code once the calling thread waits a moment longer to tell late from never. */
    private static void onceTheBoundHasPassed(Runnable code) {
        Thread waiter = Thread.currentThread();
        Thread watcher = new Thread(() -> {
            while (Arrays.stream(waiter.getStackTrace())
                    .noneMatch(frame -> frame.getMethodName().equals("lateness"))) {
                LockSupport.parkNanos(100_000);
            }
            code.run();
        });
        watcher.setDaemon(true);
        watcher.start();
    }

    private static LoopFailure timeout(CheckedRunnable wait) {
        return catchThrowableOfType(LoopFailure.class, wait::run);
    }

    private void settle() {
        runner.within(Duration.ofSeconds(10)).settle();
    }

    private void sitOnTheLoopUntil(CountDownLatch release) {
        CountDownLatch sitting = new CountDownLatch(1);
        runner.execute(() -> {
            sitting.countDown();
            sitOn(release);
        });
        assertThat(sitting).satisfies(CountDownLatch::await);
    }

    private static void sitOn(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void keepBusy(AtomicBoolean stop) {
        if (!stop.get()) {
            runner.execute(() -> keepBusy(stop));
        }
    }
}

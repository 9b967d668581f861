package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
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
    void saysThatTheLoopIsIdle() {
        runner.execute(() -> {});
        runner.settle();

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
        runner.settle();

        LoopFailure failure = timeout(() -> runner.runCoroutine(new CompletableFuture<>()));

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(Messages.of(failure))
                .startsWith(
                        "HerdTests.adds timed out after 20 ms: loop \"jdk\" is idle, and none of its timers is due yet\n")
                .contains("\n  timers        : in N s: a lambda of TimeoutTests, armed at TimeoutTests.java:N\n");
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
                        "HerdTests.adds timed out after 20 ms: loop \"jdk\" is at work, with N tasks done in the last 10 ms\n");
    }

    @Test
    void showsTheStackOfTheTaskThatBlocksTheLoop() {
        CountDownLatch release = new CountDownLatch(1);

        LoopFailure failure = timeout(() -> runner.call(() -> {
            sitOn(release);
        }));
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
                  loop "jdk"    : runs a task, submitted at TimeoutTests.java:N; 0 ready, 0 timers
                  blocked by    : a task, submitted at TimeoutTests.java:N, on thread "loop-runner HerdTests.adds" (WAITING)
                  its stack     : STACK
                  next          : make the task return: await instead of waiting, and give work that blocks or computes \
                for long to another executor""");
    }

    @Test
    void listsWhatABlockedLoopHasQueued() {
        CountDownLatch release = new CountDownLatch(1);
        runner.execute(() -> sitOn(release));
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
        late.completeOnTimeout("meow", 60, TimeUnit.MILLISECONDS);

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
        CompletableFuture.delayedExecutor(60, TimeUnit.MILLISECONDS).execute(() -> late.completeExceptionally(lost));

        LoopFailure failure = timeout(() -> runner.runCoroutine(late));

        assertThat(failure.verdict()).isEqualTo(Verdict.LATE);
        assertThat(failure).hasCause(lost);
        assertThat(Messages.of(failure))
                .startsWith(
                        "HerdTests.adds timed out after 20 ms: it failed with java.io.IOException: lost, N ms after that\n");
    }

    @Test
    void saysWhatASuspendedCoroutineAwaits() {
        LoopFailure failure =
                timeout(() -> runner.runCoroutine(Coroutine.async(() -> Coroutine.await(new CompletableFuture<>()))));

        assertThat(Messages.of(failure))
                .contains("\n  waited for    : a coroutine on loop \"jdk\"\n")
                .containsPattern("\n  coroutines    : coroutine.*, awaits CompletableFuture at"
                        + " TimeoutTests.saysWhatASuspendedCoroutineAwaits \\(TimeoutTests.java:N\\)\n");
    }

    @Test
    void cancelsTheCoroutineThatItStarted() {
        CompletableFuture<Object> stage = new CompletableFuture<>();

        timeout(() -> runner.runCoroutine(() -> stage));

        runner.within(Duration.ofSeconds(10)).eventually(() -> assertThat(stage).isCancelled());
    }

    @Test
    void letsASequentialCoroutineCleanUp() {
        CountDownLatch cleanedUp = new CountDownLatch(1);

        timeout(() -> runner.runCoroutine(Coroutine.async(() -> {
            try {
                Coroutine.await(new CompletableFuture<>());
            } finally {
                cleanedUp.countDown();
            }
        })));

        runner.within(Duration.ofSeconds(10))
                .eventually(() -> assertThat(cleanedUp.getCount()).isZero());
    }

    @Test
    void leavesAFutureOfOthersAlone() {
        CompletableFuture<String> future = new CompletableFuture<>();

        timeout(() -> runner.runCoroutine(future));

        assertThat(future).isNotDone();
    }

    @Test
    void saysHowOthersOfTheTestsLoopsAre() {
        try (LoopRunner other = LoopRunner.builder().name("other").start()) {
            runner.scope().observe(other.loop());

            LoopFailure failure = timeout(() -> runner.runCoroutine(new CompletableFuture<>()));

            assertThat(failure.getMessage()).containsSubsequence("loop \"jdk\"    : has", "loop \"jdk\"    : has");
        }
    }

    private static LoopFailure timeout(CheckedRunnable wait) {
        return catchThrowableOfType(LoopFailure.class, wait::run);
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

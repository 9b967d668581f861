package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettleTests {

    private final LoopRunner runner =
            LoopRunner.builder().name("HerdTests.adds").start();

    @AfterEach
    void closeRunner() {
        runner.close();
    }

    @Test
    void returnsAtOnceWhereNothingWasSubmitted() {
        runner.within(Duration.ofMillis(20)).settle();
    }

    @Test
    void waitsForWhatTasksSubmit() {
        AtomicInteger ran = new AtomicInteger();
        countDown(runner.loop(), runner.loop(), 1000, ran);

        runner.settle();

        assertThat(ran).hasValue(1000);
    }

    @Test
    void waitsForWhatTwoLoopsHandToEachOther() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        AtomicInteger ran = new AtomicInteger();
        countDown(runner.loop(), other, 500, ran);

        runner.settle();

        assertThat(ran).hasValue(500);
    }

    @Test
    void waitsWhileSeveralThreadsSubmit() throws InterruptedException {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch submitted = new CountDownLatch(4);
        for (int thread = 0; thread < 4; thread++) {
            new Thread(() -> {
                        for (int task = 0; task < 250; task++) {
                            runner.execute(ran::incrementAndGet);
                            other.execute(ran::incrementAndGet);
                        }
                        submitted.countDown();
                    })
                    .start();
        }
        submitted.await();

        runner.settle();

        assertThat(ran).hasValue(2000);
    }

    @Test
    void settlesForSeveralThreadsAtOnce() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch settled = new CountDownLatch(3);
        runner.execute(() -> sitOn(release));
        for (int thread = 0; thread < 3; thread++) {
            new Thread(() -> {
                        runner.settle();
                        settled.countDown();
                    })
                    .start();
        }

        release.countDown();

        assertThat(settled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void waitsForWhatASequentialCoroutineDoesNext() {
        AtomicBoolean ended = new AtomicBoolean();
        runner.start(Coroutine.async(() -> {
            for (int turn = 0; turn < 10; turn++) {
                Coroutine.await(runner.loop().supply(() -> 1));
            }
            ended.set(true);
        }));

        runner.settle();

        assertThat(ended).isTrue();
    }

    @Test
    void leavesTimersAloneThatAreNotDue() {
        AtomicBoolean ran = new AtomicBoolean();
        runner.loop().schedule(() -> ran.set(true), 1, TimeUnit.HOURS);

        runner.settle();

        assertThat(ran).isFalse();
    }

    @Test
    void saysWhichTaskBlocksALoop() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch sitting = new CountDownLatch(1);
        runner.execute(() -> {
            sitting.countDown();
            sitOn(release);
        });
        sitting.await();

        LoopFailure failure = timeout();
        release.countDown();

        assertThat(failure.verdict()).isEqualTo(Verdict.BLOCKED_LOOP);
        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                HerdTests.adds did not settle within 20 ms: loop "jdk" is blocked by one task, so nothing else can run on it
                  waited at     : SettleTests.timeout (SettleTests.java:N)
                  loop "jdk"    : runs a lambda of SettleTests, submitted at SettleTests.java:N; 0 ready, 0 timers
                  its thread    : "loop-runner HerdTests.adds" (WAITING)
                  its stack     : STACK
                  next          : make the task return: await instead of waiting, and give work that blocks or computes \
                for long to another executor""");
    }

    @Test
    void saysThatALoopNeverCameToRest() {
        AtomicBoolean stop = new AtomicBoolean();
        keepBusy(stop);

        LoopFailure failure = timeout();
        stop.set(true);

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(Messages.of(failure))
                .startsWith(
                        "HerdTests.adds did not settle within 20 ms: loop \"jdk\" is at work, with N tasks done in the last"
                                + " N ms\n")
                .endsWith(
                        "\n  next          : end what submits itself again and again before settle(), or wait for what"
                                + " the test is about with eventually(...)");
    }

    private LoopFailure timeout() {
        return catchThrowableOfType(
                LoopFailure.class, () -> runner.within(Duration.ofMillis(20)).settle());
    }

    private static void countDown(EventLoop here, EventLoop next, int left, AtomicInteger ran) {
        here.execute(() -> {
            ran.incrementAndGet();
            if (left > 1) {
                countDown(next, here, left - 1, ran);
            }
        });
    }

    private void keepBusy(AtomicBoolean stop) {
        if (!stop.get()) {
            runner.execute(() -> keepBusy(stop));
        }
    }

    private static void sitOn(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

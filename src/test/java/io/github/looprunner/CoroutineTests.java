package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CoroutineTests {

    private final LoopRunner runner =
            LoopRunner.builder().name("HerdTests.adds").start();

    @AfterEach
    void closeRunner() {
        runner.close();
    }

    @Test
    void returnsTheResultOfTheBody() {
        String result = runner.runCoroutine(Coroutine.async(() -> Coroutine.await(answer("me")) + "ow"));

        assertThat(result).isEqualTo("meow");
    }

    @Test
    void runsABodyWithoutAResult() {
        List<String> said = new CopyOnWriteArrayList<>();

        runner.runCoroutine(Coroutine.async(() -> {
            said.add(Coroutine.await(answer("meow")));
        }));

        assertThat(said).containsExactly("meow");
    }

    @Test
    void awaitsStagesThatSayNothingButTheirOutcome() {
        CompletableFuture<String> later = runner.loop().newFuture();
        runner.execute(() -> runner.execute(() -> later.complete("purr")));
        IOException lost = new IOException("lost");

        assertThat(runner.runCoroutine(
                        Coroutine.async(() -> Coroutine.await(CompletableFuture.completedStage("meow")))))
                .isEqualTo("meow");
        assertThat(runner.runCoroutine(Coroutine.async(() -> Coroutine.await(later.minimalCompletionStage()))))
                .isEqualTo("purr");
        assertThat(runner.runCoroutine(CompletableFuture.completedStage("meow")))
                .isEqualTo("meow");
        assertThat(catchThrowable(() -> runner.runCoroutine(
                        Coroutine.async(() -> Coroutine.await(CompletableFuture.failedStage(lost))))))
                .isSameAs(lost);
        try (LoopRunner other = LoopRunner.start()) {
            String waited = other.call(() -> runner.runCoroutine(CompletableFuture.completedStage("hiss")));
            assertThat(waited).isEqualTo("hiss");
        }
    }

    @Test
    void isClosedQuietlyWhileAStageRunsThatCannotBeCancelled() {
        runner.start(() -> new CompletableFuture<String>().minimalCompletionStage());
        runner.settle();

        assertThat(catchThrowable(runner::close)).isNull();
    }

    @Test
    void interruptsABodyThatIsCancelledAfterWhatItAwaitsHasComeAndBeforeItGoesOn() throws InterruptedException {
        CompletableFuture<String> gate = runner.loop().newFuture();
        CountDownLatch never = new CountDownLatch(1);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        LoopTask<?> task = runner.start(Coroutine.async(() -> {
            Coroutine.await(gate);
            ended.complete(catchThrowable(never::await));
        }));
        runner.settle();

        runner.call(() -> {
            gate.complete("open");
            task.cancel();
        });

        assertThat(runner.runCoroutine(ended)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void runsABodyAnewForEachStart() {
        AtomicInteger runs = new AtomicInteger();
        Coroutine<Integer> coroutine = Coroutine.async(runs::incrementAndGet);

        assertThat(runner.runCoroutine(coroutine)).isEqualTo(1);
        assertThat(runner.runCoroutine(coroutine)).isEqualTo(2);
    }

    @Test
    void interleavesTwoCoroutinesOnOneLoop() {
        List<String> steps = new CopyOnWriteArrayList<>();

        runner.call(() -> {
            runner.start(steps(steps, "a"));
            runner.start(steps(steps, "b"));
        });
        runner.eventually(() -> assertThat(steps).hasSize(6));

        assertThat(steps).containsExactly("a1", "b1", "a2", "b2", "a3", "b3");
    }

    private Coroutine<Void> steps(List<String> steps, String name) {
        return Coroutine.async(() -> {
            for (int step = 1; step <= 3; step++) {
                steps.add(name + step);
                Coroutine.sleep(Duration.ZERO);
            }
        });
    }

    @Test
    void isInTheLoopWithItsClassLoader() {
        ClassLoader loader = runner.runCoroutine(Coroutine.async(() -> {
            assertThat(runner.loop().inEventLoop()).isTrue();
            return Thread.currentThread().getContextClassLoader();
        }));

        assertThat(loader).isSameAs(Thread.currentThread().getContextClassLoader());
    }

    @Test
    void throwsWhatAnAwaitedStageFailedWith() {
        IOException lost = new IOException("lost");

        Throwable thrown = catchThrowable(() ->
                runner.runCoroutine(Coroutine.async(() -> Coroutine.await(CompletableFuture.failedFuture(lost)))));

        assertThat(thrown).isSameAs(lost);
    }

    @Test
    void sleepsOnTheLoopWithoutBlockingIt() {
        LoopTask<Void> sleeper = runner.start(Coroutine.async(() -> Coroutine.sleep(Duration.ofMillis(20))));

        String meanwhile = runner.call(() -> "meow");

        assertThat(meanwhile).isEqualTo("meow");
        assertThat(runner.<Void>runCoroutine(sleeper.future())).isNull();
    }

    @Test
    void takesATurnWhereTheSleepIsNotPositive() {
        List<String> ran = new CopyOnWriteArrayList<>();

        runner.runCoroutine(Coroutine.async(() -> {
            runner.execute(() -> ran.add("other"));
            Coroutine.sleep(Duration.ofMillis(-1));
            ran.add("self");
        }));

        assertThat(ran).containsExactly("other", "self");
    }

    @Test
    void sleepsForAnyTimeUntilCancelled() throws InterruptedException {
        CountDownLatch asleep = new CountDownLatch(1);
        LoopTask<Void> sleeper = runner.start(Coroutine.async(() -> {
            asleep.countDown();
            Coroutine.sleep(Duration.ofSeconds(Long.MAX_VALUE));
        }));
        asleep.await();

        sleeper.cancel();

        assertThat(sleeper.isDone()).isTrue();
    }

    @Test
    void leavesNoTimerBehindWhereASleepIsCancelled() {
        LoopTask<Void> sleeper = runner.start(Coroutine.async(() -> Coroutine.sleep(Duration.ofHours(1))));
        runner.settle();
        assertThat(runner.loop().state().timerCount()).isEqualTo(1);

        sleeper.cancel();
        runner.settle();

        assertThat(runner.loop().state().timerCount()).isZero();
    }

    @Test
    void refusesToAwaitOutsideACoroutine() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Coroutine.await(answer("meow")))
                .withMessageStartingWith("await was called outside the body of Coroutine.async, on thread \""
                        + Thread.currentThread().getName() + "\"; ");
        assertThatIllegalStateException()
                .isThrownBy(() -> runner.call(() -> Coroutine.await(answer("meow"))))
                .withMessageStartingWith(
                        "await was called outside the body of Coroutine.async, on thread \"loop-runner HerdTests.adds\"; ");
    }

    @Test
    void refusesToSleepOffALoop() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Coroutine.sleep(Duration.ZERO))
                .withMessageStartingWith("sleep was called outside the body of Coroutine.async, on thread \""
                        + Thread.currentThread().getName() + "\"; wrap the code in Coroutine.async(() -> ...)");
        assertThatIllegalStateException()
                .isThrownBy(() -> runner.call(() -> Coroutine.sleep(Duration.ZERO)))
                .withMessageStartingWith("sleep was called outside the body of Coroutine.async, ");
    }

    @Test
    void refusesToStartOffALoop() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Coroutine.async(() -> 1).start())
                .withMessage("a coroutine was started off any loop, on thread \""
                        + Thread.currentThread().getName()
                        + "\"; hand it to runner.runCoroutine(...) or runner.start(...)");
    }

    private CompletableFuture<String> answer(String text) {
        return runner.loop().supply(() -> text);
    }
}

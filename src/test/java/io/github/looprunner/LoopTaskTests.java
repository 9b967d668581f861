package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTaskTests {

    private final LoopRunner runner = LoopRunner.start();

    @AfterEach
    void closeRunner() {
        runner.close();
    }

    @Test
    void runsUntilItsStageCompletes() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        LoopTask<String> task = runner.start(() -> stage);
        runner.settle();

        assertThat(task.isDone()).isFalse();
        assertThat(task.toString()).startsWith("LoopTask[running, started at LoopTaskTests.");
        stage.complete("meow");

        assertThat(runner.runCoroutine(task.future())).isEqualTo("meow");
        assertThat(task.isDone()).isTrue();
        assertThat(task.toString()).startsWith("LoopTask[done, started at LoopTaskTests.");
    }

    @Test
    void cancelsItsStageOnTheLoop() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        AtomicReference<Boolean> onLoop = new AtomicReference<>();
        stage.whenComplete((value, thrown) -> onLoop.set(runner.loop().inEventLoop()));
        LoopTask<String> task = runner.start(() -> stage);
        runner.settle();

        task.cancel();
        runner.settle();

        assertThat(task.toString()).startsWith("LoopTask[cancelled, started at LoopTaskTests.");
        assertThat(stage).isCancelled();
        assertThat(onLoop).hasValue(true);
    }

    @Test
    void cancelsBeforeItStarted() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        runner.execute(() -> {
            blocked.countDown();
            catchThrowable(release::await);
        });
        AtomicReference<Thread> started = new AtomicReference<>();
        LoopTask<Void> task = runner.start(() -> {
            started.set(Thread.currentThread());
            return CompletableFuture.completedFuture(null);
        });
        blocked.await();

        task.cancel();
        release.countDown();
        runner.settle();

        assertThat(started).hasNullValue();
    }

    @Test
    void cancelsFromTheLoopItself() {
        LoopTask<Object> task = runner.start(() -> new CompletableFuture<>());

        runner.call(task::cancel);

        assertThat(task.isDone()).isTrue();
    }

    @Test
    void doesNothingAfterTheEnd() {
        LoopTask<String> task = runner.start(() -> CompletableFuture.completedFuture("meow"));
        runner.settle();

        task.cancel();
        task.cancel();

        assertThat(task.toString()).startsWith("LoopTask[done, started at LoopTaskTests.");
        assertThat(runner.runCoroutine(task.future())).isEqualTo("meow");
    }

    @Test
    void givesACancellationExceptionToAnAwaitingBodyAndToWhoWaits() {
        AtomicReference<Throwable> inBody = new AtomicReference<>();
        LoopTask<Void> task = runner.start(Coroutine.async(() -> {
            inBody.set(catchThrowable(() -> Coroutine.await(new CompletableFuture<>())));
        }));
        runner.settle();

        task.cancel();
        Throwable thrown = catchThrowable(() -> runner.runCoroutine(task.future()));
        runner.settle();

        assertThat(thrown).isInstanceOf(CancellationException.class);
        assertThat(inBody.get()).isInstanceOf(CancellationException.class);
    }

    @Test
    void interruptsABodyThatBlocks() throws InterruptedException {
        CountDownLatch blocking = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        LoopTask<Void> task = runner.start(Coroutine.async(() -> {
            blocking.countDown();
            catchThrowable(() -> new CountDownLatch(1).await());
            ended.countDown();
        }));
        blocking.await();

        task.cancel();

        ended.await();
        assertThat(task.isDone()).isTrue();
    }
}

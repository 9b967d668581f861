package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.looprunner.testing.Bounded;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TaskFutureTests {

    private static final int RACES = 2_000;

    private final List<String> noted = new ArrayList<>();

    @Test
    void runsOnceAndKeepsTheResult() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        TaskFuture<Integer> task = task(runs::incrementAndGet);

        task.run();
        task.run();

        assertThat(task.isDone()).isTrue();
        assertThat(task.isCancelled()).isFalse();
        assertThat(task.get()).isEqualTo(1);
        assertThat(task.get(0, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(task.cancel(true)).isFalse();
    }

    @Test
    void hasTheResultThatARunnableCameWith() throws Exception {
        TaskFuture<String> task = new Noted<>(() -> noted.add("ran"), "done");

        task.run();

        assertThat(task.get()).isEqualTo("done");
        assertThat(noted).containsExactly("ran");
    }

    @Test
    void runsARunnableAsOneAlsoWhereItIsACallableToo() throws Exception {
        class Both implements Runnable, Callable<String> {

            @Override
            public void run() {
                noted.add("run");
            }

            @Override
            public String call() {
                return "call";
            }
        }

        TaskFuture<String> runnable = new Noted<>((Runnable) new Both(), "run");
        TaskFuture<String> callable = task((Callable<String>) new Both());
        runnable.run();
        callable.run();

        assertThat(runnable.get()).isEqualTo("run");
        assertThat(callable.get()).isEqualTo("call");
        assertThat(noted).containsExactly("run");
    }

    @Test
    void tellsOfAFailureBeforeItCanBeSeen() {
        IllegalStateException thrown = new IllegalStateException("no");
        TaskFuture<Object> task = task(() -> {
            throw thrown;
        });

        task.run();

        assertThat(noted).containsExactly("threw, done false");
        assertThat(task.isDone()).isTrue();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(task::get)
                .withCause(thrown);
    }

    @Test
    void neverRunsWhatWasCancelled() {
        TaskFuture<Boolean> task = task(() -> noted.add("ran"));

        assertThat(task.cancel(false)).isTrue();
        assertThat(task.cancel(true)).isFalse();
        task.run();

        assertThat(noted).isEmpty();
        assertThat(task.isCancelled()).isTrue();
        assertThat(task.isDone()).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(task::get);
    }

    @Test
    void givesUpAFailureThatACancelCameBefore() {
        AtomicReference<TaskFuture<Object>> self = new AtomicReference<>();
        self.set(task(() -> {
            self.get().cancel(false);
            throw new IllegalStateException("after the cancel");
        }));

        self.get().run();

        assertThat(noted).containsExactly("threw, done true", "in vain");
        assertThatExceptionOfType(CancellationException.class).isThrownBy(self.get()::get);
    }

    @Test
    void runsAgainUntilItFails() {
        AtomicInteger runs = new AtomicInteger();
        TaskFuture<Object> task = new Noted<>(
                () -> {
                    if (runs.incrementAndGet() == 3) {
                        throw new IllegalStateException("third");
                    }
                },
                null);

        assertThat(task.runAndReset()).isTrue();
        assertThat(task.isDone()).isFalse();
        assertThat(task.runAndReset()).isTrue();
        assertThat(task.runAndReset()).isFalse();
        assertThat(task.runAndReset()).isFalse();

        assertThat(runs).hasValue(3);
        assertThat(task.isDone()).isTrue();
    }

    @Test
    void doesNotRunAgainOnceItIsCancelledFromInside() {
        AtomicReference<TaskFuture<Object>> self = new AtomicReference<>();
        self.set(new Noted<>(() -> self.get().cancel(false), null));

        assertThat(self.get().runAndReset()).isFalse();

        assertThat(self.get().isCancelled()).isTrue();
    }

    @Test
    void wakesAllWhoWait() throws Exception {
        TaskFuture<String> task = task(() -> "done");
        List<FutureTask<String>> waits = List.of(new FutureTask<>(task::get), new FutureTask<>(task::get));
        List<Thread> threads = waits.stream().map(Thread::new).toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            Bounded.until(() -> thread.getState() == Thread.State.WAITING);
        }

        task.run();

        for (FutureTask<String> wait : waits) {
            assertThat(Bounded.get(wait)).isEqualTo("done");
        }
    }

    @Test
    void bounds() {
        TaskFuture<String> task = task(() -> "never run");

        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> task.get(0, TimeUnit.SECONDS));
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> task.get(1, TimeUnit.NANOSECONDS));
        assertThat(task.isDone()).isFalse();
    }

    @Test
    void letsAWaitBeInterrupted() {
        TaskFuture<String> task = task(() -> "never run");

        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptedException.class).isThrownBy(task::get);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void givesTheResultToAnInterruptedThread() throws Exception {
        TaskFuture<String> task = task(() -> "done");
        task.run();

        Thread.currentThread().interrupt();

        assertThat(task.get()).isEqualTo("done");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void interruptsTheRunnerOnlyWhereAskedTo() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        Callable<Boolean> body = () -> {
            started.countDown();
            end.await();
            return Thread.currentThread().isInterrupted();
        };
        TaskFuture<Boolean> left = task(body);
        TaskFuture<Boolean> interrupted = task(body);
        Thread first = new Thread(left);
        Thread second = new Thread(interrupted);
        first.start();
        second.start();
        Bounded.await(started);

        assertThat(left.cancel(false)).isTrue();
        assertThat(interrupted.cancel(true)).isTrue();

        Bounded.join(second); // by the interrupt
        assertThat(first.isAlive()).isTrue();
        end.countDown();
        Bounded.join(first);
        assertThat(noted).containsExactly("threw, done true", "in vain");
    }

    /** Whatever the order of a cancel and the end of a run, the interrupt never comes after the run. */
    @Test
    void neverInterruptsWhatTheRunnerDoesNext() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        AtomicInteger strayed = new AtomicInteger();
        List<TaskFuture<String>> tasks = new ArrayList<>();
        for (int i = 0; i < RACES; i++) {
            tasks.add(task(() -> "done"));
        }
        Thread runner = new Thread(() -> tasks.forEach(task -> {
            Bounded.await(together);
            task.run();
            Thread.interrupted(); // meant for the task
            Bounded.await(together);
            if (Thread.interrupted()) {
                strayed.incrementAndGet();
            }
        }));
        runner.start();

        for (TaskFuture<String> task : tasks) {
            Bounded.await(together);
            boolean cancelled = task.cancel(true);
            Bounded.await(together);
            assertThat(task.isCancelled()).isEqualTo(cancelled);
            assertThat(task.isDone()).isTrue();
        }

        Bounded.join(runner);
        assertThat(strayed).hasValue(0);
    }

    /** A thread that begins to wait while the task ends is woken, or sees the end. */
    @Test
    void neverLeavesAWaiterBehind() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        for (int i = 0; i < RACES; i++) {
            TaskFuture<String> task = task(() -> "done");
            Thread runner = new Thread(() -> {
                Bounded.await(together);
                task.run();
            });
            runner.start();

            Bounded.await(together);

            assertThat(Bounded.get(task)).isEqualTo("done");
            Bounded.join(runner);
        }
    }

    @Test
    void takesNoNull() {
        assertThatNullPointerException().isThrownBy(() -> task(null));
    }

    private <V> TaskFuture<V> task(Callable<V> body) {
        return new Noted<>(body);
    }

    private final class Noted<V> extends TaskFuture<V> {

        Noted(Callable<V> body) {
            super(body);
        }

        Noted(Runnable body, V result) {
            super(body, result);
        }

        @Override
        void threw(Throwable thrown) {
            noted.add("threw, done " + isDone());
        }

        @Override
        void threwInVain(Throwable thrown) {
            noted.add("in vain");
        }
    }
}

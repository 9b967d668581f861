package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTasksTests {

    private static final Runnable NO_RUNNABLE = null;
    private static final Callable<String> NO_CALLABLE = null;

    private final RecordingOwner owner = new RecordingOwner();
    private final EventLoop loop = new JdkLoopFactory().open(owner);

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void runsATaskOnItsOwnDaemonThread() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();

        loop.execute(() -> ran.complete(Thread.currentThread()));

        Thread thread = Bounded.get(ran);
        assertThat(thread).isNotSameAs(Thread.currentThread());
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("loop-runner RecordingOwner");
        assertThat(thread.getContextClassLoader()).isSameAs(owner.contextClassLoader());
    }

    @Test
    void startsNoThreadBeforeTheFirstTask() {
        assertThat(loop.state().thread()).isNull();
        assertThat(loop.inEventLoop()).isFalse();
    }

    @Test
    void knowsWhoRunsOnIt() throws Exception {
        Future<Boolean> inside = loop.submit(() -> loop.inEventLoop() && EventLoop.current() == loop);

        assertThat(Bounded.get(inside)).isTrue();
        assertThat(loop.inEventLoop()).isFalse();
        assertThat(EventLoop.current()).isNull();
    }

    @Test
    void refusesNullArguments() {
        assertThatNullPointerException().isThrownBy(() -> loop.execute(null));
        assertThatNullPointerException().isThrownBy(() -> loop.submit(NO_RUNNABLE));
        assertThatNullPointerException().isThrownBy(() -> loop.submit(NO_RUNNABLE, "x"));
        assertThatNullPointerException().isThrownBy(() -> loop.submit(NO_CALLABLE));
        assertThatNullPointerException().isThrownBy(() -> loop.supply(null));
        assertThatNullPointerException().isThrownBy(() -> loop.async(null));
        assertThatNullPointerException().isThrownBy(() -> loop.adopt(null));
        assertThatNullPointerException().isThrownBy(() -> loop.allOf((CompletableFuture<?>) null));
        assertThatNullPointerException().isThrownBy(() -> loop.delayedExecutor(null));
        assertThatNullPointerException().isThrownBy(() -> loop.invokeAll(null));
        assertThatNullPointerException().isThrownBy(() -> loop.invokeAll(List.of(() -> 1), 1, null));
        assertThatNullPointerException().isThrownBy(() -> loop.invokeAny(null));
        assertThatNullPointerException().isThrownBy(() -> loop.invokeAny(List.of(() -> 1), 1, null));
        assertThatNullPointerException().isThrownBy(() -> loop.invokeAll(Arrays.asList(() -> 1, null)));
        assertThatNullPointerException().isThrownBy(() -> loop.invokeAny(Arrays.asList(() -> 1, null)));
    }

    @Test
    void answersASubmittedCallable() throws Exception {
        assertThat(Bounded.get(loop.submit(() -> "cat"))).isEqualTo("cat");
    }

    @Test
    void answersASubmittedRunnableWithNullOrTheGivenResult() throws Exception {
        AtomicBoolean ran = new AtomicBoolean();

        assertThat(Bounded.get(loop.submit(() -> ran.set(true)))).isNull();
        assertThat(Bounded.get(loop.submit(() -> {}, "done"))).isEqualTo("done");
        assertThat(ran).isTrue();
    }

    @Test
    void answersWithTheExceptionOfATask() {
        Exception oops = new Exception("oops");

        Future<?> failed = loop.submit(() -> {
            throw oops;
        });

        assertThatThrownBy(() -> Bounded.get(failed))
                .isInstanceOf(ExecutionException.class)
                .hasCause(oops);
        assertThat(failed.isDone()).isTrue();
        assertThat(failed.isCancelled()).isFalse();
    }

    @Test
    void goesOnAfterATaskThatThrows() throws Exception {
        loop.execute(() -> {
            throw new Error("not the end of the loop");
        });

        assertThat(Bounded.get(loop.submit(() -> "alive"))).isEqualTo("alive");
    }

    @Test
    void cancelsATaskThatHasNotStarted() throws Exception {
        CountDownLatch release = block();
        AtomicBoolean ran = new AtomicBoolean();
        Future<?> cancelled = loop.submit(() -> ran.set(true));

        assertThat(cancelled.cancel(/* mayInterruptIfRunning= */ false)).isTrue();

        release.countDown();
        Bounded.get(loop.submit(() -> {}));
        assertThat(ran).isFalse();
        assertThat(cancelled.isDone()).isTrue();
        assertThat(cancelled.isCancelled()).isTrue();
        assertThat(cancelled.cancel(/* mayInterruptIfRunning= */ true)).isFalse();
        assertThatThrownBy(cancelled::get).isInstanceOf(CancellationException.class);
    }

    @Test
    void doesNotStartASuppliedTaskThatWasCancelled() throws Exception {
        CountDownLatch release = block();
        AtomicBoolean ran = new AtomicBoolean();
        CompletableFuture<Object> cancelled = loop.supply(() -> {
            ran.set(true);
            return null;
        });

        cancelled.cancel(/* mayInterruptIfRunning= */ false);

        release.countDown();
        Bounded.get(loop.submit(() -> {}));
        assertThat(ran).isFalse();
    }

    @Test
    void interruptsARunningTaskThatIsCancelledAndNoOther() throws Exception {
        for (int round = 0; round < 200; round++) {
            CountDownLatch started = new CountDownLatch(1);
            AtomicBoolean interrupted = new AtomicBoolean();
            Future<?> running = loop.submit(() -> {
                started.countDown();
                try {
                    Bounded.await(new CountDownLatch(1));
                } catch (InterruptedException e) {
                    interrupted.set(true);
                }
            });
            Future<Boolean> next = loop.submit(() -> Thread.currentThread().isInterrupted());
            Bounded.await(started);

            running.cancel(/* mayInterruptIfRunning= */ true);

            assertThat(Bounded.get(next)).isFalse();
            assertThat(interrupted).isTrue();
        }
    }

    @Test
    void keepsTheInterruptOfATaskFromTheNextOne() throws Exception {
        loop.execute(() -> Thread.currentThread().interrupt());

        assertThat(Bounded.get(loop.submit(() -> Thread.currentThread().isInterrupted())))
                .isFalse();
    }

    @Test
    void invokesAllInOrder() throws Exception {
        List<Integer> order = new ArrayList<>();
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            tasks.add(() -> {
                order.add(number);
                return number;
            });
        }

        List<Future<Integer>> futures = loop.invokeAll(tasks);

        assertThat(futures).hasSize(10).allMatch(Future::isDone);
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(futures.get(7).get()).isEqualTo(7);
    }

    @Test
    void invokesAllOfNothing() throws Exception {
        assertThat(loop.invokeAll(List.of())).isEmpty();
        assertThat(loop.invokeAll(List.of(), 1, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void invokesAllAlsoWhereOneFails() throws Exception {
        List<Callable<String>> tasks = List.of(
                () -> {
                    throw new IllegalStateException("oops");
                },
                () -> "fine");

        List<Future<String>> futures = loop.invokeAll(tasks, Bounded.SECONDS, TimeUnit.SECONDS);

        assertThatThrownBy(futures.get(0)::get).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(futures.get(1).get()).isEqualTo("fine");
    }

    @Test
    void reportsAFailureOfInvokeAllThatNobodyLooksAtHoweverItIsWaitedFor() throws Exception {
        IllegalStateException before = new IllegalStateException("failed before the wait");
        IllegalStateException during = new IllegalStateException("failed during the wait");
        Thread waiter = Thread.currentThread();
        List<Callable<String>> tasks = List.of(
                () -> {
                    Bounded.until(() -> waiter.getState() == Thread.State.WAITING);
                    throw during;
                },
                () -> {
                    throw before;
                });

        List<Future<String>> futures = loop.invokeAll(tasks);

        assertThat(owner.unobserved()).containsExactly(during, before);
        assertThatThrownBy(futures.get(0)::get).hasCause(during);
        assertThat(owner.unobserved()).containsExactly(before);
    }

    @Test
    void cancelsWhatInvokeAllDidNotFinishInTime() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        List<Callable<String>> tasks = List.of(
                () -> "quick",
                () -> {
                    Bounded.await(never);
                    return "late";
                },
                () -> "behind");

        List<Future<String>> futures = loop.invokeAll(tasks, 20, TimeUnit.MILLISECONDS);

        assertThat(futures).hasSize(3).allMatch(Future::isDone);
        assertThat(futures.get(1).isCancelled()).isTrue();
        assertThat(futures.get(2).isCancelled()).isTrue();
        assertThat(Bounded.get(loop.submit(() -> "free"))).isEqualTo("free");
    }

    @Test
    void invokesAnyUntilOneSucceeds() throws Exception {
        List<Callable<String>> tasks = List.of(
                () -> {
                    throw new IllegalStateException("oops");
                },
                () -> "second");

        assertThat(loop.invokeAny(tasks)).isEqualTo("second");
        assertThat(loop.invokeAny(tasks, Bounded.SECONDS, TimeUnit.SECONDS)).isEqualTo("second");
        assertThat(owner.unobserved()).isEmpty();
    }

    @Test
    void refusesToInvokeAnyOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> loop.invokeAny(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> loop.invokeAny(List.of(), 1, TimeUnit.SECONDS));
    }

    @Test
    void throwsWhatTheLastOfInvokeAnyThrew() {
        List<Callable<String>> tasks = List.of(() -> {
            throw new IllegalStateException("oops");
        });

        assertThatThrownBy(() -> loop.invokeAny(tasks))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(owner.unobserved()).isEmpty();
    }

    @Test
    void givesUpInvokeAnyAfterItsTimeout() {
        List<Callable<String>> tasks = List.of(() -> {
            Bounded.await(new CountDownLatch(1));
            return "late";
        });

        assertThatThrownBy(() -> loop.invokeAny(tasks, 5, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void cancelsTheOthersOnceInvokeAnyHasAResult() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        List<Callable<String>> tasks = List.of(() -> "first", () -> {
            ran.incrementAndGet();
            Bounded.await(new CountDownLatch(1));
            return "second";
        });

        assertThat(loop.invokeAny(tasks)).isEqualTo("first");

        Bounded.get(loop.submit(() -> {}));
        assertThat(ran.get()).isLessThanOrEqualTo(1);
        assertThat(owner.unobserved()).isEmpty();
    }

    @Test
    void refusesToWaitForItself() throws Exception {
        String message = " was called on loop \"jdk\", whose thread would wait for itself;"
                + " call it from another thread, or submit the tasks one by one";
        Callable<String> task = () -> "x";

        Bounded.get(loop.submit(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> loop.invokeAll(List.of(task)))
                    .withMessage("invokeAll" + message);
            assertThatIllegalStateException()
                    .isThrownBy(() -> loop.invokeAll(List.of(task), 1, TimeUnit.SECONDS))
                    .withMessage("invokeAll" + message);
            assertThatIllegalStateException()
                    .isThrownBy(() -> loop.invokeAny(List.of(task)))
                    .withMessage("invokeAny" + message);
            assertThatIllegalStateException()
                    .isThrownBy(() -> loop.invokeAny(List.of(task), 1, TimeUnit.SECONDS))
                    .withMessage("invokeAny" + message);
            assertThatIllegalStateException()
                    .isThrownBy(() -> loop.awaitTermination(1, TimeUnit.SECONDS))
                    .withMessage("awaitTermination" + message);
        }));
    }

    @Test
    void refusesToGetATaskOnTheLoopThatIsToRunIt() throws Exception {
        Bounded.get(loop.submit(() -> {
            Future<?> next = loop.submit(() -> "x");

            assertThatIllegalStateException()
                    .isThrownBy(next::get)
                    .withMessage(
                            "get was called on loop \"jdk\", whose thread would wait for itself; compose the future"
                                    + " with thenApply and its like, or await it in a coroutine");
        }));
    }

    @Test
    void tellsTheVeryExceptionOfATask() {
        CompletionException thrown = new CompletionException(new IllegalStateException("oops"));
        Future<String> failed = loop.submit(() -> {
            throw thrown;
        });

        assertThatThrownBy(() -> Bounded.get(failed)).cause().isSameAs(thrown);
    }

    @Test
    void answersOnTheLoopThatATaskIsNotDoneYet() throws Exception {
        Future<String> later = loop.schedule(() -> "x", 1, TimeUnit.HOURS);

        Throwable refused = Bounded.get(loop.submit(() -> catchThrowable(() -> later.get(0, TimeUnit.SECONDS))));

        assertThat(refused).isInstanceOf(TimeoutException.class);
    }

    @Test
    void answersOnTheLoopThatItHasNotTerminated() throws Exception {
        assertThat(Bounded.get(loop.submit(() -> loop.awaitTermination(0, TimeUnit.SECONDS))))
                .isFalse();
    }

    @Test
    void countsStepsAndSubmissions() throws Exception {
        long before = loop.submitted();

        Bounded.get(loop.submit(() -> {}));
        Bounded.get(loop.submit(() -> {}));

        assertThat(loop.submitted() - before).isEqualTo(2);
        Bounded.until(() -> owner.steps() == 2);
    }

    @Test
    void tellsItsNameAndKind() {
        EventLoop client = new JdkLoopFactory().open(new RecordingOwner("HerdTests.adds", "client", false));

        assertThat(client.name()).isEqualTo("client");
        assertThat(client.kind()).isEqualTo("jdk");
        assertThat(client).hasToString("loop \"client\" of HerdTests.adds (jdk, running)");
        client.shutdown();
        assertThat(client).hasToString("loop \"client\" of HerdTests.adds (jdk, terminated)");
    }

    @Test
    void unwrapsToItselfOnly() {
        assertThat(loop.unwrap(EventLoop.class)).isSameAs(loop);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loop.unwrap(String.class))
                .withMessage(
                        "loop \"jdk\" of kind jdk has no native object of type java.lang.String; take a loop of a kind that is built on one");
    }

    /** Lets the loop stand in a task until the latch is down. */
    private CountDownLatch block() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        loop.execute(() -> {
            started.countDown();
            try {
                Bounded.await(release);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Bounded.await(started);
        return release;
    }
}

package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A loop whose turns the test runs itself, in the order that it wants. */
class CarriedLoopTests {

    private final RecordingOwner owner = new RecordingOwner();
    private final BlockingQueue<Runnable> given = new LinkedBlockingQueue<>();
    private final EventLoop loop =
            EventLoopFactory.onExecutor("executor", given::add).open(owner);
    private final Refusing executor = new Refusing(given, new RejectedExecutionException("full"));
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void end() {
        loop.shutdownNow();
        given.forEach(Runnable::run);
        assertThat(loop.isTerminated()).isTrue();
    }

    @Test
    void asksForOneTurnHoweverManyTasksAreSubmitted() {
        loop.execute(() -> log.add("first"));
        loop.execute(() -> log.add("second"));
        loop.execute(() -> log.add("third"));

        assertThat(given).hasSize(1);
        runNext();

        assertThat(log).containsExactly("first", "second", "third");
        assertThat(given).isEmpty();
    }

    @Test
    void letsTheCarrierDoOtherThingsBetweenTwoTurns() {
        loop.execute(() -> {
            log.add("first");
            loop.execute(() -> log.add("second"));
        });
        given.add(() -> log.add("the carrier's own"));

        runNext();
        runNext();
        runNext();

        assertThat(log).containsExactly("first", "the carrier's own", "second");
        assertThat(given).isEmpty();
    }

    @Test
    void runsNothingInATurnThatComesTwice() {
        loop.execute(() -> log.add("first"));
        Runnable turn = given.remove();
        turn.run();

        turn.run();
        loop.execute(() -> log.add("second"));
        turn.run(); // stands in for the turn that was given meanwhile
        runNext();

        assertThat(log).containsExactly("first", "second");
    }

    @Test
    void runsOneTurnAtATime() {
        loop.execute(() -> {
            log.add("begins");
            loop.execute(() -> log.add("never inside"));
            given.forEach(Runnable::run);
            log.add("ends");
        });

        runNext();

        assertThat(log).containsExactly("begins", "ends");
        runNext();
        assertThat(log).containsExactly("begins", "ends", "never inside");
    }

    @Test
    void isInTheLoopDuringATurnOnly() {
        loop.execute(() -> {
            log.add(loop.inEventLoop() + " " + (loop.thread() == Thread.currentThread()) + " "
                    + (EventLoop.current() == loop));
        });
        assertThat(loop.thread()).isNull();

        runNext();

        assertThat(log).containsExactly("true true true");
        assertThat(loop.inEventLoop()).isFalse();
        assertThat(loop.thread()).isNull();
        assertThat(EventLoop.current()).isNull();
    }

    @Test
    void comesBackToTheLoopWhoseTaskRunsTheTurn() throws Exception {
        EventLoop outer = new JdkLoopFactory().open(owner);
        loop.execute(() -> log.add(EventLoop.current() == loop ? "inner" : "?"));

        Bounded.get(outer.submit(() -> {
            runNext();
            log.add(EventLoop.current() == outer ? "outer" : "?");
        }));

        assertThat(log).containsExactly("inner", "outer");
        outer.close();
    }

    @Test
    void hasTheClassLoaderOfItsOwnerDuringATurnOnly() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader own = new URLClassLoader(new URL[0]);
        thread.setContextClassLoader(own);
        try {
            loop.execute(() -> log.add(
                    thread.getContextClassLoader() == owner.contextClassLoader() ? "that of the owner" : "another"));

            runNext();

            assertThat(log).containsExactly("that of the owner");
            assertThat(thread.getContextClassLoader()).isSameAs(own);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void keepsAnInterruptOfTheCarrierFromItsTasksAndGivesItBack() {
        loop.execute(() -> log.add("interrupted: " + Thread.currentThread().isInterrupted()));
        Thread.currentThread().interrupt();

        runNext();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(log).containsExactly("interrupted: false");
    }

    @Test
    void leavesNoInterruptOfATaskToTheCarrier() {
        loop.execute(() -> Thread.currentThread().interrupt());

        runNext();

        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void leavesNoInterruptOfACancelToTheCarrier() throws Exception {
        Future<?> task = loop.submit(() -> {
            Thread canceller =
                    new Thread(() -> log.add("cancelled: " + running().cancel(true)));
            canceller.start();
            canceller.join(); // ends by the interrupt, or when it has come
            return null;
        });
        this.task = task;

        runNext();

        assertThat(Thread.interrupted()).isFalse();
        Bounded.until(() -> task.isCancelled());
    }

    private volatile Future<?> task;

    private Future<?> running() {
        return task;
    }

    @Test
    void asksForATurnWhenATimerIsDueAndNotBefore() throws Exception {
        long start = System.nanoTime();
        loop.schedule(() -> log.add("timer"), 20, TimeUnit.MILLISECONDS);
        assertThat(given).isEmpty();

        take().run();

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(log).containsExactly("timer");
    }

    @Test
    void asksForATurnForAnEarlierTimerThatIsArmedLater() throws Exception {
        loop.schedule(() -> log.add("late"), 1, TimeUnit.HOURS);
        loop.schedule(() -> log.add("early"), 1, TimeUnit.MILLISECONDS);

        take().run();

        assertThat(log).containsExactly("early");
        assertThat(loop.state().timerCount()).isEqualTo(1);
    }

    @Test
    void asksForATurnForTheTimerAfterTheOneThatRan() throws Exception {
        loop.schedule(() -> log.add("first"), 1, TimeUnit.MILLISECONDS);
        take().run();
        loop.schedule(() -> log.add("second"), 1, TimeUnit.MILLISECONDS);

        take().run();

        assertThat(log).containsExactly("first", "second");
    }

    @Test
    void firesLaterTimersThoughTheEarliestWasCancelled() throws Exception {
        Future<?> cancelled = loop.schedule(() -> log.add("cancelled"), 5, TimeUnit.MILLISECONDS);
        loop.schedule(() -> log.add("later"), 10, TimeUnit.MILLISECONDS);
        cancelled.cancel(false);

        while (log.isEmpty()) {
            take().run(); // the alarm may have been set for the one that was cancelled
        }

        assertThat(log).containsExactly("later");
    }

    @Test
    void cancelsItsTimersAtShutdownWithoutATurn() {
        Future<?> timer = loop.schedule(() -> log.add("never"), 1, TimeUnit.HOURS);

        loop.shutdown();

        assertThat(timer).isCancelled();
        assertThat(loop.isTerminated()).isTrue();
        assertThat(given).isEmpty();
    }

    @Test
    void endsWithoutATurnWhereNothingIsLeftToRun() {
        loop.execute(() -> log.add("task"));
        runNext();

        loop.shutdown();

        assertThat(loop.isTerminated()).isTrue();
        assertThat(given).isEmpty();
    }

    @Test
    void runsWhatIsQueuedAfterShutdown() {
        loop.execute(() -> log.add("queued"));
        loop.shutdown();
        assertThat(loop.isTerminated()).isFalse();

        runNext();

        assertThat(log).containsExactly("queued");
        assertThat(loop.isTerminated()).isTrue();
        assertThat(given).isEmpty();
    }

    @Test
    void endsAfterTheTaskThatShutsItDown() {
        loop.execute(() -> {
            loop.close();
            log.add("terminated: " + loop.isTerminated());
        });

        runNext();

        assertThat(log).containsExactly("terminated: false");
        assertThat(loop.isTerminated()).isTrue();
    }

    @Test
    void doesNotWaitForACarrierThatNeverRunsItsTurn() throws Exception {
        Runnable task = () -> log.add("never");
        loop.execute(task);

        List<Runnable> never = loop.shutdownNow();

        assertThat(never).containsExactly(task);
        assertThat(loop.awaitTermination(0, TimeUnit.SECONDS)).isTrue();
        runNext();
        assertThat(log).isEmpty();
        assertThat(loop.isQuiet()).isTrue();
    }

    @Test
    void closesThoughTheCarrierNeverRunsItsTurn() {
        CompletableFuture<String> never = loop.supply(() -> "never");

        loop.close();

        assertThat(loop.isTerminated()).isTrue();
        assertThat(never).isCancelled();
    }

    @Test
    void saysWhatTheCarrierNeverRan() {
        loop.execute(() -> log.add("never"));
        loop.submit(() -> log.add("never"));
        loop.submit(() -> log.add("cancelled")).cancel(/* mayInterruptIfRunning= */ false);

        loop.close();

        assertThat(owner.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.task()).isEqualTo("a lambda of CarriedLoopTests");
            assertThat(failure.thrown())
                    .hasMessage(
                            "loop \"jdk\" was closed, and 2 of its tasks never ran, since it waited in vain for a turn on"
                                    + " the executor (a lambda of CarriedLoopTests); let that run them before the test ends, or"
                                    + " cancel them");
        });
        assertThat(log).isEmpty();
    }

    @Test
    void endsItsCoroutinesThoughTheCarrierNeverRunsItsTurn() throws Exception {
        CompletableFuture<String> gate = loop.newFuture();
        CompletableFuture<String> body = loop.async(() -> {
            try {
                return EventLoop.await(gate);
            } finally {
                log.add("cleaned up");
            }
        });
        runNext();

        loop.close();

        assertThat(loop.isTerminated()).isTrue();
        assertThat(body).isCompletedExceptionally();
        assertThat(log).containsExactly("cleaned up");
    }

    @Test
    void runsTheStepsOfACoroutineInTurns() throws Exception {
        CompletableFuture<String> gate = loop.newFuture();
        CompletableFuture<String> body = loop.async(() -> {
            log.add("before " + loop.inEventLoop());
            String awaited = EventLoop.await(gate);
            log.add("after " + loop.inEventLoop());
            return awaited;
        });

        runNext();
        log.add("suspended");
        gate.complete("purr");
        assertThat(body).isNotDone();
        runNext();

        assertThat(log).containsExactly("before true", "suspended", "after true");
        assertThat(Bounded.get(body)).isEqualTo("purr");
    }

    @Test
    void saysWhoKeepsItWaiting() {
        assertThat(loop.state().carrier()).isNull();
        loop.execute(() -> {});

        assertThat(loop.state().carrier()).isEqualTo("the executor (a lambda of CarriedLoopTests)");
        assertThat(loop.state().idleFor()).isNull();

        runNext();
        assertThat(loop.state().carrier()).isNull();
        assertThat(loop.state().idleFor()).isNotNull();
    }

    @Test
    void reportsWhatATaskThrowsAndKeepsItFromTheCarrier() {
        IllegalStateException thrown = new IllegalStateException("no more lives");
        loop.execute(() -> {
            throw thrown;
        });
        loop.execute(() -> log.add("next"));

        runNext();

        assertThat(owner.reported()).containsExactly(thrown);
        assertThat(log).containsExactly("next");
    }

    @Test
    void timesOutItsFutures() throws Exception {
        CompletableFuture<String> future = loop.<String>newFuture().orTimeout(1, TimeUnit.MILLISECONDS);

        take().run();

        assertThatThrownBy(() -> Bounded.get(future)).hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void cannotHaveVirtualTime() {
        LoopOwner virtual = new RecordingOwner() {
            @Override
            public Kernel kernel() {
                return new Kernel(Instant.EPOCH, 1, true, new Patience(Duration.ZERO, Duration.ZERO));
            }
        };

        assertThatIllegalStateException()
                .isThrownBy(() ->
                        EventLoopFactory.onExecutor("executor", given::add).open(virtual))
                .withMessage(
                        "a loop that the executor (a lambda of CarriedLoopTests) carries cannot have virtual time; its"
                                + " factory is to say so by noVirtualTime()");
    }

    // Carriers that refuse

    @Test
    void refusesAnExecutorThatRunsOnTheCallersStack() {
        EventLoop direct =
                EventLoopFactory.onExecutor("executor", Runnable::run).open(owner);

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> direct.execute(() -> log.add("inside")))
                .withMessage(
                        "a lambda of CarriedLoopTests was submitted to loop \"jdk\" and rejected, since the executor (a lambda"
                                + " of CarriedLoopTests) did not take a turn: it runs what it is given at once, on the thread"
                                + " that gives it, as Runnable::run and CallerRunsPolicy do; a loop needs a thread other than"
                                + " that of whoever submits to it");

        direct.close();
        assertThat(log).isEmpty();
        assertThat(direct.isTerminated()).isTrue();
        assertThat(owner.failures()).isEmpty();
    }

    @Test
    void rejectsATaskThatAloneWasToRunInATurnThatIsRefusedAndGoesOn() {
        EventLoop refused = EventLoopFactory.onExecutor("executor", executor).open(owner);

        executor.refuses = true;
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> refused.execute(() -> log.add("rejected")))
                .withMessage(
                        "a lambda of CarriedLoopTests was submitted to loop \"jdk\" and rejected, since the executor"
                                + " (CarriedLoopTests.Refusing) did not take a turn: " + executor.refusal)
                .withCause(executor.refusal);
        executor.refuses = false;
        refused.execute(() -> log.add("accepted"));
        runNext();

        assertThat(log).containsExactly("accepted");
        assertThat(owner.failures()).isEmpty();
        assertThat(refused.isQuiet()).isTrue();
        refused.close();
    }

    @Test
    void rejectsWhereTheCarrierIsBroken() {
        NoClassDefFoundError broken = new NoClassDefFoundError("Toolkit");
        EventLoop refused = EventLoopFactory.onExecutor("executor", turn -> {
                    throw broken;
                })
                .open(owner);

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> refused.execute(() -> {}))
                .withCause(broken);

        refused.close();
        assertThat(refused.isTerminated()).isTrue();
    }

    @Test
    void givesATurnAgainThatIsRefusedForNow() throws Exception {
        EventLoop refused = EventLoopFactory.onExecutor("executor", executor).open(owner);
        refused.execute(() -> {
            executor.refuses = true;
            refused.execute(() -> log.add("second"));
        });
        runNext();
        String waits = "the executor (CarriedLoopTests.Refusing), which did not take it: " + executor.refusal;
        Bounded.until(() -> waits.equals(refused.state().carrier())); // it is asked again meanwhile, and refuses again
        assertThat(refused.state().idleFor()).isNull();

        executor.refuses = false;
        take().run();

        assertThat(log).containsExactly("second");
        assertThat(refused.state().carrier()).isNull();
        assertThat(owner.failures()).isEmpty();
        refused.close();
    }

    @Test
    void keepsTheOrderOfWhatComesWhileTurnsAreRefused() throws Exception {
        EventLoop refused = EventLoopFactory.onExecutor("executor", executor).open(owner);
        refused.execute(() -> {
            executor.refuses = true;
            refused.execute(() -> log.add("first"));
        });
        runNext();

        refused.execute(() -> log.add("second"));
        executor.refuses = false;
        refused.execute(() -> log.add("third"));
        take().run();

        assertThat(log).containsExactly("first", "second", "third");
        refused.close();
    }

    @Test
    void firesATimerLaterWhoseTurnIsRefused() throws Exception {
        executor.refuses = true;
        EventLoop refused = EventLoopFactory.onExecutor("executor", executor).open(owner);
        Future<?> timer = refused.schedule(() -> log.add("fired"), 1, TimeUnit.MILLISECONDS);
        Bounded.until(() -> executor.refused.get() > 1);

        executor.refuses = false;
        take().run();

        assertThat(log).containsExactly("fired");
        assertThat(timer).isDone();
        refused.close();
    }

    @Test
    void resumesACoroutineLaterWhoseTurnIsRefused() throws Exception {
        EventLoop refused = EventLoopFactory.onExecutor("executor", executor).open(owner);
        CompletableFuture<String> gate = new CompletableFuture<>();
        CompletableFuture<String> body = refused.async(() -> EventLoop.await(gate));
        runNext();
        executor.refuses = true;
        gate.complete("purr");
        assertThat(executor.refused).hasPositiveValue();

        executor.refuses = false;
        take().run();

        assertThat(body).isCompletedWithValue("purr");
        refused.close();
    }

    @Test
    void endsWhereTurnsAreRefusedUntilItIsClosed() throws Exception {
        EventLoop refused = EventLoopFactory.onExecutor("executor", executor).open(owner);
        List<Future<?>> pending = new ArrayList<>();
        pending.add(refused.newFuture());
        refused.execute(() -> {
            executor.refuses = true;
            pending.add(refused.submit(() -> log.add("never")));
        });
        runNext();

        refused.close();

        assertThat(refused.isTerminated()).isTrue();
        assertThat(pending).hasSize(2).allMatch(Future::isCancelled);
        String because = "the executor (CarriedLoopTests.Refusing) did not take a turn: " + executor.refusal;
        assertThat(owner.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.task()).isEqualTo("a turn on the executor (CarriedLoopTests.Refusing)");
            assertThat(failure.thrown())
                    .hasMessage("loop \"jdk\" has ended, and 1 of its tasks and timers never ran, since " + because
                            + "; let it take turns until the runner is closed")
                    .hasCause(executor.refusal);
        });
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> refused.execute(() -> log.add("too late")))
                .withMessage(
                        "a lambda of CarriedLoopTests was submitted to loop \"jdk\" of RecordingOwner, which has ended,"
                                + " since " + because + "; submit before that, or use a loop of the running test");
        assertThat(log).isEmpty();
    }

    @Test
    void endsWithoutAWordWhereOnlyCancelledTasksAreRefused() {
        EventLoop refused = EventLoopFactory.onExecutor("executor", executor).open(owner);
        refused.execute(() -> {
            executor.refuses = true;
            refused.submit(() -> log.add("never")).cancel(/* mayInterruptIfRunning= */ false);
        });
        runNext();

        refused.close();

        assertThat(refused.isTerminated()).isTrue();
        assertThat(owner.failures()).isEmpty();
    }

    @Test
    void forgetsARefusalOnceThereIsNothingToDo() {
        EventLoop refused = EventLoopFactory.onExecutor("executor", executor).open(owner);
        executor.refuses = true;
        Future<?> timer = refused.schedule(() -> log.add("never"), 1, TimeUnit.MILLISECONDS);
        Bounded.until(() -> executor.refused.get() > 1);

        timer.cancel(/* mayInterruptIfRunning= */ false);

        Bounded.until(() -> refused.state().idleFor() != null);
        assertThat(refused.state().carrier()).isNull();
        refused.close();
    }

    @Test
    void doesNotMindARefusalWhereNothingWasLost() {
        EventLoop refused = EventLoopFactory.onExecutor("executor", executor).open(owner);
        CompletableFuture<String> body = refused.async(() -> "done"); // leaves a thread, which has to be ended
        runNext();

        executor.refuses = true;
        refused.close();

        assertThat(refused.isTerminated()).isTrue();
        assertThat(body).isCompletedWithValue("done");
        assertThat(owner.failures()).isEmpty();
    }

    private void runNext() {
        given.remove().run();
    }

    private Runnable take() throws InterruptedException {
        Runnable turn = given.poll(Bounded.SECONDS, TimeUnit.SECONDS);
        assertThat(turn).as("the turn").isNotNull();
        return turn;
    }

    /** Takes what it is given, or not. */
    private static final class Refusing implements Executor {

        private final BlockingQueue<Runnable> given;
        private final RejectedExecutionException refusal;
        private final AtomicInteger refused = new AtomicInteger();
        private volatile boolean refuses;

        Refusing(BlockingQueue<Runnable> given, RejectedExecutionException refusal) {
            this.given = given;
            this.refusal = refusal;
        }

        @Override
        public void execute(Runnable task) {
            if (refuses) {
                refused.incrementAndGet();
                throw refusal;
            }
            given.add(task);
        }
    }
}

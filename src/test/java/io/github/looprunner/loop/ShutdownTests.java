package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ShutdownTests {

    private final RecordingOwner owner = new RecordingOwner();
    private final EventLoop loop = new JdkLoopFactory().open(owner);

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    @Tag("slow") // closing gives queued tasks time before it frees who waits
    void runsWhatIsQueuedAlsoWhereClosingHasFreedWhoWaits() throws Exception {
        CountDownLatch freed = new CountDownLatch(1);
        loop.newFuture().whenComplete((value, thrown) -> freed.countDown());
        CompletableFuture<String> running = loop.supply(() -> {
            Bounded.await(freed);
            return "ran";
        });
        CompletableFuture<String> queued = loop.supply(() -> "ran too");
        CompletableFuture<String> coroutine = loop.async(() -> "and this");

        loop.close();

        assertThat(running).isCompletedWithValue("ran");
        assertThat(queued).isCompletedWithValue("ran too");
        assertThat(coroutine).isCompletedWithValue("and this");
    }

    @Test
    void rejectsEverySubmissionAfterShutdown() {
        loop.shutdown();

        assertRejected(() -> loop.execute(() -> {}));
        assertRejected(() -> loop.submit(() -> {}));
        assertRejected(() -> loop.submit(() -> {}, "x"));
        assertRejected(() -> loop.submit(() -> "x"));
        assertRejected(() -> loop.schedule(() -> {}, 0, TimeUnit.SECONDS));
        assertRejected(() -> loop.schedule(() -> "x", 1, TimeUnit.SECONDS));
        assertRejected(() -> loop.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.SECONDS));
        assertRejected(() -> loop.scheduleWithFixedDelay(() -> {}, 1, 1, TimeUnit.SECONDS));
        assertRejected(() -> loop.supply(() -> "x"));
        assertRejected(() -> loop.async(() -> "x"));
        assertRejected(() -> loop.invokeAll(List.of(() -> "x")));
        assertRejected(() -> loop.invokeAny(List.of(() -> "x")));
    }

    @Test
    void doesNotRunACoroutineOffTheLoop() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CompletableFuture<String> signal = loop.newFuture();
        CompletableFuture<String> suspended = loop.async(() -> EventLoop.await(signal));
        CountDownLatch stuck = new CountDownLatch(1);
        loop.execute(() -> {
            stuck.countDown();
            Bounded.until(() -> mayEnd.getCount() == 0);
        });
        Bounded.await(stuck);
        CompletableFuture<String> unstarted = loop.async(() -> "ran");
        signal.complete("go on");

        List<Runnable> never = loop.shutdownNow();

        assertThat(never).hasSize(2).allSatisfy(step -> assertThatIllegalStateException()
                .isThrownBy(step::run)
                .withMessageContaining("can run on its loop only"));
        mayEnd.countDown();
        loop.close();
        assertThat(suspended).isDone();
        assertThat(unstarted).isDone();
    }

    @Test
    void freesWhoSubmittedWhileTheThreadFailedToStart() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch mayFail = new CountDownLatch(1);
        OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
        SingleThreadLoop unstartable = new SingleThreadLoop("jdk", owner, body -> {
            starting.countDown();
            Bounded.until(() -> mayFail.getCount() == 0);
            throw noThread;
        });
        CompletableFuture<Throwable> seenByFirst = CompletableFuture.supplyAsync(() -> {
            try {
                unstartable.execute(() -> {});
                return null;
            } catch (OutOfMemoryError e) {
                return e;
            }
        });
        Bounded.await(starting);

        Future<Integer> second = unstartable.submit(() -> 1);
        CompletableFuture<Integer> third = unstartable.supply(() -> 1);
        mayFail.countDown();

        assertThat(Bounded.get(seenByFirst)).isSameAs(noThread);
        assertThat(second).isCancelled();
        assertThat(third).isCancelled();
        assertThat(unstartable.isQuiet()).isTrue();
    }

    @Test
    void saysWhoShutTheLoopDown() {
        loop.shutdown();
        int line = new Throwable().getStackTrace()[0].getLineNumber() - 1;

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> loop.execute(() -> {}))
                .withMessage(
                        "a lambda of ShutdownTests was submitted to loop \"jdk\" of RecordingOwner, which was shut down"
                                + " at ShutdownTests.saysWhoShutTheLoopDown (ShutdownTests.java:" + line
                                + "); submit before that, or use a loop of the running test");
    }

    @Test
    void leavesTheLoopCurrentThatEndsAnotherOneThatWasNeverUsed() throws Exception {
        EventLoop unused = new JdkLoopFactory().open(owner);

        EventLoop current = Bounded.get(loop.submit(() -> {
            unused.close();
            return EventLoop.current();
        }));

        assertThat(current).isSameAs(loop);
    }

    @Test
    void runsWhatIsQueuedAfterShutdown() throws Exception {
        CountDownLatch release = block();
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 1000; i++) {
            int number = i;
            loop.execute(() -> ran.add(number));
        }

        loop.shutdown();

        assertThat(loop.isShutdown()).isTrue();
        assertThat(loop.isTerminated()).isFalse();
        release.countDown();
        assertTerminates();
        assertThat(ran).hasSize(1000).isSorted();
    }

    @Test
    void cancelsDelayedAndPeriodicTasksOnShutdown() throws Exception {
        ScheduledFuture<?> delayed = loop.schedule(() -> {}, 1, TimeUnit.HOURS);
        ScheduledFuture<?> rate = loop.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS);
        ScheduledFuture<?> delay = loop.scheduleWithFixedDelay(() -> {}, 1, 1, TimeUnit.HOURS);

        loop.shutdown();

        assertTerminates();
        assertThat(List.of(delayed, rate, delay)).allMatch(Future::isCancelled);
        assertThat(loop.state().timerCount()).isZero();
    }

    @Test
    void endsARunningPeriodicTaskOnShutdown() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        ScheduledFuture<?> periodic = loop.scheduleAtFixedRate(
                () -> {
                    runs.incrementAndGet();
                    running.countDown();
                    awaitUninterrupted(release);
                },
                0,
                1,
                TimeUnit.NANOSECONDS);
        Bounded.await(running);

        loop.shutdown();

        release.countDown();
        assertTerminates();
        assertThat(periodic.isCancelled()).isTrue();
        assertThat(runs).hasValue(1);
    }

    @Test
    void runsTimersThatAreDueAtShutdown() throws Exception {
        CountDownLatch release = block();
        AtomicBoolean ran = new AtomicBoolean();
        loop.schedule(() -> ran.set(true), 0, TimeUnit.NANOSECONDS);

        loop.shutdown();

        release.countDown();
        assertTerminates();
        assertThat(ran).isTrue();
    }

    @Test
    void returnsWhatNeverCommencedFromShutdownNow() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Runnable plain = () -> {};
        loop.execute(() -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                ended.complete(e);
            }
        });
        Bounded.await(started);
        loop.execute(plain);
        Future<?> submitted = loop.submit(() -> "x");
        ScheduledFuture<?> later = loop.schedule(() -> {}, 2, TimeUnit.HOURS);
        ScheduledFuture<?> sooner = loop.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS);

        List<Runnable> never = loop.shutdownNow();

        assertThat(never).containsExactly(plain, (Runnable) submitted, (Runnable) sooner, (Runnable) later);
        assertThat(never.get(0)).isSameAs(plain);
        assertThat(List.of(submitted, later, sooner)).noneMatch(Future::isDone);
        assertThat(Bounded.get(ended)).isInstanceOf(InterruptedException.class);
        assertTerminates();
    }

    @Test
    void letsTheCallerRunWhatShutdownNowReturned() throws Exception {
        CountDownLatch release = block();
        Future<String> submitted = loop.submit(() -> "ran after all");

        loop.shutdownNow().forEach(Runnable::run);

        release.countDown();
        assertThat(Bounded.get(submitted)).isEqualTo("ran after all");
    }

    @Test
    void shutsDownNowFromItsOwnTask() throws Exception {
        CompletableFuture<List<Runnable>> never = new CompletableFuture<>();
        CountDownLatch queued = new CountDownLatch(1);
        Runnable behind = () -> {};
        loop.execute(() -> {
            awaitUninterrupted(queued);
            never.complete(loop.shutdownNow());
        });
        loop.execute(behind);

        queued.countDown();

        assertThat(Bounded.get(never)).containsExactly(behind);
        assertTerminates();
    }

    @Test
    void terminatesAtOnceWhereItNeverRan() throws Exception {
        loop.shutdown();

        assertThat(loop.isShutdown()).isTrue();
        assertThat(loop.isTerminated()).isTrue();
        assertThat(loop.awaitTermination(0, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.shutdownNow()).isEmpty();
    }

    @Test
    void tellsAnInterruptedThreadThatItHasTerminated() throws Exception {
        loop.shutdown();
        Thread.currentThread().interrupt();

        boolean terminated = loop.awaitTermination(1, TimeUnit.SECONDS);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(terminated).isTrue();
    }

    @Test
    void givesUpAwaitingTerminationAfterTheTimeout() throws Exception {
        CountDownLatch release = block();

        boolean whileOpen = loop.awaitTermination(1, TimeUnit.MILLISECONDS);
        loop.shutdown();
        boolean whileBusy = loop.awaitTermination(1, TimeUnit.MILLISECONDS);
        boolean withoutWait = loop.awaitTermination(-1, TimeUnit.SECONDS);

        assertThat(List.of(whileOpen, whileBusy, withoutWait)).containsOnly(false);
        release.countDown();
        assertTerminates();
    }

    @Test
    void shutsDownAnyNumberOfTimes() throws Exception {
        loop.execute(() -> {});

        loop.shutdown();
        loop.shutdown();
        loop.shutdownNow();
        loop.close();
        loop.close();

        assertThat(loop.isTerminated()).isTrue();
    }

    @Test
    void endsItsThreadInClose() throws Exception {
        for (int round = 0; round < 200; round++) {
            EventLoop closed = new JdkLoopFactory().open(owner);
            Thread thread = Bounded.get(closed.submit(Thread::currentThread));

            closed.close();

            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void onlyShutsDownWhereItsOwnTaskClosesIt() throws Exception {
        AtomicBoolean ranAfter = new AtomicBoolean();
        Future<?> closing = loop.submit(() -> {
            loop.execute(() -> ranAfter.set(true));
            loop.close();
            assertThat(loop.isShutdown()).isTrue();
            assertThat(loop.isTerminated()).isFalse();
        });

        Bounded.get(closing);

        assertTerminates();
        assertThat(ranAfter).isTrue();
    }

    @Test
    void keepsTheInterruptOfWhoCloses() throws Exception {
        Thread thread = Bounded.get(loop.submit(Thread::currentThread));
        Thread.currentThread().interrupt();

        loop.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    @Tag("slow") // close waits two seconds before it interrupts
    void interruptsInCloseWhatDoesNotEnd() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        loop.execute(() -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                ended.complete(e);
            }
        });
        Bounded.await(started);

        loop.close();

        assertThat(Bounded.get(ended)).isInstanceOf(InterruptedException.class);
        assertThat(loop.isTerminated()).isTrue();
    }

    @Test
    void freesInCloseWhoWaitsForItsFutures() throws Exception {
        CompletableFuture<String> open = loop.newFuture();
        CompletableFuture<String> adopted = loop.adopt(new CompletableFuture<String>());
        CompletableFuture<Integer> derived = open.thenApply(String::length);

        loop.close();

        for (Future<?> freed : List.of(open, adopted)) {
            assertThatThrownBy(() -> Bounded.get(freed))
                    .isInstanceOf(CancellationException.class)
                    .hasStackTraceContaining("loop \"jdk\" was closed before this completed");
        }
        assertThat(derived).isCompletedExceptionally();
    }

    @Test
    void freesATaskOfItsOwnThatWaitsForItsFuture() throws Exception {
        CompletableFuture<String> open = loop.newFuture();
        EventLoop other = new JdkLoopFactory().open(new RecordingOwner());
        Future<String> waiter = other.submit(() -> open.get());

        loop.close();

        assertThatThrownBy(() -> Bounded.get(waiter)).hasRootCauseInstanceOf(CancellationException.class);
        other.close();
    }

    @Test
    void runsOrRejectsEveryTaskThatRacesAShutdown() throws Exception {
        for (int round = 0; round < 150; round++) {
            assertRunOrRejected(/* now= */ false);
        }
    }

    @Test
    void runsReturnsOrRejectsEveryTaskThatRacesAShutdownNow() throws Exception {
        for (int round = 0; round < 150; round++) {
            assertRunOrRejected(/* now= */ true);
        }
    }

    @Test
    void runsCancelsOrRejectsEveryTimerThatRacesAShutdown() throws Exception {
        for (int round = 0; round < 200; round++) {
            EventLoop racing = new JdkLoopFactory().open(new RecordingOwner("race", "jdk", false));
            CyclicBarrier barrier = new CyclicBarrier(3);
            List<Future<?>> accepted = Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (int producer = 0; producer < 2; producer++) {
                threads.add(start(() -> {
                    Bounded.await(barrier);
                    try {
                        for (int i = 0; i < 50; i++) {
                            accepted.add(racing.schedule(() -> {}, i % 3, TimeUnit.MICROSECONDS));
                        }
                    } catch (RejectedExecutionException late) {
                        // that is one of the two ends
                    }
                }));
            }

            Bounded.await(barrier);
            racing.shutdown();

            for (Thread thread : threads) {
                Bounded.join(thread);
            }
            assertThat(racing.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(accepted).allMatch(Future::isDone);
        }
    }

    @Test
    void doesNotLoseTheFirstTaskThatRacesAShutdown() throws Exception {
        for (int round = 0; round < 500; round++) {
            EventLoop racing = new JdkLoopFactory().open(new RecordingOwner("race", "jdk", false));
            CyclicBarrier barrier = new CyclicBarrier(2);
            AtomicInteger ran = new AtomicInteger();
            AtomicInteger rejected = new AtomicInteger();
            Thread submitter = start(() -> {
                Bounded.await(barrier);
                try {
                    racing.execute(ran::incrementAndGet);
                } catch (RejectedExecutionException late) {
                    rejected.incrementAndGet();
                }
            });

            Bounded.await(barrier);
            racing.shutdown();

            Bounded.join(submitter);
            assertThat(racing.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(ran.get() + rejected.get()).isEqualTo(1);
        }
    }

    @Test
    void closesAtOnceWhereItsThreadCouldNotBeStarted() {
        EventLoop broken = EventLoopFactory.onThreads("broken", body -> null).open(owner);

        assertThatIllegalStateException().isThrownBy(() -> broken.execute(() -> {}));

        assertThat(broken.isTerminated()).isTrue();
        assertRejected(() -> broken.execute(() -> {}));
        broken.close();
    }

    private static void assertRunOrRejected(boolean now) throws Exception {
        EventLoop racing = new JdkLoopFactory().open(new RecordingOwner("race", "jdk", false));
        int producers = 4;
        CyclicBarrier barrier = new CyclicBarrier(producers + 1);
        Set<Runnable> accepted = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
        Set<Runnable> ended = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
        List<Thread> threads = new ArrayList<>();
        for (int producer = 0; producer < producers; producer++) {
            threads.add(start(() -> {
                Bounded.await(barrier);
                try {
                    for (int i = 0; i < 200; i++) {
                        Runnable task = new Runnable() {
                            @Override
                            public void run() {
                                assertThat(ended.add(this)).isTrue();
                            }
                        };
                        racing.execute(task);
                        accepted.add(task);
                    }
                } catch (RejectedExecutionException late) {
                    // that is one of the two ends
                }
            }));
        }

        Bounded.await(barrier);
        if (now) {
            ended.addAll(racing.shutdownNow());
        } else {
            racing.shutdown();
        }

        for (Thread thread : threads) {
            Bounded.join(thread);
        }
        assertThat(racing.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(ended).hasSameSizeAs(accepted).containsAll(accepted);
    }

    private static Thread start(Runnable body) {
        Thread thread = new Thread(body, "producer");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void assertTerminates() throws InterruptedException {
        assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.isTerminated()).isTrue();
        assertThat(loop.isShutdown()).isTrue();
    }

    private static void assertRejected(ThrowingCallable call) {
        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(call);
    }

    private CountDownLatch block() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        loop.execute(() -> {
            started.countDown();
            awaitUninterrupted(release);
        });
        Bounded.await(started);
        return release;
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        while (true) {
            try {
                Bounded.await(latch);
                return;
            } catch (InterruptedException e) {
                // shutdownNow interrupts; the test decides when this ends
            }
        }
    }
}

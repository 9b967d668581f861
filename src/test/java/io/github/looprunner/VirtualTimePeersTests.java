package io.github.looprunner;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.await;
import static io.github.looprunner.Coroutine.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Hold;
import io.github.looprunner.testing.Bounded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What other systems with virtual time get wrong, case by case, as a user would write it. */
@VirtualTime
@Timeout(60)
class VirtualTimePeersTests {

    private static final long FALSE_JUMP = 5; // the seconds of a timeout that fires only where time jumps falsely

    private final List<String> seen = new ArrayList<>(); // one loop at a time writes to it

    /** Work that no virtual clock counts: others jump past it, and the timeout fires. */
    @Nested
    class WorkOutside {

        @Test
        void isWaitedForWhereTheLoopStartedTheThread(LoopRunner runner) {
            CompletableFuture<String> reply = runner.loop().newFuture();
            runner.execute(() -> new Thread(() -> {
                        workFor(50);
                        reply.complete("done");
                    })
                    .start());

            assertThat(runner.runCoroutine(reply.orTimeout(FALSE_JUMP, SECONDS)))
                    .isEqualTo("done");
            assertThat(runner.time().elapsed()).isZero();
        }

        @Test
        void isWaitedForWhereTheTestHoldsTime(LoopRunner runner) {
            CompletableFuture<String> reply = runner.loop().newFuture();
            Hold hold = runner.hold("a thread computes");
            new Thread(() -> {
                        workFor(50);
                        reply.complete("done");
                        hold.close();
                    })
                    .start();

            assertThat(runner.runCoroutine(reply.orTimeout(FALSE_JUMP, SECONDS)))
                    .isEqualTo("done");
            assertThat(runner.time().elapsed()).isZero();
        }

        @Test
        void isWaitedForInATrackedExecutor(LoopRunner runner) {
            Executor tracked = runner.track(pool(runner));
            CompletableFuture<String> reply = runner.loop()
                    .adopt(CompletableFuture.supplyAsync(
                                    () -> {
                                        workFor(20);
                                        return "Garfield";
                                    },
                                    tracked)
                            .thenApplyAsync(
                                    name -> {
                                        workFor(20);
                                        return name + " naps";
                                    },
                                    tracked));

            assertThat(runner.runCoroutine(reply.orTimeout(FALSE_JUMP, SECONDS)))
                    .isEqualTo("Garfield naps");
            assertThat(runner.time().elapsed()).isZero();
        }

        @Test
        void leavesTheLoopFreeMeanwhile(LoopRunner runner) {
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<String> reply = runner.blocking(() -> {
                Bounded.await(go);
                return "done";
            });
            runner.execute(() -> runner.loop().execute(go::countDown));

            assertThat(runner.runCoroutine(reply)).isEqualTo("done");
        }

        @Test
        void releasesTimeWhereItFails(LoopRunner runner) {
            CompletableFuture<String> reply = runner.blocking(() -> {
                throw new IOException("disk full");
            });

            assertThatThrownBy(() -> runner.runCoroutine(reply)).isInstanceOf(IOException.class);
            napAnHour(runner);
        }

        @Test
        void releasesTimeWhereAnExecutorRefusesIt(LoopRunner runner) {
            Executor tracked = runner.track(task -> {
                throw new RejectedExecutionException("full");
            });

            assertThatThrownBy(() -> tracked.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
            napAnHour(runner);
        }

        @Test
        void releasesTimeWhereATrackedTaskFails(LoopRunner runner) {
            CompletableFuture<String> failed = CompletableFuture.supplyAsync(
                    () -> {
                        throw new AssertionError("no more lives");
                    },
                    runner.track(pool(runner)));

            assertThatThrownBy(() -> runner.runCoroutine(failed)).hasMessage("no more lives");
            napAnHour(runner);
        }

        @Test
        void isReleasedOnceHoweverOftenAHoldIsClosed(LoopRunner runner) {
            Hold first = runner.hold("first");
            Hold second = runner.hold("second");
            first.close();
            first.close();
            CompletableFuture<String> reply = runner.loop().newFuture();
            new Thread(() -> {
                        workFor(20);
                        reply.complete("done");
                        second.close();
                    })
                    .start();

            assertThat(runner.runCoroutine(reply.orTimeout(FALSE_JUMP, SECONDS)))
                    .isEqualTo("done");
        }

        /** The result comes, and the hold is closed, while the kernel decides whether to jump. */
        @Test
        void isNeverLateHoweverItsHoldIsClosed(LoopRunner runner) {
            ExecutorService pool = pool(runner);
            for (int round = 0; round < 2_000; round++) {
                CompletableFuture<Integer> reply = runner.loop().newFuture();
                reply.orTimeout(FALSE_JUMP, SECONDS);
                Hold hold = runner.hold("round");
                int value = round;
                pool.execute(() -> {
                    reply.complete(value);
                    hold.close();
                });

                assertThat(runner.runCoroutine(reply)).isEqualTo(value);
            }
            assertThat(runner.time().elapsed()).isZero();
        }

        @Test
        void maySubmitToALoopFromAnyThread(LoopRunner runner) {
            CompletableFuture<String> reply = runner.loop().newFuture();
            try (Hold hold = runner.hold("a thread submits")) {
                new Thread(() -> runner.execute(() -> {
                            seen.add("submitted");
                            reply.complete("done");
                        }))
                        .start();

                assertThat(runner.runCoroutine(reply)).isEqualTo("done");
            }
            assertThat(seen).containsExactly("submitted");
        }
    }

    /** Others hang in silence, or spin for ever; here a verdict comes, and says what it saw. */
    @Nested
    class NothingToWaitFor {

        @Test
        void isSaidAtOnceOfAForgottenFuture(LoopRunner runner) {
            LoopFailure failure = failureOf(runner, new CompletableFuture<String>());

            assertThat(failure.verdict()).isEqualTo(Verdict.NEVER);
        }

        @Test
        void isSaidBesideATicker(LoopRunner runner) {
            runner.loop().scheduleWithFixedDelay(() -> {}, 1, 1, SECONDS);

            LoopFailure failure = failureOf(runner, new CompletableFuture<String>());

            assertThat(failure.verdict()).isEqualTo(Verdict.ONLY_PERIODIC);
            assertThat(failure).hasMessageContaining("every PT1S, armed at VirtualTimePeersTests.java:");
        }

        @Test
        void isSaidBesideACoroutineThatTicks(LoopRunner runner) {
            runner.start(async(() -> {
                while (true) {
                    sleep(Duration.ofDays(1));
                }
            }));

            LoopFailure failure = failureOf(runner.within(Duration.ofMillis(500)), new CompletableFuture<String>());

            assertThat(failure.verdict()).isIn(Verdict.RAN_AWAY, Verdict.TIMED_OUT); // as fast as the machine is
        }

        @Test
        void isNotSaidOfATickerThatDoesItAtLast(LoopRunner runner) {
            CompletableFuture<String> reply = runner.loop().newFuture();
            AtomicInteger ticks = new AtomicInteger();
            runner.loop()
                    .scheduleAtFixedRate(
                            () -> {
                                if (ticks.incrementAndGet() == 100_000) {
                                    reply.complete("done");
                                }
                            },
                            1,
                            1,
                            SECONDS);

            assertThat(runner.runCoroutine(reply)).isEqualTo("done");
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofSeconds(100_000));
        }

        @Test
        void isSaidOfCoroutinesThatAwaitEachOther(LoopRunner runner) {
            AtomicReference<CompletableFuture<String>> second = new AtomicReference<>();
            CompletableFuture<String> first = runner.loop().async(() -> await(second.get()));
            second.set(runner.loop().async(() -> await(first)));

            assertThatThrownBy(() -> runner.runCoroutine(first))
                    .hasMessageContaining("wait for one another")
                    .hasMessageContaining("VirtualTimePeersTests.java:");
        }

        @Test
        void isSaidOfALoopThatWaitsForAnotherInVain(
                @Loop("client") LoopRunner client, @Loop("server") LoopRunner server) {
            LoopFailure failure = catchThrowableOfType(
                    LoopFailure.class, () -> client.call(() -> server.runCoroutine(new CompletableFuture<String>())));

            assertThat(failure.verdict()).isEqualTo(Verdict.NEVER);
        }

        @Test
        void leavesTheTestToGoOn(LoopRunner runner) {
            failureOf(runner, new CompletableFuture<String>());

            napAnHour(runner);
        }
    }

    /** Real IO that others take for nothing, or for work without an end. */
    @Nested
    class Sockets {

        @Test
        void doNotStopTimeWhereAServerOnlyWaits(LoopRunner runner) throws IOException {
            AsynchronousServerSocketChannel server = listen(runner);
            runner.call(() -> server.accept(null, new Echo()));

            napAnHour(runner);
        }

        @Test
        void areReadBeforeTimeJumps(@Loop("client") LoopRunner client, @Loop("server") LoopRunner server)
                throws IOException {
            AsynchronousServerSocketChannel listener = listen(server);
            server.call(() -> listener.accept(null, new Echo()));
            AsynchronousSocketChannel channel =
                    client.manage(AsynchronousSocketChannel.open(client.loop().channelGroup()));
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();

            client.runCoroutine(async(() -> {
                await(client.loop().adopt(connected(channel, address)).orTimeout(FALSE_JUMP, SECONDS));
                for (int round = 0; round < 20; round++) {
                    channel.write(ByteBuffer.wrap("who?".getBytes(UTF_8)));
                    await(client.loop().adopt(read(channel)).orTimeout(FALSE_JUMP, SECONDS));
                }
            }));

            assertThat(client.time().elapsed()).isZero();
        }
    }

    /** Where others leap, lag, or leave work behind when they move time. */
    @Nested
    class MovingTime {

        @Test
        void stopsAtEachDeadlineOfAnAdvance(LoopRunner runner) {
            runner.loop().schedule(() -> armAgain(runner, "first", 20), 10, SECONDS);
            runner.loop().schedule(() -> armAgain(runner, "second", 5), 20, SECONDS);

            runner.time().advanceBy(Duration.ofSeconds(30));

            assertThat(seen)
                    .containsExactly(
                            "first at PT10S",
                            "second at PT20S",
                            "after second at PT25S",
                            "after first at PT30S"); // the end of an advance belongs to it
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofSeconds(30));
        }

        @Test
        void hasRunAllThatFollowsWhenAnAdvanceReturns(LoopRunner runner, @Loop("other") LoopRunner other) {
            CompletableFuture<String> due = runner.loop().newFuture();
            due.thenApplyAsync(name -> name + " naps").thenAcceptAsync(seen::add, other.loop());
            runner.loop().schedule(() -> due.complete("Garfield"), 1, SECONDS);

            runner.time().advanceBy(Duration.ofSeconds(1));

            assertThat(seen).containsExactly("Garfield naps");
        }

        @Test
        void runsTimersOnTheirLoopNotOnTheCaller(LoopRunner runner) {
            AtomicReference<Thread> thread = new AtomicReference<>();
            runner.loop().schedule(() -> thread.set(Thread.currentThread()), 1, SECONDS);

            runner.time().advanceBy(Duration.ofSeconds(1));

            assertThat(thread).hasValue(runner.loop().thread());
        }

        @Test
        void firesAFixedRateAsOftenAsItMissedAfterAJump(LoopRunner runner) {
            runner.loop().scheduleAtFixedRate(() -> note(runner, "beat"), 1, 1, MINUTES);

            runner.time().jumpBy(Duration.ofSeconds(210));
            runner.time().advanceBy(Duration.ofSeconds(30));

            assertThat(seen).containsExactly("beat at PT3M30S", "beat at PT3M30S", "beat at PT3M30S", "beat at PT4M");
        }

        @Test
        void firesAFixedDelayOnceAfterAJumpAndCountsFromThere(LoopRunner runner) {
            runner.loop().scheduleWithFixedDelay(() -> note(runner, "beat"), 1, 1, MINUTES);

            runner.time().jumpBy(Duration.ofSeconds(210));
            runner.time().advanceBy(Duration.ofSeconds(60));

            assertThat(seen).containsExactly("beat at PT3M30S", "beat at PT4M30S");
        }

        @Test
        void addsUpTheTimeThatACallbackTakesToAFixedDelay(LoopRunner runner) {
            runner.loop()
                    .scheduleWithFixedDelay(
                            () -> {
                                note(runner, "beat");
                                runner.time().elapse(Duration.ofSeconds(10));
                            },
                            60,
                            60,
                            SECONDS);

            runner.time().advanceBy(Duration.ofSeconds(150));

            assertThat(seen).containsExactly("beat at PT1M", "beat at PT2M10S");
        }

        @Test
        void keepsItsOwnFromASecondDriver(LoopRunner runner) throws InterruptedException {
            Hold hold = runner.hold("so that the first one waits");
            Thread first = new Thread(() -> runner.time().advanceBy(Duration.ofSeconds(1)), "first");
            first.start();
            Bounded.until(() -> first.getState() == Thread.State.TIMED_WAITING);

            assertThatIllegalStateException()
                    .isThrownBy(() -> runner.time().jumpBy(Duration.ofSeconds(1)))
                    .withMessageContaining("advanceBy, called on thread \"first\" at VirtualTimePeersTests.");
            hold.close();
            runner.settle();
            Bounded.join(first);
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofSeconds(1));
        }

        @Test
        void firesNothingBecauseClocksAreSet(LoopRunner runner) {
            runner.loop().schedule(() -> note(runner, "beat"), 1, HOURS);

            runner.time().setWallClock(runner.time().now().plus(Duration.ofDays(1)));
            runner.settle();

            assertThat(seen).isEmpty();
            assertThat(runner.time().peekNext()).contains(Duration.ofHours(1));
        }

        @Test
        void failsTheTestForATimerThatFailsAfterHours(LoopRunner runner) {
            runner.loop().schedule(() -> fail("no more lives"), 5, HOURS);

            runner.time().advanceBy(Duration.ofHours(6));

            assertThat(runner.expectUncaught(IllegalStateException.class)).hasMessage("no more lives");
        }

        private void armAgain(LoopRunner runner, String name, int seconds) {
            note(runner, name);
            runner.loop().schedule(() -> note(runner, "after " + name), seconds, SECONDS);
        }
    }

    /** What happens at one instant, where others race or depend on how a heap breaks ties. */
    @Nested
    class OneInstant {

        @Test
        void firesTimersOfALoopInTheOrderInWhichTheyWereArmed(LoopRunner runner) {
            for (int i = 0; i < 100; i++) {
                String name = "timer " + i;
                runner.loop().schedule(() -> seen.add(name), 1, SECONDS);
            }

            runner.time().advanceBy(Duration.ofSeconds(1));

            assertThat(seen)
                    .isEqualTo(
                            IntStream.range(0, 100).mapToObj(i -> "timer " + i).toList());
        }

        @Test
        void letsACallbackCancelAnotherOfTheSameInstant(LoopRunner runner, @Loop("other") LoopRunner other) {
            List<ScheduledFuture<?>> timers = new ArrayList<>();
            runner.loop().schedule(() -> timers.forEach(timer -> timer.cancel(false)), 1, SECONDS);
            timers.add(runner.loop().schedule(() -> seen.add("cancelled"), 1, SECONDS));
            timers.add(other.loop().schedule(() -> seen.add("cancelled"), 1001, MILLISECONDS));

            runner.time().advanceBy(Duration.ofSeconds(2));

            assertThat(seen).isEmpty();
            assertThat(runner.time().peekNext()).isEmpty();
        }

        @Test
        void letsATimerArmAnotherForTheSameInstant(LoopRunner runner) {
            runner.loop().schedule(() -> countDown(runner, 3), 1, SECONDS);
            runner.loop().schedule(() -> note(runner, "later"), 1001, MILLISECONDS);

            runner.time().advanceBy(Duration.ofSeconds(2));

            assertThat(seen).containsExactly("3 at PT1S", "2 at PT1S", "1 at PT1S", "0 at PT1S", "later at PT1.001S");
        }

        @Test
        void isExactOnAllLoops(@Loop("a") LoopRunner a, @Loop("b") LoopRunner b, @Loop("c") LoopRunner c) {
            List<LoopRunner> all = List.of(a, b, c);
            for (LoopRunner each : all) {
                for (int i = 1; i <= 3; i++) {
                    each.loop().schedule(() -> note(each, "tick"), i * 1500L, MICROSECONDS);
                }
            }

            a.time().advanceBy(Duration.ofMillis(5));

            assertThat(seen).hasSize(9);
            assertThat(seen.subList(0, 3)).containsOnly("tick at PT0.0015S");
            assertThat(seen.subList(3, 6)).containsOnly("tick at PT0.003S");
            assertThat(seen.subList(6, 9)).containsOnly("tick at PT0.0045S");
        }

        @Test
        void prefersAResultToATimeoutThatWasArmedLater(LoopRunner runner) {
            CompletableFuture<String> reply = runner.loop().newFuture();
            runner.loop().schedule(() -> reply.complete("just in time"), 5, SECONDS);
            reply.orTimeout(5, SECONDS); // armed later, so it fires later

            assertThat(runner.runCoroutine(reply)).isEqualTo("just in time");
        }

        private void countDown(LoopRunner runner, int left) {
            note(runner, "" + left);
            if (left > 0) {
                runner.loop().schedule(() -> countDown(runner, left - 1), 0, SECONDS);
            }
        }
    }

    /** Counting is exact: naive detectors take the moment between two loops for rest. */
    @Nested
    class Hops {

        private static final int HOPS = 100_000;

        @Test
        void neverLetTimeJump(@Loop("a") LoopRunner a, @Loop("b") LoopRunner b, @Loop("c") LoopRunner c) {
            List<EventLoop> loops = List.of(a.loop(), b.loop(), c.loop());
            a.loop().schedule(() -> seen.add("jumped"), 1, HOURS);
            CompletableFuture<String> done = a.loop().newFuture();
            hop(loops, HOPS, done);

            assertThat(a.within(Duration.ofSeconds(50)).runCoroutine(done)).isEqualTo("done");

            assertThat(seen).isEmpty();
            assertThat(a.time().elapsed()).isZero();
        }

        private void hop(List<EventLoop> loops, int left, CompletableFuture<String> done) {
            loops.get(left % loops.size()).execute(() -> {
                if (left == 0) {
                    done.complete("done");
                } else {
                    hop(loops, left - 1, done);
                }
            });
        }
    }

    /** The test's thread blocks where no library of virtual time would look. */
    @Nested
    class ABlockedTest {

        @Test
        void isFreedFromALatch(LoopRunner runner) throws InterruptedException {
            CountDownLatch latch = new CountDownLatch(3);
            runner.execute(() -> {
                latch.countDown();
                runner.execute(() -> {
                    latch.countDown();
                    runner.execute(latch::countDown);
                });
            });

            Bounded.await(latch);
            assertThat(runner.time().elapsed()).isZero();
        }

        @Test
        void isFreedFromAQueue(LoopRunner runner) throws InterruptedException {
            SynchronousQueue<String> queue = new SynchronousQueue<>();
            new Thread(() -> runner.execute(() -> new Thread(() -> put(queue)).start())).start();

            assertThat(queue.poll(Bounded.SECONDS, SECONDS)).isEqualTo("Garfield");
        }

        @Test
        void isFreedFromFuturesOfTheJdkOverOurs(LoopRunner runner, @Loop("other") LoopRunner other) throws Exception {
            CompletableFuture<Void> all = CompletableFuture.allOf(
                    runner.loop().supply(() -> seen.add("one")), other.loop().supply(() -> seen.add("two")));

            Bounded.get(all);
            assertThat(seen).containsExactlyInAnyOrder("one", "two");
        }

        @Test
        void isFreedFromALockThatATaskHolds(LoopRunner runner) throws InterruptedException {
            ReentrantLock lock = new ReentrantLock();
            CompletableFuture<Void> held = runner.loop().newFuture();
            CompletableFuture<Void> asked = runner.loop().newFuture();
            runner.start(async(() -> {
                lock.lock();
                held.complete(null);
                await(asked);
                lock.unlock();
            }));
            runner.runCoroutine(held);
            runner.execute(() -> asked.complete(null));

            assertThat(lock.tryLock(Bounded.SECONDS, SECONDS)).isTrue();
        }

        @Test
        void isFreedFromAParallelStream(LoopRunner runner) {
            List<String> names = IntStream.range(0, 8)
                    .parallel()
                    .mapToObj(i -> runner.loop().supply(() -> "cat " + i).join())
                    .toList();

            assertThat(names)
                    .isEqualTo(IntStream.range(0, 8).mapToObj(i -> "cat " + i).toList());
        }

        @Test
        void isFreedFromAPoolWhoseTasksWaitForTheLoop(LoopRunner runner) throws Exception {
            ExecutorService pool = Executors.newFixedThreadPool(4);
            runner.manage(pool::shutdownNow);
            AtomicInteger counter = new AtomicInteger();

            List<Future<Integer>> replies =
                    pool.invokeAll(Collections.nCopies(16, () -> runner.call(counter::incrementAndGet)));

            assertThat(replies).hasSize(16).allSatisfy(reply -> assertThat(Bounded.get(reply))
                    .isPositive());
            assertThat(counter).hasValue(16);
        }

        @Test
        void isFreedFromAGetByItsBound(LoopRunner runner) {
            CompletableFuture<String> never = runner.loop().newFuture();
            try (Hold hold = runner.hold("somebody is at work")) {
                assertThatThrownBy(() -> never.get(50, MILLISECONDS)).isInstanceOf(TimeoutException.class);
            }
        }

        @Test
        void isToldThatOurFutureNeedsTime(LoopRunner runner) {
            CompletableFuture<String> later = runner.loop().newFuture();
            runner.loop().schedule(() -> later.complete("later"), 1, HOURS);

            assertThatIllegalStateException().isThrownBy(() -> later.get(5, SECONDS)); // at once, or after a silence
            assertThat(runner.time().elapsed()).isZero();
        }
    }

    /** Two loops that block on each other's work, where one thread has the turn. */
    @Nested
    class ABlockedLoop {

        @Test
        void mayHoldALockAcrossABlockingCall(@Loop("client") LoopRunner client, @Loop("server") LoopRunner server) {
            Object lock = new Object();
            CompletableFuture<String> first = client.loop().supply(() -> {
                synchronized (lock) {
                    return server.call(() -> "first");
                }
            });
            CompletableFuture<String> second = client.loop().supply(() -> {
                synchronized (lock) {
                    return "second";
                }
            });

            client.runCoroutine(client.loop().allOf(first, second));
            assertThat(second).isCompletedWithValue("second");
        }

        @Test
        void mayWaitForAnHourOfAnother(@Loop("client") LoopRunner client, @Loop("server") LoopRunner server) {
            String reply = client.call(() -> server.runCoroutine(async(() -> {
                sleep(Duration.ofHours(1));
                return "done";
            })));

            assertThat(reply).isEqualTo("done");
            assertThat(client.time().elapsed()).isEqualTo(Duration.ofHours(1));
        }

        @Test
        void isNamedWhereATaskBlocks(LoopRunner runner) {
            CountDownLatch stop = new CountDownLatch(1);
            runner.execute(() -> {
                try {
                    stop.await();
                } catch (InterruptedException e) {
                    seen.add("interrupted");
                }
            });

            LoopFailure failure = catchThrowableOfType(LoopFailure.class, () -> runner.within(Duration.ofMillis(200))
                    .call(() -> "never"));
            stop.countDown();

            assertThat(failure.verdict()).isEqualTo(Verdict.BLOCKED_LOOP);
            assertThat(failure).hasMessageContaining("VirtualTimePeersTests.java:");
        }
    }

    // Helpers

    private void note(LoopRunner runner, String what) {
        seen.add(what + " at " + runner.time().elapsed());
    }

    private static void napAnHour(LoopRunner runner) {
        Duration before = runner.time().elapsed();
        runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));
        assertThat(runner.time().elapsed().minus(before)).isEqualTo(Duration.ofHours(1));
    }

    private static LoopFailure failureOf(LoopRunner runner, CompletableFuture<String> future) {
        return catchThrowableOfType(LoopFailure.class, () -> runner.runCoroutine(future));
    }

    private static ExecutorService pool(LoopRunner runner) {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        runner.manage(pool::shutdownNow);
        return pool;
    }

    private static void fail(String message) {
        throw new IllegalStateException(message);
    }

    /** Is at work for some real milliseconds, of which virtual time knows nothing. */
    private static void workFor(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void put(SynchronousQueue<String> queue) {
        try {
            queue.put("Garfield");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static AsynchronousServerSocketChannel listen(LoopRunner runner) throws IOException {
        return runner.manage(AsynchronousServerSocketChannel.open(runner.loop().channelGroup())
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    private static CompletableFuture<Void> connected(AsynchronousSocketChannel channel, InetSocketAddress address) {
        CompletableFuture<Void> connected = new CompletableFuture<>();
        channel.connect(address, null, new Completes<>(connected));
        return connected;
    }

    private static CompletableFuture<Integer> read(AsynchronousSocketChannel channel) {
        CompletableFuture<Integer> read = new CompletableFuture<>();
        channel.read(ByteBuffer.allocate(64), null, new Completes<>(read));
        return read;
    }

    /** Completes a future as an operation on a channel ends. */
    private record Completes<T>(CompletableFuture<T> future) implements CompletionHandler<T, Object> {

        @Override
        public void completed(T result, Object none) {
            future.complete(result);
        }

        @Override
        public void failed(Throwable thrown, Object none) {
            future.completeExceptionally(thrown);
        }
    }

    /** Sends back what it reads, for ever. */
    private static final class Echo implements CompletionHandler<AsynchronousSocketChannel, Void> {

        @Override
        public void completed(AsynchronousSocketChannel channel, Void none) {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            channel.read(buffer, null, new CompletionHandler<Integer, Void>() {
                @Override
                public void completed(Integer read, Void none) {
                    if (read >= 0) {
                        channel.write(buffer.flip());
                        Echo.this.completed(channel, none);
                    }
                }

                @Override
                public void failed(Throwable thrown, Void none) {}
            });
        }

        @Override
        public void failed(Throwable thrown, Void none) {}
    }
}

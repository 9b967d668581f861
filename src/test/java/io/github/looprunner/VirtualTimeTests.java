package io.github.looprunner;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.await;
import static io.github.looprunner.Coroutine.sleep;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.VirtualTime.Mode;
import io.github.looprunner.loop.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

@Timeout(30)
@Isolated("threads of other tests could act, which changes the verdicts")
class VirtualTimeTests {

    private static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

    private final List<String> seen = new ArrayList<>();
    private final LoopRunner runner =
            LoopRunner.builder().name("CatTests.naps").virtualTime().start();

    @AfterEach
    void close() {
        runner.close();
    }

    // Automatic time

    @Test
    void napsAnHourInNoTime() {
        runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));

        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
        assertThat(runner.time().now()).isEqualTo(START.plus(Duration.ofHours(1)));
    }

    @Test
    void standsStillWhereNothingWaitsForTime() {
        runner.call(() -> seen.add("called"));
        runner.settle();

        assertThat(runner.time().elapsed()).isEqualTo(Duration.ZERO);
    }

    @Test
    void firesTimersByDeadlineOnTheLoopsThread() {
        CompletableFuture<Void> last = runner.loop().newFuture();
        runner.loop().schedule(() -> note("late"), 2, HOURS);
        runner.loop().schedule(() -> last.complete(null), 3, HOURS);
        runner.loop().schedule(() -> note("early"), 1, HOURS);

        runner.runCoroutine(last);

        assertThat(seen).containsExactly("early at PT1H true", "late at PT2H true");
    }

    @Test
    void timesFuturesOut() {
        CompletableFuture<String> never = runner.loop().newFuture();

        Throwable thrown = catchThrowable(() -> runner.runCoroutine(never.orTimeout(30, SECONDS)));

        assertThat(thrown).isInstanceOf(TimeoutException.class);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void showsOneTimeToAllCode() {
        Instant[] shown = new Instant[1];
        long before = runner.loop().nanoTime();
        runner.runCoroutine(async(() -> {
            sleep(Duration.ofMinutes(5));
            shown[0] = runner.loop().clock().instant();
        }));

        assertThat(shown[0]).isEqualTo(START.plus(Duration.ofMinutes(5)));
        assertThat(runner.loop().nanoTime() - before)
                .isEqualTo(Duration.ofMinutes(5).toNanos());
    }

    @Test
    void leavesWorkOfHoursToThousandsOfRetries() {
        AtomicInteger tries = new AtomicInteger();
        int done = runner.runCoroutine(async(() -> {
            while (tries.incrementAndGet() < 5_000) {
                sleep(Duration.ofSeconds(7));
            }
            return tries.get();
        }));

        assertThat(done).isEqualTo(5_000);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofSeconds(4_999 * 7L));
    }

    // Verdicts

    @Test
    void saysAtOnceThatNothingCanComplete() {
        CompletableFuture<String> never = runner.loop().newFuture();

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, () -> runner.runCoroutine(never));

        assertThat(failure.verdict()).isEqualTo(Verdict.NEVER);
        assertThat(failure)
                .hasMessageStartingWith(
                        "CatTests.naps can never complete: nothing is running, nothing is scheduled, and ")
                .hasMessageContaining("outside       : ");
    }

    @Test
    void saysThatOnlyPeriodicTimersAreLeft() {
        ScheduledFuture<?> heartbeat = runner.loop().scheduleAtFixedRate(() -> {}, 1, 1, SECONDS);
        CompletableFuture<String> never = runner.loop().newFuture();

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, () -> runner.runCoroutine(never));
        heartbeat.cancel(false);

        assertThat(failure.verdict()).isEqualTo(Verdict.ONLY_PERIODIC);
        assertThat(failure).hasMessageContaining("nothing but periodic timers fired, 1000000 times");
    }

    @Test
    void saysThatTimeRunsAway() {
        CompletableFuture<String> never = runner.loop().newFuture();
        Runnable[] again = new Runnable[1];
        again[0] = () -> runner.loop().schedule(again[0], 1, MILLISECONDS);
        runner.execute(again[0]);

        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class, () -> runner.within(Duration.ofMillis(900)).runCoroutine(never));

        assertThat(failure.verdict()).isEqualTo(Verdict.RAN_AWAY);
    }

    @Test
    void saysThatTimeRunsAwayAlsoWhereSomebodyInterrupts() {
        CompletableFuture<String> never = runner.loop().newFuture();
        Thread test = Thread.currentThread();
        AtomicLong fired = new AtomicLong();
        Runnable[] again = new Runnable[1];
        again[0] = () -> {
            if (fired.incrementAndGet() == 20_000) {
                test.interrupt();
            }
            runner.loop().schedule(again[0], 1, MILLISECONDS);
        };
        runner.execute(again[0]);

        Throwable thrown = catchThrowable(() -> runner.runCoroutine(never));

        assertThat(thrown).isInstanceOf(InterruptedException.class);
        assertThat(Messages.suppressedIn(thrown))
                .hasMessageStartingWith(
                        "CatTests.naps was interrupted while runCoroutine waited: virtual time ran on and"
                                + " on, by ");
    }

    @Test
    void failsAnAssertionAtOnceThatNothingCanChange() {
        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class,
                () -> runner.eventually(() -> assertThat(seen).hasSize(1)));

        assertThat(failure.verdict()).isEqualTo(Verdict.NEVER);
        assertThat(failure)
                .hasMessageContaining("can never see the assertion hold")
                .hasCauseInstanceOf(AssertionError.class);
    }

    @Test
    void checksAnAssertionAfterEachStep() {
        AtomicInteger counter = new AtomicInteger();
        for (int i = 1; i <= 5; i++) {
            runner.loop().schedule(counter::incrementAndGet, i, HOURS);
        }
        runner.eventually(() -> assertThat(counter).hasValue(3));

        assertThat(counter).hasValue(3);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(3));
    }

    // Several loops

    @Test
    void sharesOneTimelineAmongLoops() {
        Scope scope = runner.scope();
        var other = scope.open(io.github.looprunner.loop.EventLoopFactory.of("jdk"), "other");
        CompletableFuture<String> reply = other.newFuture();
        runner.loop().schedule(() -> other.schedule(() -> reply.complete("done"), 1, HOURS), 1, HOURS);

        assertThat(runner.runCoroutine(reply)).isEqualTo("done");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void neverJumpsWhileLoopsTalk() {
        Scope scope = runner.scope();
        var other = scope.open(io.github.looprunner.loop.EventLoopFactory.of("jdk"), "other");
        runner.loop().schedule(() -> seen.add("jumped"), 1, HOURS);
        CompletableFuture<String> done = runner.loop().newFuture();
        hop(20_000, done, other, runner.loop());

        runner.runCoroutine(done);

        assertThat(seen).isEmpty();
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ZERO);
    }

    private static void hop(
            int left,
            CompletableFuture<String> done,
            io.github.looprunner.loop.EventLoop to,
            io.github.looprunner.loop.EventLoop from) {
        to.execute(() -> {
            if (left == 0) {
                done.complete("done");
            } else {
                hop(left - 1, done, from, to);
            }
        });
    }

    // The test's thread

    @Test
    void runsLoopsWhileTheTestIsBlockedElsewhere() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        runner.execute(ran::countDown);

        assertThat(ran.await(10, SECONDS)).isTrue();
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ZERO);
    }

    @Test
    void runsLoopsAtThisInstantForAJoinOfItsFuture() {
        CompletableFuture<String> soon = runner.loop().supply(() -> "soon");
        CompletableFuture<String> later = runner.loop().newFuture();
        runner.loop().schedule(() -> later.complete("later"), 1, HOURS);

        assertThat(soon.join()).isEqualTo("soon");
        assertThatIllegalStateException()
                .isThrownBy(later::join)
                .withMessageContaining("use runner.runCoroutine(future)");
        assertThat(runner.runCoroutine(later)).isEqualTo("later");
    }

    @Test
    void waitsForThreadsThatTheTestStarted() {
        CompletableFuture<String> reply = runner.loop().newFuture();
        Thread thread = new Thread(() -> {
            runner.call(() -> seen.add("from a thread"));
            reply.complete("done");
        });
        thread.start();

        assertThat(runner.runCoroutine(reply)).isEqualTo("done");
        assertThat(seen).containsExactly("from a thread");
    }

    // By hand

    @Test
    void advancesFromDeadlineToDeadline() {
        runner.loop().scheduleAtFixedRate(() -> note("beat"), 1, 1, HOURS);

        runner.time().advanceBy(Duration.ofMinutes(150));

        assertThat(seen).containsExactly("beat at PT1H true", "beat at PT2H true");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(150));
    }

    @Test
    void jumpsOverDeadlinesThatThenFireLate() {
        runner.loop().schedule(() -> note("beat"), 1, HOURS);

        runner.time().jumpBy(Duration.ofHours(3));

        assertThat(seen).containsExactly("beat at PT3H true");
    }

    @Test
    void advancesToTheNextDeadline() {
        runner.loop().schedule(() -> note("one"), 1, HOURS);
        runner.loop().schedule(() -> note("two"), 2, HOURS);

        assertThat(runner.time().peekNext()).contains(Duration.ofHours(1));
        assertThat(runner.time().advanceToNext()).isTrue();
        assertThat(seen).containsExactly("one at PT1H true");
        assertThat(runner.time().advanceToNext()).isTrue();
        assertThat(runner.time().advanceToNext()).isFalse();
    }

    @Test
    void elapsesInsideATask() {
        runner.loop().schedule(() -> note("due meanwhile"), 20, MILLISECONDS);
        runner.call(() -> {
            runner.time().elapse(Duration.ofMillis(30));
            seen.add("task");
        });
        runner.settle();

        assertThat(seen).containsExactly("task", "due meanwhile at PT0.03S true");
    }

    @Test
    void doesNotGoBackWhereATaskTakesLongerThanTheAdvance() {
        runner.loop().schedule(() -> runner.time().elapse(Duration.ofSeconds(30)), 1, SECONDS);

        runner.time().advanceBy(Duration.ofSeconds(10));

        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofSeconds(31));
    }

    @Test
    void waitsForTimersOnTheTestsThreadOnly() {
        Throwable thrown = catchThrowable(() -> runner.call(() -> runner.time().awaitPending(1)));

        assertThat(thrown)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("awaitPending was called on loop");
    }

    @Test
    void showsAnyYear() {
        runner.time().setWallClock(Instant.parse("2400-01-01T00:00:00Z"));

        assertThat(runner.loop().clock().instant()).isEqualTo(Instant.parse("2400-01-01T00:00:00Z"));
    }

    @Test
    void setsTheWallClock() {
        Instant set = Instant.parse("2026-01-01T00:00:00Z");
        runner.time().setWallClock(set);
        runner.time().advanceBy(Duration.ofSeconds(1));

        assertThat(runner.loop().clock().instant()).isEqualTo(set.plusSeconds(1));
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void waitsForTimersToBeArmed() {
        runner.execute(() -> runner.loop().schedule(() -> seen.add("fired"), 1, HOURS));

        runner.time().awaitPending(1);
        LoopFailure failure =
                catchThrowableOfType(LoopFailure.class, () -> runner.time().awaitPending(2));

        assertThat(failure.verdict()).isEqualTo(Verdict.NEVER);
        assertThat(seen).isEmpty();
    }

    @Test
    void waitsForTimersThatAnotherThreadArms() {
        new Thread(() -> {
                    LockSupport.parkNanos(MILLISECONDS.toNanos(100)); // of which virtual time knows nothing
                    runner.loop().schedule(() -> seen.add("fired"), 1, HOURS);
                })
                .start();

        runner.time().awaitPending(1);

        assertThat(runner.time().peekNext()).contains(Duration.ofHours(1));
    }

    @Test
    void movesNoTimeInManualMode() {
        try (LoopRunner manual = LoopRunner.builder().virtualTime(Mode.MANUAL).start()) {
            CompletableFuture<String> later = manual.loop().newFuture();
            manual.loop().schedule(() -> later.complete("later"), 1, HOURS);

            LoopFailure failure = catchThrowableOfType(LoopFailure.class, () -> manual.runCoroutine(later));
            manual.time().advanceBy(Duration.ofHours(1));

            assertThat(failure.verdict()).isEqualTo(Verdict.NEVER);
            assertThat(failure).hasMessageContaining("only the calls of runner.time() move time");
            assertThat(manual.runCoroutine(later)).isEqualTo("later");
        }
    }

    @Test
    void namesTheAnnotationInRealTime() {
        try (LoopRunner real = LoopRunner.builder().name("RealTests.naps").start()) {
            assertThatIllegalStateException()
                    .isThrownBy(real::time)
                    .withMessage("time was called in RealTests.naps, whose time is real; annotate the test with"
                            + " @VirtualTime, in another mode than REAL, or build the runner with virtualTime()");
        }
    }

    @Test
    void isOverOnceTheRunnerIsClosed() {
        Timeline time = runner.time();
        runner.close();

        assertThatIllegalStateException()
                .isThrownBy(runner::time)
                .withMessageStartingWith("the runner of CatTests.naps is closed, so it cannot answer time(...)");
        assertThatIllegalStateException()
                .isThrownBy(() -> time.advanceBy(Duration.ofHours(1)))
                .withMessageStartingWith("the runner of CatTests.naps is closed, so it cannot move time");
        assertThatIllegalStateException().isThrownBy(() -> time.awaitPending(1));
        assertThat(time.elapsed()).isEqualTo(Duration.ZERO);
    }

    // Outside

    @Test
    void standsWhileSomebodyHoldsIt() {
        CompletableFuture<String> reply = runner.loop().newFuture();
        reply.orTimeout(5, SECONDS);
        Hold hold = runner.hold("a thread of the test computes");
        CountDownLatch go = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            awaitUninterrupted(go);
            reply.complete("done");
            hold.close();
        });
        thread.start();
        runner.execute(go::countDown);

        assertThat(runner.runCoroutine(reply)).isEqualTo("done");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ZERO);
    }

    @Test
    void standsWhileATrackedExecutorWorks() {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        runner.manage(pool::shutdownNow);
        CompletableFuture<Integer> reply = runner.loop().newFuture();
        runner.track(pool).execute(() -> reply.complete(busily()));

        assertThat(runner.runCoroutine(reply.orTimeout(1, MILLISECONDS))).isPositive();
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ZERO);
    }

    @Test
    void waitsForAForkJoinPoolThatComputes() {
        ForkJoinPool pool = new ForkJoinPool(1);
        runner.manage(pool::shutdownNow);
        CompletableFuture<Integer> reply =
                runner.loop().adopt(CompletableFuture.supplyAsync(VirtualTimeTests::busily, pool));

        assertThat(runner.runCoroutine(reply)).isPositive();
    }

    @Test
    void namesWhatHoldsTimeWhereTheBoundPasses() {
        CompletableFuture<String> later = runner.loop().newFuture();
        runner.loop().schedule(() -> later.complete("later"), 1, HOURS);
        LoopFailure failure;
        try (Hold forgotten = runner.hold("forgotten")) {
            failure = catchThrowableOfType(LoopFailure.class, () -> runner.within(Duration.ofMillis(50))
                    .runCoroutine(later));
        }

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(failure).hasMessageContaining("outside       : hold \"forgotten\" of VirtualTimeTests.");
    }

    @Test
    void standsWhileABlockingFunctionRuns() {
        int result = runner.runCoroutine(async(() -> {
            CompletableFuture<Integer> blocking = runner.blocking(VirtualTimeTests::busily);
            return await(blocking.orTimeout(1, MILLISECONDS));
        }));

        assertThat(result).isPositive();
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ZERO);
    }

    @Test
    void standsWhileAThreadWorksThatALoopStarted() {
        CompletableFuture<Integer> reply = runner.loop().newFuture();
        runner.execute(() -> new Thread(() -> reply.complete(busily())).start());

        assertThat(runner.runCoroutine(reply.orTimeout(1, MILLISECONDS))).isPositive();
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ZERO);
    }

    @Test
    void standsWhileTheCommonPoolWorks() {
        CompletableFuture<Integer> reply = runner.loop().newFuture();
        ForkJoinPool.commonPool().execute(() -> reply.complete(busily()));

        assertThat(runner.runCoroutine(reply.orTimeout(1, MILLISECONDS))).isPositive();
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ZERO);
    }

    @Test
    void tellsOfAHoldThatNobodyClosed() {
        runner.hold("the driver answers");

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure.verdict()).isEqualTo(Verdict.NOT_CLOSED);
        assertThat(failure)
                .hasMessageStartingWith(
                        "1 hold of CatTests.naps was never closed, so virtual time stood still for good")
                .hasMessageContaining("open          : hold \"the driver answers\" of VirtualTimeTests.");
    }

    @Test
    void seesWhatAThreadWritesWhileItHoldsTime() {
        AtomicInteger written = new AtomicInteger();
        CountDownLatch seen = new CountDownLatch(1);
        Hold hold = runner.hold("a thread that writes, and goes on");
        Thread thread = new Thread(() -> {
            written.set(1);
            awaitUninterrupted(seen); // closes only after the assertion has held
            hold.close();
        });
        runner.execute(thread::start);

        runner.eventually(() -> assertThat(written).hasValue(1));
        seen.countDown();
    }

    // The end of time

    @Test
    void reachesTheEndOfTimeAndNoFurther() {
        runner.time().jumpBy(Duration.ofDays(106_751)); // 292 years
        runner.loop().schedule(() -> seen.add("at the end"), Long.MAX_VALUE, TimeUnit.DAYS);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> runner.time().advanceBy(Duration.ofDays(1)))
                .withMessage(
                        "time (PT24H) reaches beyond the end of virtual time, which is 0 days from now; move less");
        runner.time().advanceToNext();

        assertThat(seen).containsExactly("at the end");
    }

    @Test
    void endsAnAdvanceAlthoughATaskTakesLongerThanItsPeriod() {
        runner.loop()
                .scheduleAtFixedRate(
                        () -> {
                            runner.time().elapse(Duration.ofSeconds(2));
                            note("slow");
                        },
                        1,
                        1,
                        SECONDS);

        runner.time().advanceBy(Duration.ofSeconds(4));

        assertThat(seen)
                .containsExactly("slow at PT3S true", "slow at PT5S true", "slow at PT7S true", "slow at PT9S true");
    }

    @Test
    void callsASleepASleep() {
        runner.time().advanceBy(Duration.ofSeconds(1));
        runner.start(async(() -> sleep(Duration.ofHours(1))));

        runner.settle();

        assertThat(runner.loop().state().timers())
                .singleElement()
                .asString()
                .contains("in 1h: the end of a sleep, armed at");
    }

    private void note(String what) {
        seen.add(what + " at " + runner.time().elapsed() + " " + runner.loop().inEventLoop());
    }

    /** Computes for some twenty milliseconds. */
    private static int busily() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
        int rounds = 0;
        while (System.nanoTime() < end) {
            rounds++;
        }
        return rounds;
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EventuallyTests {

    private static final int STEPS = 300;

    private final LoopRunner runner =
            LoopRunner.builder().name("HerdTests.adds").start();

    @AfterEach
    void closeRunner() {
        runner.close();
    }

    @Test
    void interruptsAnAssertionThatBlocks() {
        CompletableFuture<Integer> never = new CompletableFuture<>();

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, () -> runner.within(Duration.ofMillis(50))
                .eventually(() -> assertThat(never.get()).isEqualTo(1)));

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(failure)
                .hasMessageStartingWith(
                        "HerdTests.adds timed out after 50 ms: the assertion never held in time: a check"
                                + " did not return, and was interrupted\n")
                .hasMessageContaining("  next          : do not block in a check: wait for a future with"
                        + " runner.runCoroutine(future), and only look at what is there")
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void failsWhereAnAssertionHoldsOnlyLongAfterTheBound() {
        AtomicBoolean interrupted = new AtomicBoolean();

        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class, () -> runner.within(Duration.ofMillis(1)).eventually(() -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                    }
                    interrupted.set(true);
                }));

        assertThat(interrupted).isTrue();
        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void checksOnceWhereTheAssertionHolds() {
        AtomicInteger checks = new AtomicInteger();

        runner.eventually(checks::incrementAndGet);

        assertThat(checks).hasValue(1);
    }

    @Test
    void checksOnTheCallingThread() {
        AtomicReference<Thread> checkedOn = new AtomicReference<>();

        runner.eventually(() -> checkedOn.set(Thread.currentThread()));

        assertThat(checkedOn).hasValue(Thread.currentThread());
    }

    @Test
    void checksAgainAfterAStepOfTheLoop() {
        AtomicInteger steps = new AtomicInteger();
        long start = System.nanoTime();

        runner.eventually(() -> {
            if (steps.get() < STEPS) {
                runner.execute(steps::incrementAndGet); // each check asks for one step, and waits for it
                throw new AssertionError("not yet");
            }
        });

        // Where a check waited for the interval, which has grown to 100 ms after 7 checks, this took 29 s.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void checksAgainAfterAStepOfAnotherLoopOfItsScope() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        AtomicInteger steps = new AtomicInteger();
        long start = System.nanoTime();

        runner.eventually(() -> {
            if (steps.get() < STEPS) {
                other.execute(steps::incrementAndGet);
                throw new AssertionError("not yet");
            }
        });

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void seesWhatAForeignThreadWrites() {
        AtomicBoolean written = new AtomicBoolean();
        CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS).execute(() -> written.set(true));

        runner.eventually(() -> assertThat(written).isTrue());

        assertThat(written).isTrue();
    }

    @Test
    void takesAnExceptionAsNotYet() {
        AtomicInteger checks = new AtomicInteger();

        runner.eventually(() -> {
            if (checks.incrementAndGet() < 3) {
                throw new IOException("not yet");
            }
        });

        assertThat(checks).hasValue(3);
    }

    @Test
    void letsOtherErrorsPass() {
        AtomicInteger checks = new AtomicInteger();
        Error broken = new NoClassDefFoundError("Cat");

        Throwable thrown = catchThrowable(() -> runner.eventually(() -> {
            checks.incrementAndGet();
            throw broken;
        }));

        assertThat(thrown).isSameAs(broken);
        assertThat(checks).hasValue(1);
    }

    @Test
    void letsAnInterruptOfTheAssertionPass() {
        InterruptedException interrupt = new InterruptedException("in the assertion");

        Throwable thrown = catchThrowable(() -> runner.eventually(() -> {
            throw interrupt;
        }));

        assertThat(thrown).isInstanceOf(InterruptedException.class);
    }

    @Test
    void saysWhatTheAssertionSaidLast() {
        AssertionError notYet = new AssertionError("\nExpecting:\n  1\nto be:\n  2\n");

        LoopFailure failure = timeout(() -> {
            throw notYet;
        });

        assertThat(failure.verdict()).isEqualTo(Verdict.TIMED_OUT);
        assertThat(failure).hasCause(notYet);
        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                HerdTests.adds timed out after 20 ms: the assertion never held
                  waited at     : EventuallyTests.timeout (EventuallyTests.java:N)
                  loop "jdk"    : has run nothing; 0 ready, 0 timers
                  checked       : N times
                  last failure  : java.lang.AssertionError: Expecting: 1 to be: 2
                  next          : check that what it waits for still happens; or allow more time with runner.within(...)""");
    }

    @Test
    void givesTheLastOfSeveralFailuresAsTheCause() {
        AtomicInteger checks = new AtomicInteger();

        LoopFailure failure = timeout(() -> {
            throw new AssertionError("check " + checks.incrementAndGet());
        });

        assertThat(failure.getCause()).hasMessage("check " + checks.get());
    }

    @Test
    void doesNotTakeALongCheckForOneThatBlocks() {
        LoopFailure failure = timeout(() -> {
            long start = System.nanoTime();
            while (System.nanoTime() - start < Duration.ofMillis(150).toNanos()) {
                Thread.onSpinWait(); // longer than eventually looks on after the bound
            }
            throw new AssertionError("expected 3 but was 2");
        });

        assertThat(failure)
                .hasMessageStartingWith("HerdTests.adds timed out after 20 ms: the assertion never held\n")
                .hasCauseInstanceOf(AssertionError.class);
    }

    @Test
    void tellsLateFromNever() {
        AtomicLong firstCheck = new AtomicLong();
        AtomicBoolean holds = new AtomicBoolean();

        LoopFailure failure = timeout(() -> {
            firstCheck.compareAndSet(0, System.nanoTime());
            boolean late =
                    System.nanoTime() - firstCheck.get() > Duration.ofMillis(20).toNanos();
            assertThat(holds.getAndSet(late)).isTrue(); // holds one check after the bound has passed
        });

        assertThat(failure.verdict()).isEqualTo(Verdict.LATE);
        assertThat(Messages.of(failure))
                .startsWith("HerdTests.adds timed out after 20 ms: the assertion held N ms after that\n")
                .endsWith(
                        "\n  next          : allow more time with runner.within(...), or find out what takes so long");
    }

    @Test
    void checksOnceMoreAtTheBound() {
        AtomicInteger checks = new AtomicInteger();

        catchThrowable(() -> runner.within(Duration.ofNanos(1)).eventually(() -> {
            checks.incrementAndGet();
            throw new AssertionError("never");
        }));

        assertThat(checks.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    @Tag("slow") // looks at the interval between checks after it has grown to 100 ms
    void checksSeldomWhereNothingHappens() {
        AtomicInteger checks = new AtomicInteger();

        catchThrowable(() -> runner.within(Duration.ofMillis(500)).eventually(() -> {
            checks.incrementAndGet();
            throw new AssertionError("never");
        }));

        assertThat(checks.get()).isBetween(3, 30);
    }

    private LoopFailure timeout(CheckedRunnable assertion) {
        return catchThrowableOfType(
                LoopFailure.class, () -> runner.within(Duration.ofMillis(20)).eventually(assertion));
    }
}

package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.isTrue;
import static io.github.looprunner.checks.Trial.same;
import static io.github.looprunner.checks.Trial.thrown;

import io.github.looprunner.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Rules about periodic timers. */
final class PeriodicRules {

    private static final String SOURCE = "java.util.concurrent.ScheduledExecutorService";
    private static final long PERIOD = Duration.ofMillis(4).toNanos();
    private static final int RUNS = 25; // so many that a loop which is late does not look like one that is right
    private static final int MISSED = 8;
    private static final int TRIES = 10;

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "a fixed rate counts from the first deadline", PeriodicRules::fixedRate),
            Rule.of(SOURCE, "a fixed rate catches up with what it missed", PeriodicRules::catchesUp),
            Rule.of(SOURCE, "a fixed delay counts from the end of a run", PeriodicRules::fixedDelay),
            Rule.of(SOURCE, "a periodic timer that throws ends", PeriodicRules::endsOnFailure),
            Rule.of(SOURCE, "a period must be positive", PeriodicRules::positive));

    private PeriodicRules() {}

    private static void fixedRate(Trial trial) {
        EventLoop loop = trial.loop();
        List<Long> runs = Collections.synchronizedList(new ArrayList<>());
        long armed = loop.nanoTime();
        ScheduledFuture<?> series =
                loop.scheduleAtFixedRate(() -> runs.add(loop.nanoTime() - armed), PERIOD, PERIOD, TimeUnit.NANOSECONDS);
        trial.until(() -> runs.size() >= RUNS, "that a periodic timer runs " + RUNS + " times");
        series.cancel(false);
        for (int i = 0; i < RUNS; i++) {
            long due = (i + 1) * PERIOD;
            isTrue(
                    runs.get(i) >= due,
                    "run " + (i + 1) + " of a series not before " + due + " ns",
                    "it came after " + runs.get(i) + " ns");
        }
    }

    /** The machine may stall, so several tries have to fail; a loop that does not catch up fails them all. */
    private static void catchesUp(Trial trial) {
        long rest = MISSED * PERIOD;
        for (int i = 0; i < TRIES && rest >= (MISSED - 1) * PERIOD; i++) {
            rest = timeToCatchUp(trial);
        }
        isTrue(
                rest < (MISSED - 1) * PERIOD,
                "that " + MISSED + " runs that were missed come one after the other",
                "they took " + rest + " ns, at a period of " + PERIOD + " ns");
    }

    private static long timeToCatchUp(Trial trial) {
        EventLoop loop = trial.loop();
        List<Long> runs = Collections.synchronizedList(new ArrayList<>());
        ScheduledFuture<?> series = loop.scheduleAtFixedRate(
                () -> {
                    if (runs.isEmpty()) {
                        spin(loop, MISSED * PERIOD);
                    }
                    runs.add(loop.nanoTime());
                },
                0,
                PERIOD,
                TimeUnit.NANOSECONDS);
        trial.until(() -> runs.size() > MISSED, "that a periodic timer runs " + (MISSED + 1) + " times");
        series.cancel(false);
        return runs.get(MISSED) - runs.get(0);
    }

    private static void fixedDelay(Trial trial) {
        EventLoop loop = trial.loop();
        List<Long> rests = Collections.synchronizedList(new ArrayList<>());
        long[] ended = {loop.nanoTime()};
        ScheduledFuture<?> series = loop.scheduleWithFixedDelay(
                () -> {
                    rests.add(loop.nanoTime() - ended[0]);
                    spin(loop, PERIOD);
                    ended[0] = loop.nanoTime();
                },
                PERIOD,
                PERIOD,
                TimeUnit.NANOSECONDS);
        trial.until(() -> rests.size() >= 3, "that a periodic timer runs three times");
        series.cancel(false);
        for (long rest : List.copyOf(rests)) {
            isTrue(rest >= PERIOD, "a rest of " + PERIOD + " ns between two runs", rest + " ns");
        }
    }

    private static void endsOnFailure(Trial trial) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        IllegalStateException failure = new IllegalStateException("the second run fails");
        ScheduledFuture<?> series = trial.loop()
                .scheduleAtFixedRate(
                        () -> {
                            if (runs.incrementAndGet() == 2) {
                                throw failure;
                            }
                        },
                        0,
                        1,
                        TimeUnit.NANOSECONDS);
        ExecutionException thrown = thrown(
                ExecutionException.class,
                "get() of a series that failed",
                () -> series.get(trial.left(), TimeUnit.NANOSECONDS));
        same(failure, thrown.getCause(), "the cause");
        trial.loop().schedule(() -> {}, 2, TimeUnit.MILLISECONDS).get(trial.left(), TimeUnit.NANOSECONDS);
        equal(2, runs.get(), "the number of runs");
    }

    private static void positive(Trial trial) {
        EventLoop loop = trial.loop();
        for (long period : new long[] {0, -1}) {
            thrown(
                    IllegalArgumentException.class,
                    "scheduleAtFixedRate with a period of " + period,
                    () -> loop.scheduleAtFixedRate(() -> {}, 0, period, TimeUnit.SECONDS));
            thrown(
                    IllegalArgumentException.class,
                    "scheduleWithFixedDelay with a delay of " + period,
                    () -> loop.scheduleWithFixedDelay(() -> {}, 0, period, TimeUnit.SECONDS));
        }
    }

    private static void spin(EventLoop loop, long nanos) {
        long start = loop.nanoTime();
        while (loop.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
    }
}

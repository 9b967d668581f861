package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import reactor.test.scheduler.VirtualTimeScheduler;

/** How long a year takes under virtual time, in real seconds, when something beats in each of its 31 536 000 seconds. */
public final class YearOfHeartbeats {

    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration BOUND = Duration.ofMinutes(5);
    private static final int ROUNDS = 3;

    /** Whose virtual time. */
    enum Heart {
        /** This library's, moved by hand. */
        LOOP_RUNNER {
            @Override
            void beat(Counter beats) {
                try (LoopRunner runner = start(beats)) {
                    runner.within(BOUND).time().advanceBy(YEAR);
                }
            }
        },
        /** This library's, moved by a wait for what happens at the end of the year. */
        LOOP_RUNNER_AWAITED {
            @Override
            void beat(Counter beats) {
                try (LoopRunner runner = start(beats)) {
                    CompletableFuture<Void> newYear = runner.loop().newFuture();
                    long end = YEAR.toNanos() + 1; // after the last beat
                    runner.loop().schedule(() -> newYear.complete(null), end, TimeUnit.NANOSECONDS);
                    runner.within(BOUND).runCoroutine(newYear);
                }
            }
        },
        REACTOR {
            @Override
            void beat(Counter beats) {
                VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
                scheduler.schedulePeriodically(beats, 1, 1, TimeUnit.SECONDS);
                scheduler.advanceTimeBy(YEAR);
            }
        },
        RXJAVA {
            @Override
            void beat(Counter beats) {
                TestScheduler scheduler = new TestScheduler();
                scheduler.schedulePeriodicallyDirect(beats, 1, 1, TimeUnit.SECONDS);
                scheduler.advanceTimeBy(YEAR.toSeconds(), TimeUnit.SECONDS);
            }
        },
        /** Kotlin's: a coroutine that delays for a second, again and again. */
        RUN_TEST {
            @Override
            void beat(Counter beats) {
                beats.count = (int) (Coroutines.chain((int) YEAR.toSeconds(), 1_000) / 1_000);
            }
        };

        abstract void beat(Counter beats);

        private static LoopRunner start(Counter beats) {
            LoopRunner runner = LoopRunner.builder().virtualTime().start();
            runner.loop().scheduleAtFixedRate(beats, 1, 1, TimeUnit.SECONDS);
            return runner;
        }
    }

    private YearOfHeartbeats() {}

    /** Lets the hearts that are named beat, all if none is, for some years each. */
    public static void main(String[] arguments) {
        Heart[] hearts = arguments.length == 0
                ? Heart.values()
                : Arrays.stream(arguments).map(Heart::valueOf).toArray(Heart[]::new);
        System.out.println("| heart | first year s | best year s | ns a beat |");
        System.out.println("|---|---:|---:|---:|");
        double[][] years = new double[hearts.length][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < hearts.length; i++) {
                years[i][round] = year(hearts[i]);
            }
        }
        for (int i = 0; i < hearts.length; i++) {
            double first = years[i][0];
            double best = Arrays.stream(years[i]).min().orElseThrow();
            System.out.println(String.format(
                    Locale.ROOT, "| %s | %.1f | %.1f | %.0f |", hearts[i], first, best, best * 1e9 / YEAR.toSeconds()));
        }
    }

    private static double year(Heart heart) {
        Counter beats = new Counter();
        long start = System.nanoTime();
        heart.beat(beats);
        double time = (System.nanoTime() - start) / 1e9;
        if (beats.count != YEAR.toSeconds()) {
            throw new IllegalStateException(heart + " beat " + beats.count + " times");
        }
        return time;
    }
}

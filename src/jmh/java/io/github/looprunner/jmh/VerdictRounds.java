package io.github.looprunner.jmh;

import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.SeveralLoops;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * How long it takes, in real time, until a wait for what never comes ends with the verdict <em>can never complete</em>; with
 * a new runner for each verdict, as each test has one.
 */
public final class VerdictRounds {

    private static final int VERDICTS = 200;
    private static final int THREADS = 8;

    /** What else is there when the test waits. */
    enum Company {
        /** One loop. */
        NONE {
            @Override
            void join(LoopRunner runner) {}
        },
        /** Two more loops, each of which has run a task. */
        LOOPS {
            @Override
            void join(LoopRunner runner) {
                for (String name : new String[] {"second", "third"}) {
                    SeveralLoops.open(runner, name).execute(() -> {});
                }
            }
        },
        /** Ten thousand timers of the loop, one after the other, until none is left. */
        TIMERS {
            @Override
            void join(LoopRunner runner) {
                Executor again = link -> runner.loop().schedule(link, 1, TimeUnit.MILLISECONDS);
                new Relay(10_000, List.of(again), () -> {}).start();
            }
        },
        /** A pool of the test's own, whose threads are idle. */
        POOL {
            @Override
            void join(LoopRunner runner) {
                fill(manage(runner, Executors.newFixedThreadPool(THREADS)));
            }
        },
        /** A pool of the test's own, whose idle threads end in a minute. */
        CACHED_POOL {
            @Override
            void join(LoopRunner runner) {
                fill(manage(runner, Executors.newCachedThreadPool()));
            }
        },
        /** A pool that was made on the loop, so that its threads would hold time if they did anything. */
        POOL_OF_LOOP {
            @Override
            void join(LoopRunner runner) {
                runner.call(() -> fill(manage(runner, Executors.newFixedThreadPool(THREADS))));
            }
        };

        abstract void join(LoopRunner runner);

        private static ExecutorService manage(LoopRunner runner, ExecutorService pool) {
            runner.manage(pool::shutdownNow);
            return pool;
        }

        /** Starts all threads of a pool. */
        private static void fill(ExecutorService pool) {
            CompletableFuture<Void> all = new CompletableFuture<>();
            CompletableFuture<?>[] tasks = IntStream.range(0, THREADS)
                    .mapToObj(i -> CompletableFuture.runAsync(all::join, pool))
                    .toArray(CompletableFuture<?>[]::new);
            all.complete(null);
            CompletableFuture.allOf(tasks).join();
        }
    }

    private VerdictRounds() {}

    /** Measures the companies that are named, in this order; all if none is. The first one bears what a fresh process costs. */
    public static void main(String[] arguments) {
        System.out.println("| company | first ms | median ms | p90 ms | max ms |");
        System.out.println("|---|---:|---:|---:|---:|");
        Company[] companies = arguments.length == 0
                ? Company.values()
                : Arrays.stream(arguments).map(Company::valueOf).toArray(Company[]::new);
        for (Company company : companies) {
            measure(company);
        }
    }

    private static void measure(Company company) {
        double[] times = new double[VERDICTS];
        Arrays.setAll(times, i -> verdict(company) / 1e6);
        double first = times[0];
        Arrays.sort(times);
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.1f | %.1f |",
                company,
                first,
                times[VERDICTS / 2],
                times[VERDICTS * 9 / 10],
                times[VERDICTS - 1]));
    }

    /** Returns how long a wait took that was in vain, in nanoseconds. */
    private static long verdict(Company company) {
        try (LoopRunner runner = LoopRunner.builder().virtualTime().start()) {
            company.join(runner);
            CompletableFuture<String> never = runner.loop().newFuture();
            long start = System.nanoTime();
            try {
                throw new IllegalStateException("it came: " + runner.runCoroutine(never));
            } catch (LoopFailure failure) {
                long time = System.nanoTime() - start;
                if (failure.verdict() != LoopFailure.Verdict.NEVER) {
                    throw failure;
                }
                return time;
            }
        }
    }
}

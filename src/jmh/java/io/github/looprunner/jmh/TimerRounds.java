package io.github.looprunner.jmh;

import com.sun.management.ThreadMXBean;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.jmh.PairedRounds.Measurement;
import io.github.looprunner.loop.EventLoop;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * A million timers beside those of a peer, in turns, as {@link PairedRounds}.
 *
 * <p>What counts is the processor time of the threads that do the work, and the ratio within a round: on a machine that is
 * shared, it moves less than the time of day does in {@link TimerBenchmark} and {@link VirtualTimeBenchmark}.
 */
public final class TimerRounds {

    private static final PairedRounds ROUNDS = new PairedRounds(11, 8);
    private static final int TIMERS = 1_000_000;
    private static final Runnable NOTHING = () -> {};
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final long[] delays = new Random(1).longs(TIMERS, 60_000, 3_660_000).toArray(); // milliseconds
    private final List<String> wanted;
    private int left; // written by one thread at a time

    private TimerRounds(List<String> wanted) {
        this.wanted = wanted;
    }

    /** Runs the rounds of what contains an argument, such as {@code chain}; of all where there is none. */
    public static void main(String[] arguments) throws Exception {
        TimerRounds rounds = new TimerRounds(List.of(arguments));
        System.out.println("| a million timers | ours, ns | peer, ns | median ratio | worst ratio |");
        System.out.println("|---|---:|---:|---:|---:|");
        rounds.compare(
                "armed, then half of them cancelled", () -> rounds.onLoop(false), () -> rounds.onExecutor(false));
        rounds.compare("every other cancelled at once", () -> rounds.onLoop(true), () -> rounds.onExecutor(true));
        rounds.compare("virtual time: chain", rounds::chain, rounds::reactorChain);
        rounds.compare("virtual time: fan", rounds::fan, rounds::reactorFan);
    }

    private void compare(String what, Measurement ours, Measurement peers) throws Exception {
        if (wanted.isEmpty() || wanted.stream().anyMatch(what::contains)) {
            System.out.println("| " + what + " |" + ROUNDS.compare(() -> perTimer(ours), () -> perTimer(peers)));
        }
    }

    private static long perTimer(Measurement measurement) throws Exception {
        System.gc(); // what one leaves behind is not the other's
        return measurement.run() / TIMERS;
    }

    // Armed and cancelled, in real time

    private long onLoop(boolean atOnce) throws Exception {
        try (LoopRunner runner = LoopRunner.start()) {
            return armAndCancel(runner.loop(), atOnce);
        }
    }

    private long onExecutor(boolean atOnce) throws Exception {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
        executor.setRemoveOnCancelPolicy(true);
        try {
            return armAndCancel(executor, atOnce);
        } finally {
            executor.shutdownNow();
        }
    }

    private long armAndCancel(ScheduledExecutorService scheduler, boolean atOnce) throws Exception {
        scheduler.submit(NOTHING).get();
        Future<?>[] cancelled = new Future<?>[TIMERS / 2];
        long before = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < TIMERS; i += 2) {
            Future<?> timer = scheduler.schedule(NOTHING, delays[i], TimeUnit.MILLISECONDS);
            scheduler.schedule(NOTHING, delays[i + 1], TimeUnit.MILLISECONDS);
            if (atOnce) {
                timer.cancel(/* mayInterruptIfRunning= */ false);
            }
            cancelled[i / 2] = timer;
        }
        if (!atOnce) {
            for (Future<?> timer : cancelled) {
                timer.cancel(/* mayInterruptIfRunning= */ false);
            }
        }
        return THREADS.getCurrentThreadCpuTime() - before;
    }

    // Armed and fired, in virtual time

    private long chain() {
        try (LoopRunner runner = inVirtualTime()) {
            EventLoop loop = runner.loop();
            CompletableFuture<Void> done = loop.newFuture();
            left = TIMERS;
            Runnable link = new Runnable() {
                @Override
                public void run() {
                    if (--left > 0) {
                        loop.schedule(this, 1, TimeUnit.MILLISECONDS);
                    } else {
                        done.complete(null);
                    }
                }
            };
            return timeOf(runner, () -> {
                loop.execute(link);
                runner.runCoroutine(done);
            });
        }
    }

    private long fan() {
        try (LoopRunner runner = inVirtualTime()) {
            EventLoop loop = runner.loop();
            CompletableFuture<Void> done = loop.newFuture();
            left = TIMERS;
            Runnable spoke = () -> {
                if (--left == 0) {
                    done.complete(null);
                }
            };
            return timeOf(runner, () -> {
                for (long delay : delays) {
                    loop.schedule(spoke, delay, TimeUnit.MILLISECONDS);
                }
                runner.runCoroutine(done);
            });
        }
    }

    private static LoopRunner inVirtualTime() {
        return LoopRunner.builder().virtualTime().timeout(Duration.ofMinutes(5)).start();
    }

    /** Returns the time that the test's thread and the loop's take. */
    private static long timeOf(LoopRunner runner, Runnable work) {
        long loop = runner.call(() -> Thread.currentThread().getId());
        long before = THREADS.getCurrentThreadCpuTime() + THREADS.getThreadCpuTime(loop);
        work.run();
        return THREADS.getCurrentThreadCpuTime() + THREADS.getThreadCpuTime(loop) - before;
    }

    private long reactorChain() {
        VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
        left = TIMERS;
        long before = THREADS.getCurrentThreadCpuTime();
        scheduler.schedule(new Runnable() {
            @Override
            public void run() {
                if (--left > 0) {
                    scheduler.schedule(this, 1, TimeUnit.MILLISECONDS);
                }
            }
        });
        scheduler.advanceTimeBy(Duration.ofDays(1));
        return timeSince(before);
    }

    private long reactorFan() {
        VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
        left = TIMERS;
        Runnable spoke = () -> left--;
        long before = THREADS.getCurrentThreadCpuTime();
        for (long delay : delays) {
            scheduler.schedule(spoke, delay, TimeUnit.MILLISECONDS);
        }
        scheduler.advanceTimeBy(Duration.ofDays(1));
        return timeSince(before);
    }

    private long timeSince(long before) {
        long time = THREADS.getCurrentThreadCpuTime() - before;
        if (left != 0) {
            throw new IllegalStateException(left + " of " + TIMERS + " timers did not fire");
        }
        return time;
    }
}

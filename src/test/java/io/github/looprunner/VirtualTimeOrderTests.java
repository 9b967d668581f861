package io.github.looprunner;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.await;
import static io.github.looprunner.Coroutine.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order of steps under virtual time: one at a time, and the same on every run. */
@Timeout(300) // a thousand runs, be the machine ever so busy
class VirtualTimeOrderTests {

    private static final int RUNS = 1_000;

    @Test
    void takesTheSameStepsAtTheSameInstantsOnEveryRun() {
        List<String> first = busyProgram(1);

        assertThat(first).hasSizeGreaterThan(100);
        for (int run = 1; run < RUNS; run++) {
            assertThat(busyProgram(1)).isEqualTo(first);
        }
    }

    @RepeatedTest(20)
    void takesTheSameStepsWhateverTheProgram() {
        long seed = new Random().nextLong();

        assertThat(busyProgram(seed)).as("program %d", seed).isEqualTo(busyProgram(seed));
    }

    @Test
    void letsTwoLoopsThatNeverRestTakeTurns() {
        try (LoopRunner runner = LoopRunner.builder().virtualTime().start()) {
            EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
            CompletableFuture<String> done = runner.loop().newFuture();
            int[] spins = new int[1];
            runner.loop().execute(new Runnable() {
                @Override
                public void run() {
                    spins[0]++;
                    if (!done.isDone()) {
                        runner.loop().execute(this);
                    }
                }
            });
            other.execute(() -> other.execute(() -> other.execute(() -> done.complete("done"))));

            assertThat(runner.runCoroutine(done)).isEqualTo("done");
            assertThat(spins[0]).isBetween(1, 10);
        }
    }

    /** Three loops that submit to each other, arm and cancel timers, many for the same instant, and await each other. */
    private static List<String> busyProgram(long seed) {
        List<String> trace = new ArrayList<>(); // written by one thread at a time: that is what is tested
        try (LoopRunner runner = LoopRunner.builder().name("busy").virtualTime().start()) {
            List<EventLoop> loops = List.of(
                    runner.loop(),
                    runner.scope().open(EventLoopFactory.of("jdk"), "b"),
                    runner.scope().open(EventLoopFactory.of("jdk"), "c"));
            Random random = new Random(seed);
            for (int i = 0; i < 12; i++) {
                spawn(runner, loops, random.nextLong(), 3, "" + i, trace);
            }
            CompletableFuture<?>[] all = loops.stream()
                    .map(loop -> loop.async(() -> {
                        for (int i = 0; i < 5; i++) {
                            sleep(Duration.ofMillis(10));
                            trace.add(runner.time().elapsed() + " " + loop.name() + " woke " + i);
                            await(loops.get((loops.indexOf(loop) + 1) % 3)
                                    .supply(() -> trace.add("asked " + loop.name())));
                        }
                        return "done";
                    }))
                    .toArray(CompletableFuture<?>[]::new);
            runner.runCoroutine(async(() -> await(runner.loop().allOf(all))));
            runner.time().advanceBy(Duration.ofSeconds(1));
        }
        return trace;
    }

    private static void spawn(
            LoopRunner runner, List<EventLoop> loops, long seed, int depth, String name, List<String> trace) {
        Random random = new Random(seed);
        EventLoop loop = loops.get(random.nextInt(loops.size()));
        Runnable task = () -> {
            trace.add(runner.time().elapsed() + " " + loop.name() + " " + name);
            for (int i = 0; depth > 0 && i < 2; i++) {
                spawn(runner, loops, random.nextLong(), depth - 1, name + "." + i, trace);
            }
        };
        if (random.nextBoolean()) {
            loop.execute(task);
            return;
        }
        ScheduledFuture<?> timer = loop.schedule(task, random.nextInt(4) * 10L, TimeUnit.MILLISECONDS);
        if (random.nextInt(4) == 0) {
            loops.get(0).execute(() -> timer.cancel(false));
        }
    }
}

package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who waits must park: the JDK's own waits let a ForkJoinPool start a thread more, which runs a test too many. */
class ParkingTests {

    private static final int PARALLELISM = 2;
    private static final int TESTS = 20;

    private final LoopRunner runner = LoopRunner.start();
    private final ForkJoinPool pool = new ForkJoinPool(PARALLELISM);

    @AfterEach
    void close() {
        pool.shutdownNow();
        runner.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("waits")
    void keepsTheParallelismOfThePoolThatItRunsIn(String how, Consumer<LoopRunner> wait) throws Exception {
        assertThat(mostAtOnce(() -> wait.accept(runner))).isEqualTo(PARALLELISM);
    }

    static List<Object[]> waits() {
        return List.of(
                wait("runCoroutine of a future", runner -> runner.runCoroutine(later(runner))),
                wait("runCoroutine of a coroutine", runner -> runner.runCoroutine(() -> later(runner))),
                wait("call", runner -> runner.call(() -> 1)),
                wait("settle", runner -> {
                    later(runner);
                    runner.settle();
                }),
                wait("eventually", runner -> {
                    CompletableFuture<Object> later = later(runner);
                    runner.eventually(() -> assertThat(later).isDone());
                }));
    }

    private static Object[] wait(String how, Consumer<LoopRunner> wait) {
        return new Object[] {how, wait};
    }

    @Test
    void seesThatJoinWouldExceedIt() throws Exception {
        CountDownLatch oneTooMany = new CountDownLatch(PARALLELISM + 1);
        CompletableFuture<Void> seen = new CompletableFuture<>();
        seen.completeOnTimeout(null, 10, TimeUnit.SECONDS);

        int most = mostAtOnce(() -> {
            oneTooMany.countDown();
            if (oneTooMany.getCount() == 0) {
                seen.complete(null);
            }
            seen.join();
        });

        assertThat(most).isGreaterThan(PARALLELISM);
    }

    /** Returns how many of many tests in a pool were running at once, waits included. */
    private int mostAtOnce(Runnable wait) throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch both = new CountDownLatch(PARALLELISM);
        List<ForkJoinTask<?>> tests = new ArrayList<>();
        for (int test = 0; test < TESTS; test++) {
            tests.add(pool.submit(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                both.countDown();
                both.await(10, TimeUnit.SECONDS);
                wait.run();
                running.decrementAndGet();
                return null;
            }));
        }
        for (ForkJoinTask<?> test : tests) {
            test.get(10, TimeUnit.SECONDS);
        }
        return most.get();
    }

    private static CompletableFuture<Object> later(LoopRunner runner) {
        return runner.loop().newFuture().completeOnTimeout("later", 5, TimeUnit.MILLISECONDS);
    }
}

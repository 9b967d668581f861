package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopStateTests {

    private final EventLoop loop = new JdkLoopFactory().open(new RecordingOwner());
    private final CountDownLatch release = new CountDownLatch(1);
    private int lineOfBlock;

    @AfterEach
    void close() {
        release.countDown();
        loop.close();
    }

    @Test
    void isEmptyAtFirst() {
        LoopState state = loop.state();

        assertThat(state)
                .isEqualTo(new LoopState(
                        null, null, null, null, null, 0, 0, List.of(), 0, List.of(), List.of(), null, null));
        assertThat(loop.isQuiet()).isTrue();
        assertThat(loop.submitted()).isZero();
    }

    @Test
    void showsWhatRunsAndWhatIsReady() throws Exception {
        Thread thread = Bounded.get(loop.submit(Thread::currentThread));
        block();
        loop.execute(new Purr());
        int executed = line() - 1;
        loop.submit(() -> "x");
        int submitted = line() - 1;
        loop.async(() -> "x");
        int started = line() - 1;

        LoopState state = loop.state();

        assertThat(state.thread()).isSameAs(thread);
        assertThat(state.running())
                .isEqualTo("a lambda of LoopStateTests, submitted at LoopStateTests.java:" + lineOfBlock);
        assertThat(state.last()).startsWith("a lambda of LoopStateTests, submitted at ");
        assertThat(state.idleFor()).isNull();
        assertThat(state.completed()).isEqualTo(1);
        assertThat(state.readyCount()).isEqualTo(3);
        assertThat(state.ready())
                .containsExactly(
                        "LoopStateTests.Purr, submitted at LoopStateTests.java:" + executed,
                        "a lambda of LoopStateTests, submitted at LoopStateTests.java:" + submitted,
                        "a coroutine, submitted at LoopStateTests.java:" + started);
        assertThat(loop.isQuiet()).isFalse();
    }

    @Test
    void listsTheFirstTenAndCountsTheRest() throws Exception {
        block();
        for (int i = 0; i < 700; i++) {
            loop.execute(new Purr());
            loop.schedule(new Purr(), 1, TimeUnit.HOURS);
        }

        LoopState state = loop.state();

        assertThat(state.ready()).hasSize(10);
        assertThat(state.readyCount()).isEqualTo(700);
        assertThat(state.timers()).hasSize(10);
        assertThat(state.timerCount()).isEqualTo(700);
    }

    @Test
    void showsTimersByDeadline() {
        loop.scheduleAtFixedRate(new Purr(), 7200, 60, TimeUnit.SECONDS);
        int series = line() - 1;
        loop.schedule(new Purr(), 3600, TimeUnit.SECONDS);
        int single = line() - 1;

        LoopState state = loop.state();

        assertThat(state.timers()).hasSize(2);
        assertThat(state.timers().get(0))
                .matches("in (1h|59m\\d+s): LoopStateTests\\.Purr, armed at LoopStateTests\\.java:" + single);
        assertThat(state.timers().get(1))
                .matches("in (2h|1h59m\\d+s): LoopStateTests\\.Purr every PT1M, armed at LoopStateTests\\.java:"
                        + series);
    }

    @Test
    void showsThatATimerIsDueWhileATaskBlocksTheLoop() throws Exception {
        block();
        loop.schedule(new Purr(), 0, TimeUnit.SECONDS);

        assertThat(loop.state().timers()).singleElement().asString().startsWith("due: LoopStateTests.Purr");
        assertThat(loop.isQuiet()).isFalse();
    }

    @Test
    void showsWhereACoroutineIsSuspended() {
        CompletableFuture<String> never = loop.newFuture();
        int made = line() - 1;
        loop.async(() -> EventLoop.await(never));
        int started = line() - 1;
        Bounded.until(() -> loop.isQuiet() && loop.state().coroutines().size() == 1);

        LoopState state = loop.state();

        assertThat(state.coroutines())
                .containsExactly("a coroutine, submitted at LoopStateTests.java:" + started
                        + ", awaits a future made at LoopStateTests.java:" + made
                        + " at LoopStateTests.showsWhereACoroutineIsSuspended (LoopStateTests.java:" + started + ")");
        assertThat(state.running()).isNull();
        assertThat(loop.isQuiet()).isTrue();
    }

    @Test
    void showsTheThreadOfTheCoroutineThatHasTheTurn() throws Exception {
        CompletableFuture<Thread> body = new CompletableFuture<>();
        loop.async(() -> {
            body.complete(Thread.currentThread());
            Bounded.await(release);
            return null;
        });

        Thread thread = Bounded.get(body);

        assertThat(loop.state().thread()).isSameAs(thread);
        assertThat(loop.state().running()).startsWith("a coroutine, submitted at ");
        assertThat(loop.state().coroutines()).isEmpty();
    }

    @Test
    void tellsHowLongTheLoopHasBeenIdle() throws Exception {
        Bounded.get(loop.submit(() -> {}));
        Bounded.until(() -> loop.state().idleFor() != null);

        LoopState state = loop.state();

        assertThat(state.running()).isNull();
        assertThat(state.last()).startsWith("a lambda of LoopStateTests");
        assertThat(state.idleFor()).isGreaterThanOrEqualTo(Duration.ZERO);
        assertThat(loop.isQuiet()).isTrue();
    }

    @Test
    void tellsWhereTheLoopWasShutDown() throws Exception {
        Bounded.get(loop.submit(() -> {}));
        loop.shutdown();
        int line = line() - 1;
        assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();

        LoopState state = loop.state();

        assertThat(state.shutDownAt())
                .isEqualTo("LoopStateTests.tellsWhereTheLoopWasShutDown (LoopStateTests.java:" + line + ")");
        assertThat(state.thread()).isNull();
    }

    @Test
    void isQuietOnlyOnceARunningTaskHasEnded() throws Exception {
        block();

        assertThat(loop.isQuiet()).isFalse();

        release.countDown();
        Bounded.until(loop::isQuiet);
    }

    @Test
    void isQuietWhileATimerIsNotDue() throws Exception {
        loop.schedule(() -> {}, 1, TimeUnit.HOURS);

        Bounded.until(loop::isQuiet);

        assertThat(loop.submitted()).isZero();
    }

    @Test
    void looksWhileTheLoopWorksWithoutHarm() throws Exception {
        AtomicInteger left = new AtomicInteger(2000);
        Runnable busy = new Runnable() {
            @Override
            public void run() {
                if (left.decrementAndGet() > 0) {
                    loop.execute(this);
                    loop.schedule(() -> {}, left.get() % 3, TimeUnit.MICROSECONDS);
                }
            }
        };
        loop.execute(busy);

        while (left.get() > 0) {
            LoopState state = loop.state();
            assertThat(state.readyCount()).isNotNegative();
            assertThat(state.timerCount()).isNotNegative();
        }
    }

    @Test
    void isNeverSeenQuietWhileATaskGoesRoundThreeLoops() {
        List<EventLoop> ring = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ring.add(new JdkLoopFactory().open(new RecordingOwner("ring", "loop " + i, false)));
        }
        AtomicInteger left = new AtomicInteger(100_000);
        pass(ring, 0, left);

        long seen = 0;
        while (left.get() > 0) {
            if (isQuiet(ring) && left.get() > 0) {
                seen++;
            }
        }

        assertThat(seen).isZero();
        Bounded.until(() -> isQuiet(ring));
        ring.forEach(EventLoop::close);
    }

    @Test
    void isNeverSeenQuietWhileTimersGoRoundThreeLoops() {
        List<EventLoop> ring = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ring.add(new JdkLoopFactory().open(new RecordingOwner("ring", "loop " + i, false)));
        }
        AtomicInteger left = new AtomicInteger(20_000);
        arm(ring, 0, left);

        long seen = 0;
        while (left.get() > 0) {
            if (isQuiet(ring) && left.get() > 0) {
                seen++;
            }
        }

        assertThat(seen).isZero();
        ring.forEach(EventLoop::close);
    }

    private static void pass(List<EventLoop> ring, int at, AtomicInteger left) {
        ring.get(at).execute(() -> {
            if (left.decrementAndGet() > 0) {
                pass(ring, (at + 1) % ring.size(), left);
            }
        });
    }

    private static void arm(List<EventLoop> ring, int at, AtomicInteger left) {
        ring.get(at)
                .schedule(
                        () -> {
                            if (left.decrementAndGet() > 0) {
                                arm(ring, (at + 1) % ring.size(), left);
                            }
                        },
                        0,
                        TimeUnit.NANOSECONDS);
    }

    /** Looks twice, as those do who must be sure. */
    private static boolean isQuiet(List<EventLoop> loops) {
        long[] before = loops.stream().mapToLong(EventLoop::submitted).toArray();
        boolean first = loops.stream().allMatch(EventLoop::isQuiet);
        boolean second = first && loops.stream().allMatch(EventLoop::isQuiet);
        return second
                && Arrays.equals(
                        before, loops.stream().mapToLong(EventLoop::submitted).toArray());
    }

    private void block() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        lineOfBlock = line() + 1;
        loop.execute(() -> {
            started.countDown();
            try {
                Bounded.await(release);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Bounded.await(started);
    }

    /** Returns the line of the caller. */
    private static int line() {
        return StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst().orElseThrow().getLineNumber());
    }

    private static final class Purr implements Runnable {
        @Override
        public void run() {}
    }
}

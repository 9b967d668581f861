package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.Bounded;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TestThreadTests {

    private final TestThread test = new TestThread();

    @Test
    @Tag("slow") // a test is blocked for a second before that counts as in vain
    void isBlockedAsLongAsOneReadTakesAlthoughItLooksAroundMeanwhile() {
        try (TestThread.Body body = test.enterBody(/* interruptible= */ true)) {
            test.reads(true);
            Thread loop = looking();

            Bounded.until(() -> Thread.currentThread().isInterrupted()); // and so is at work whenever somebody looks

            test.reads(false);
            loop.interrupt();
        }
        assertThat(test.stuckAt()).isNotNull();
        assertThat(Thread.interrupted()).as("interrupted after the body").isFalse();
    }

    @Test
    @Tag("slow") // a test is blocked for a second before that counts as in vain
    void isNotBlamedWhereSomebodyElseBoundsWhatItRuns() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        try (TestThread.Body body = test.enterBody(/* interruptible= */ true)) {
            boolean outer = test.beginWatched();
            boolean inner = test.beginWatched();
            Thread loop = looking();
            assertThat(outer).isTrue();
            assertThat(inner).isFalse();

            assertThat(never.await(1_500, TimeUnit.MILLISECONDS)).isFalse();

            test.endWatched();
            loop.interrupt();
        }
        assertThat(test.stuckAt()).isNull();
    }

    /** Starts a thread that looks out for the test, as a loop does that has nothing to do. */
    private Thread looking() {
        AtomicBoolean begun = new AtomicBoolean();
        Thread loop = new Thread(() -> {
            TestThread.Vigil vigil = test.new Vigil();
            while (!Thread.currentThread().isInterrupted()) {
                vigil.look(/* nothingElse= */ true, () -> true);
                begun.set(true);
                Thread.yield();
            }
        });
        loop.setDaemon(true);
        loop.start();
        Bounded.until(begun::get);
        return loop;
    }
}

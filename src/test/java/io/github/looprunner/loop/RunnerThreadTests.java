package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RunnerThreadTests {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The first object would give the thread a buffer of a megabyte or two: a tenth of what a test costs. */
    @Test
    void carriesALoopWithoutAnAllocation() throws Exception {
        allocatedByALoop(); // which loads classes

        assertThat(allocatedByALoop()).isZero();
    }

    private static long allocatedByALoop() throws Exception {
        AtomicLong allocated = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(1);
        LoopThread thread = thread(body -> () -> {
            body.run();
            allocated.set(THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()));
            ended.countDown();
        });
        try (EventLoop loop = new SingleThreadLoop("jdk", unsited(), thread)) {
            CountDownLatch ran = new CountDownLatch(1);
            loop.execute(ran::countDown);
            Bounded.await(ran);
        }
        Bounded.await(ended);
        return allocated.get();
    }

    private static RecordingOwner unsited() {
        return new RecordingOwner("RunnerThreadTests", "jdk", /* recordsSites= */ false);
    }

    @Test
    void knowsItsLoop() throws Exception {
        try (EventLoop loop = new SingleThreadLoop("jdk", unsited(), thread(body -> body))) {
            assertThat(Bounded.get(loop.submit(EventLoop::current))).isSameAs(loop);
            assertThat(EventLoop.current()).isNull();
        }
    }

    private static LoopThread thread(UnaryOperator<Runnable> around) {
        return LoopThread.of(
                body -> Births.unnoted(() -> new RunnerThread(LoopThreadGroup.root(), around.apply(body), "loop")));
    }
}

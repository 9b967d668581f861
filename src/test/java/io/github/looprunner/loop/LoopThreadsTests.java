package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopThreadsTests {

    private final LoopThreads threads = new LoopThreads(Spin.NEVER);

    @AfterEach
    void closeThreads() {
        threads.close();
    }

    @Test
    void carriesTheNextLoopOnTheSameThreadUnderItsOwnName() throws Exception {
        Thread first;
        try (EventLoop loop = open("first")) {
            first = run(loop, Thread::currentThread);
            assertThat(first.getName()).isEqualTo("loop-runner first");
        }
        awaitKept(first);

        try (EventLoop loop = open("second")) {
            assertThat(run(loop, Thread::currentThread)).isSameAs(first);
            assertThat(first.getName()).isEqualTo("loop-runner second");
            assertThat(first.getContextClassLoader()).isSameAs(RecordingOwner.class.getClassLoader());
        }
    }

    @Test
    void doesNotTakeTheOldLoopForTheNewOne() throws Exception {
        EventLoop old = open("old");
        Thread thread = run(old, Thread::currentThread);
        old.close();
        awaitKept(thread);

        try (EventLoop loop = open("new")) {
            assertThat(run(loop, old::inEventLoop)).isFalse();
            assertThat(run(loop, loop::inEventLoop)).isTrue();
            assertThat(run(loop, EventLoop::current)).isSameAs(loop);
        }
    }

    @Test
    void doesNotKeepAThreadWithLivingChildren() throws Exception {
        CountDownLatch childMayEnd = new CountDownLatch(1);
        EventLoop loop = open("parent");
        Thread parent = run(loop, Thread::currentThread);
        Thread child = run(loop, () -> startUntil(childMayEnd));

        loop.close();

        Bounded.join(parent);
        childMayEnd.countDown();
        Bounded.join(child);
    }

    @Test
    void chargesWhatIsThrownOnAChildThreadToTheOwnerOfTheDay() throws Exception {
        try (EventLoop loop = open("first")) {
            run(loop, () -> 1);
        }
        RecordingOwner second = owner("second");
        IllegalStateException boom = new IllegalStateException("boom");

        try (EventLoop loop = new JdkLoopFactory().open(second)) {
            Bounded.join(run(loop, () -> startThrowing(boom)));
        }

        assertThat(second.reported()).containsExactly(boom);
    }

    @Test
    void dropsAnInterruptThatWasMeantForTheLastLoop() throws Exception {
        EventLoop first = open("first");
        Thread thread = run(first, Thread::currentThread);
        first.execute(() -> Thread.currentThread().interrupt());
        first.close();
        awaitKept(thread);

        try (EventLoop loop = open("second")) {
            assertThat(run(loop, Thread::interrupted)).isFalse();
        }
    }

    @Test
    void endsItsThreadsWhenItCloses() throws Exception {
        EventLoop idle = open("idle");
        Thread idleThread = run(idle, Thread::currentThread);
        EventLoop busy = open("busy");
        Thread busyThread = run(busy, Thread::currentThread);
        idle.close();

        threads.close();
        busy.close();

        Bounded.join(idleThread);
        Bounded.join(busyThread);
    }

    private EventLoop open(String owner) {
        return new JdkLoopFactory().open(owner(owner));
    }

    /** A loop has ended a moment before its thread is kept, which it shows by giving up the class loader. */
    private static void awaitKept(Thread thread) {
        Bounded.until(() -> thread.getContextClassLoader() == null && thread.getState() == Thread.State.WAITING);
    }

    private static <T> T run(EventLoop loop, Callable<T> task) throws Exception {
        return Bounded.get(loop.submit(task));
    }

    private static Thread startUntil(CountDownLatch end) {
        Thread child = new Thread(() -> {
            try {
                Bounded.await(end);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        child.start();
        return child;
    }

    private static Thread startThrowing(RuntimeException thrown) {
        Thread child = new Thread(() -> {
            throw thrown;
        });
        child.start();
        return child;
    }

    private RecordingOwner owner(String name) {
        return new RecordingOwner(name, "jdk", /* recordsSites= */ false).reusing(threads);
    }
}

package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.Bounded;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BystandersTests {

    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Thread> started = new ArrayList<>();

    private final Runnable spin = () -> {
        while (!over.get()) {
            Thread.onSpinWait();
        }
    };
    private final Runnable park = () -> {
        while (!over.get()) {
            LockSupport.park();
        }
    };

    @AfterEach
    void end() throws InterruptedException {
        over.set(true);
        for (Thread each : started) {
            LockSupport.unpark(each);
        }
        for (Thread each : started) {
            Bounded.join(each);
        }
    }

    @Test
    void doNotIncludeTheThreadThatLooks() {
        Bystanders bystanders = new Bystanders();

        bystanders.mayAct(Set.of());

        String self = "thread \"" + Thread.currentThread().getName() + "\"";
        assertThat(bystanders.inWords()).noneMatch(line -> line.startsWith(self));
    }

    @Test
    void areBlockedByAMonitorWhoseOwnerWaits() {
        Object monitor = new Object();
        holding(monitor, park);

        assertThat(Bystanders.isBlocked(waitingFor(monitor))).isTrue();
    }

    @Test
    void areNotBlockedByAMonitorWhoseOwnerRuns() {
        Object monitor = new Object();
        holding(monitor, spin);

        assertThat(Bystanders.isBlocked(waitingFor(monitor))).isFalse();
    }

    @Test
    void areBlockedByALockWhoseOwnerWaits() {
        Lock lock = new ReentrantLock();
        holding(lock, park);

        assertThat(Bystanders.isBlocked(waitingFor(lock))).isTrue();
    }

    @Test
    void areNotBlockedByALockWhoseOwnerRuns() {
        Lock lock = new ReentrantLock();
        holding(lock, spin);

        assertThat(Bystanders.isBlocked(waitingFor(lock))).isFalse();
    }

    @Test
    void areNotBlockedWhereTheOwnerOfTheirLockWaitsForOneThatRuns() {
        Object first = new Object();
        Lock second = new ReentrantLock();
        holding(second, spin);
        Thread between = holding(first, () -> {
            second.lock();
            second.unlock();
        });
        Bounded.until(() -> between.getState() == Thread.State.WAITING);

        assertThat(Bystanders.isBlocked(waitingFor(first))).isFalse();
    }

    @Test
    void areBlockedByWhatIsNoLock() {
        CountDownLatch latch = new CountDownLatch(1);
        Thread waiting = start(() -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Bounded.until(() -> waiting.getState() == Thread.State.WAITING);

        assertThat(Bystanders.isBlocked(waiting)).isTrue();
        latch.countDown();
    }

    private Thread holding(Object monitor, Runnable meanwhile) {
        CountDownLatch held = new CountDownLatch(1);
        Thread holder = start(() -> {
            synchronized (monitor) {
                held.countDown();
                meanwhile.run();
            }
        });
        return once(held, holder);
    }

    private Thread holding(Lock lock, Runnable meanwhile) {
        CountDownLatch held = new CountDownLatch(1);
        Thread holder = start(() -> {
            lock.lock();
            held.countDown();
            meanwhile.run();
            lock.unlock();
        });
        return once(held, holder);
    }

    private static Thread once(CountDownLatch held, Thread holder) {
        Bounded.until(() -> held.getCount() == 0);
        return holder;
    }

    private Thread waitingFor(Object monitor) {
        Thread waiting = start(() -> {
            synchronized (monitor) {
                assertThat(over).isTrue();
            }
        });
        Bounded.until(() -> waiting.getState() == Thread.State.BLOCKED);
        return waiting;
    }

    private Thread waitingFor(Lock lock) {
        Thread waiting = start(() -> {
            lock.lock();
            lock.unlock();
        });
        Bounded.until(() -> waiting.getState() == Thread.State.WAITING);
        return waiting;
    }

    private Thread start(Runnable body) {
        Thread thread = new Thread(body);
        thread.start();
        started.add(thread);
        return thread;
    }
}

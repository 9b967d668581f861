package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.Bounded;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(60)
@EnabledOnOs(OS.LINUX)
class SleepersTests {

    private final Sleepers sleepers = new Sleepers();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean goesWild = new AtomicBoolean();
    private volatile Thread ending;
    private final List<Thread> started = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        over.set(true);
        for (Thread thread : started) {
            LockSupport.unpark(thread);
            Bounded.join(thread);
        }
    }

    @Test
    void seesThatAllAreAsleep() {
        List<Thread> asleep = List.of(parked("purr-1"), parked("purr-2"), parked("with (brackets) S"));

        Bounded.until(() -> sleepers.look(asleep) == Sleepers.Seen.ALL_ASLEEP);
    }

    @Test
    void seesThatOneIsAwake() {
        Thread asleep = parked("purr-1");
        Thread awake = started("claw-1", () -> {
            while (!over.get()) {
                Thread.onSpinWait();
            }
        });

        Bounded.until(() -> sleepers.look(List.of(asleep, awake)) == Sleepers.Seen.NOT_ALL_ASLEEP);
    }

    @Test
    void knowsNothingWhereOneThatIsAwakeSharesTheStartOfItsName() {
        Thread asleep = parked("app-worker-pool-1");
        Bounded.until(() -> sleepers.look(List.of(asleep)) == Sleepers.Seen.ALL_ASLEEP);
        started("app-worker-pool-2", () -> {
            while (!over.get()) {
                Thread.onSpinWait();
            }
        });

        sleepers.forget();
        Bounded.until(() -> sleepers.look(List.of(asleep)) == Sleepers.Seen.UNKNOWN);
    }

    @Test
    void knowsThreadsWhoseNamesAreLongOrNotOfAscii() {
        List<Thread> asleep = List.of(parked("a name longer than the system keeps"), parked("Kätzchen schläft"));

        Bounded.until(() -> sleepers.look(asleep) != Sleepers.Seen.UNKNOWN);
    }

    @Test
    void seesThatOneWokeWhichItHasFoundAsleep() {
        Thread sleeper = parked("purr-1");
        Bounded.until(() -> sleepers.look(List.of(sleeper)) == Sleepers.Seen.ALL_ASLEEP);
        goesWild.set(true);

        LockSupport.unpark(sleeper);

        Bounded.until(() -> sleepers.look(List.of(sleeper)) == Sleepers.Seen.NOT_ALL_ASLEEP);
    }

    @Test
    void looksForThemAnewWhereOneHasEnded() throws InterruptedException {
        Thread stays = parked("purr-1");
        Thread ends = parked("purr-2");
        Bounded.until(() -> sleepers.look(List.of(stays, ends)) == Sleepers.Seen.ALL_ASLEEP);
        ending = ends;
        LockSupport.unpark(ends);
        Bounded.join(ends);

        Thread same = parked("purr-2");

        Bounded.until(() -> sleepers.look(List.of(stays, same)) == Sleepers.Seen.ALL_ASLEEP);
    }

    @Test
    void knowsNothingOfAThreadThatItDoesNotFind() {
        Thread renamed = parked("before");
        Bounded.until(() -> sleepers.look(List.of(renamed)) != Sleepers.Seen.UNKNOWN);

        renamed.setName("and after");

        assertThat(sleepers.look(List.of(renamed))).isEqualTo(Sleepers.Seen.UNKNOWN);
    }

    private Thread parked(String name) {
        return started(name, () -> {
            while (!over.get() && ending != Thread.currentThread()) {
                if (!goesWild.get()) {
                    LockSupport.park();
                }
            }
        });
    }

    private Thread started(String name, Runnable body) {
        CountDownLatch running = new CountDownLatch(1);
        Thread thread = new Thread(
                () -> {
                    running.countDown();
                    body.run();
                },
                name);
        started.add(thread);
        thread.start();
        try {
            Bounded.await(running);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return thread;
    }
}

package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.IdlePoller;
import io.github.looprunner.testing.RecordingOwner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PolledLoopTests {

    private final RecordingOwner owner = new RecordingOwner();
    private final Mailbox mailbox = new Mailbox();
    private final PolledLoop loop = PolledLoop.open("mailbox", owner, loop -> {
        mailbox.loop = loop;
        return mailbox;
    });

    @AfterEach
    void close() {
        mailbox.broken = null;
        loop.close();
    }

    @Test
    void handlesInputOnItsThread() throws Exception {
        CompletableFuture<Thread> handledBy = new CompletableFuture<>();
        Thread carrier = Bounded.get(loop.supply(Thread::currentThread));

        mailbox.letters.add(() -> handledBy.complete(Thread.currentThread()));

        assertThat(Bounded.get(handledBy)).isSameAs(carrier).isSameAs(loop.carrier());
    }

    @Test
    void takesTasksAndTimersWhileItWaitsForInput() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            assertThat(Bounded.get(loop.supply(() -> "purr"))).isEqualTo("purr");
        }
        assertThat(Bounded.get(loop.schedule(() -> "purr", 1, TimeUnit.MILLISECONDS)))
                .isEqualTo("purr");
    }

    @Test
    void handlesInputBetweenTasksThatNeverEnd() throws Exception {
        CountDownLatch handled = new CountDownLatch(1);
        class Again implements Runnable {
            @Override
            public void run() {
                if (handled.getCount() > 0) {
                    loop.execute(this);
                }
            }
        }
        loop.execute(new Again());

        mailbox.letters.add(handled::countDown);

        Bounded.await(handled);
    }

    @Test
    void isNotQuietWhileItHandlesInput() throws Exception {
        Bounded.get(loop.supply(() -> "purr"));
        long before = loop.submitted();
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        mailbox.letters.add(() -> {
            handling.countDown();
            try {
                Bounded.await(goOn);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        Bounded.await(handling);
        boolean quiet = loop.isQuiet();
        String running = loop.state().running();
        goOn.countDown();

        assertThat(quiet).isFalse();
        assertThat(running).contains("PolledLoopTests");
        assertThat(loop.submitted()).isEqualTo(before + 1);
        Bounded.until(loop::isQuiet);
    }

    @Test
    void reportsWhatInputThrowsAndGoesOn() throws Exception {
        IllegalStateException hiss = new IllegalStateException("hiss");
        Bounded.get(loop.supply(() -> "purr"));

        mailbox.letters.add(() -> {
            throw hiss;
        });

        Bounded.until(() -> owner.reported().contains(hiss));
        assertThat(Bounded.get(loop.supply(() -> "purr"))).isEqualTo("purr");
    }

    @Test
    void takesTasksFromItsOwnThreadWhileItClosesItsInput() throws Exception {
        Bounded.get(loop.supply(() -> "purr"));
        List<String> log = new ArrayList<>();
        mailbox.closing = () -> {
            log.add("closing");
            loop.execute(() -> {
                log.add("closed");
                loop.execute(() -> log.add("told"));
            });
        };
        loop.execute(() -> log.add("queued"));

        loop.shutdown();

        assertThatThrownBy(() -> loop.execute(() -> log.add("too late")))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(log).startsWith("queued", "closing", "closed", "told").doesNotContain("too late");
        assertThat(mailbox.ended).isTrue();
    }

    @Test
    void runsALongChainOfTasksThatClosingBegan() throws Exception {
        Bounded.get(loop.supply(() -> "purr"));
        AtomicInteger left = new AtomicInteger(900);
        mailbox.closing = () -> loop.execute(new Runnable() {
            @Override
            public void run() {
                if (left.decrementAndGet() > 0) {
                    loop.execute(this);
                }
            }
        });

        loop.close();

        assertThat(left).hasValue(0);
        assertThat(owner.reported()).isEmpty();
    }

    /** What is submitted by the last call that closes the input, just before the queue closes. */
    @Test
    void closesItsInputOnlyWhileItTakesTasks() throws Exception {
        Bounded.get(loop.supply(() -> "purr"));
        mailbox.closingAlways = () -> loop.execute(() -> {});
        loop.execute(new Runnable() {
            @Override
            public void run() {
                try {
                    loop.execute(this);
                } catch (RejectedExecutionException e) {
                    assertThat(loop.isShutdown()).isTrue();
                }
            }
        });

        loop.shutdown();

        assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(owner.reported()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsThoughATaskSubmitsItselfForEver(boolean now) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        loop.execute(new Runnable() {
            @Override
            public void run() {
                begun.countDown();
                while (!loop.isShutdown()) {
                    Thread.onSpinWait();
                }
                loop.execute(this);
            }
        });
        Bounded.await(begun);

        if (now) {
            loop.shutdownNow();
        } else {
            loop.shutdown();
        }

        assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(owner.reported()).singleElement().isInstanceOf(RejectedExecutionException.class);
        assertThat(mailbox.timesClosed).isPositive();
    }

    @Test
    void endsWhereItNeverBegan() throws InterruptedException {
        loop.close();

        assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(mailbox.begun).isFalse();
        assertThat(mailbox.ended).isTrue();
    }

    @Test
    void letsWhatStandsOnItCloseFirst() throws Exception {
        Bounded.get(loop.supply(() -> "purr"));
        List<String> log = new ArrayList<>();
        mailbox.first = () -> loop.supply(() -> log.add("on the loop"));

        loop.close();

        assertThat(log).containsExactly("on the loop");
    }

    @Test
    void endsWhereItsPollerFails() throws Exception {
        Future<?> hourly = loop.schedule(() -> {}, 1, TimeUnit.HOURS);
        Bounded.get(loop.supply(() -> "purr"));
        mailbox.broken = new IllegalStateException("no more file descriptors");
        mailbox.wakeUp();

        assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(hourly.isCancelled()).isTrue();
        assertThat(owner.failures()).extracting(TaskFailure::task).contains("poll of the loop's poller");
    }

    @Test
    void endsWhereItsPollerCannotEvenBegin() throws Exception {
        mailbox.broken = new IllegalStateException("no more file descriptors");

        loop.execute(() -> {});

        assertThat(loop.awaitTermination(Bounded.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(owner.failures()).extracting(TaskFailure::task).containsExactly("begin of the loop's poller");
    }

    @Test
    void saysWhoMadeNoThread() {
        PolledLoop threadless = PolledLoop.open("mailbox", owner, polled -> new Mailbox() {
            @Override
            public Thread newThread(ThreadGroup group, String name, Runnable body) {
                return null;
            }

            @Override
            public String toString() {
                return "a threadless mailbox";
            }
        });

        assertThatThrownBy(() -> threadless.execute(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "newThread of the loop's poller (a threadless mailbox) returned null instead of a thread; return"
                                + " new Thread(group, body, name), or leave the method out");
    }

    @Test
    void saysWhoGaveNoConnections() {
        PolledLoop broken = PolledLoop.open("mailbox", owner, polled -> new Mailbox() {
            @Override
            public Collection<Connection> connections() {
                return null;
            }

            @Override
            public String toString() {
                return "a lonely mailbox";
            }
        });

        assertThatThrownBy(((SingleThreadLoop) broken)::connections)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("connections of the loop's poller (a lonely mailbox) returned null; return an empty list"
                        + " where there are none");
    }

    @Test
    void freesThoseWhoWaitWhereItsPollerFails() throws Exception {
        CompletableFuture<String> never = loop.newFuture();
        mailbox.broken = new IllegalStateException("no more file descriptors");

        Future<?> queued = loop.submit(() -> {});

        assertThatThrownBy(() -> Bounded.get(queued)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> Bounded.get(never)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> loop.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("which was shut down at a failure in begin of its poller");
    }

    /** Whoever passes the turn has found nobody who waits, and has not given it back yet. */
    @Test
    @Timeout(20) // far below the bound of the wait, which would wake it
    void wakesAWaitThatBeginsWhileTheTurnIsOnItsWayBackToTheTest() throws InterruptedException {
        Thread test = Thread.currentThread();
        AtomicBoolean armed = new AtomicBoolean();
        CountDownLatch passing = new CountDownLatch(1);
        try (LoopRunner runner = inVirtualTime(polled -> new IdlePoller() {
            @Override
            public boolean isOpen() {
                if (polled.isCarrier(Thread.currentThread()) && armed.getAndSet(false)) {
                    passing.countDown();
                    Bounded.until(() -> isParkedInKernel(test));
                }
                return false;
            }
        })) {
            runner.loop().execute(() -> armed.set(true));
            Bounded.await(passing);

            CompletableFuture<String> purr =
                    runner.loop().<String>newFuture().completeOnTimeout("purr", 1, TimeUnit.HOURS);

            assertThat(runner.within(Duration.ofMinutes(5)).runCoroutine(purr)).isEqualTo("purr");
        }
    }

    /** Whoever looks whether anything may still come has seen no timer before, and sees no thread any more. */
    @Test
    void seesATimerThatAThreadArmsAsItsLastAct() {
        AtomicReference<Runnable> lastAct = new AtomicReference<>();
        try (LoopRunner runner = inVirtualTime(polled -> new IdlePoller() {
            @Override
            public Collection<Connection> connections() {
                Runnable act = lastAct.getAndSet(null);
                if (act != null) {
                    act.run();
                }
                return List.of();
            }
        })) {
            CompletableFuture<String> purr = runner.loop().newFuture();
            lastAct.set(() -> {
                Thread thread =
                        new Thread(() -> runner.loop().schedule(() -> purr.complete("purr"), 1, TimeUnit.HOURS));
                thread.start();
                Bounded.until(() -> !thread.isAlive());
            });

            assertThat(runner.runCoroutine(purr)).isEqualTo("purr");
            assertThat(lastAct).hasNullValue();
        }
    }

    private static LoopRunner inVirtualTime(Function<PolledLoop, LoopPoller> poller) {
        EventLoopFactory factory = new EventLoopFactory() {
            @Override
            public String kind() {
                return "polled";
            }

            @Override
            public EventLoop open(LoopOwner owner) {
                return PolledLoop.open(kind(), owner, poller);
            }
        };
        return LoopRunner.builder().loop(factory).virtualTime().start();
    }

    private static boolean isParkedInKernel(Thread thread) {
        return thread.getState() == Thread.State.TIMED_WAITING
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(Kernel.Wait.class.getName()));
    }

    /** A poller whose input is letters that anybody puts into a queue. */
    private static class Mailbox extends IdlePoller {

        private static final Runnable WAKE_UP = () -> {};

        private final BlockingQueue<Runnable> letters = new LinkedBlockingQueue<>();
        private final Queue<Runnable> read = new ArrayDeque<>();
        private PolledLoop loop;
        private Runnable closing = () -> {};
        private volatile Runnable closingAlways = () -> {};
        private Supplier<CompletionStage<?>> first = () -> CompletableFuture.completedStage(null);
        private volatile RuntimeException broken;
        private volatile boolean begun;
        private volatile boolean ended;
        private volatile int timesClosed; // written by the loop's thread

        @Override
        public void begin() {
            failWhereBroken();
            begun = true;
        }

        @Override
        public void poll(long nanos) {
            failWhereBroken();
            try {
                Runnable letter = nanos == 0 ? letters.poll() : letters.poll(nanos, TimeUnit.NANOSECONDS);
                if (letter != null) {
                    read.add(letter);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            letters.drainTo(read);
            for (Runnable letter = read.poll(); letter != null; letter = read.poll()) {
                if (letter != WAKE_UP) {
                    loop.handle(letter);
                }
            }
            failWhereBroken();
        }

        private void failWhereBroken() {
            RuntimeException failure = broken;
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void wakeUp() {
            letters.add(WAKE_UP);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public CompletionStage<?> closeFirst() {
            return first.get();
        }

        @Override
        public void closeInput() {
            timesClosed++;
            closingAlways.run();
            Runnable once = closing;
            closing = () -> {};
            once.run();
        }

        @Override
        public void end() {
            ended = true;
        }
    }
}

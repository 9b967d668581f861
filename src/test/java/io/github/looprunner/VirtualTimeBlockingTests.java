package io.github.looprunner;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.Hold;
import io.github.looprunner.testing.Bounded;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtual time and threads that block: the test's, a loop's, and others. */
@Timeout(30)
class VirtualTimeBlockingTests {

    private final LoopRunner runner =
            LoopRunner.builder().name("CatTests.waits").virtualTime().start();

    @AfterEach
    void close() {
        runner.close();
    }

    @Test
    void letsASynchronousObjectJoinOnItsLoop() {
        AtomicReference<String> stored = new AtomicReference<>();
        CompletableFuture<Void> done = new CompletableFuture<>(); // a plain one, which the kernel knows nothing of
        runner.loop().execute(() -> runner.loop().execute(() -> {
            stored.set("stored");
            done.complete(null);
        }));

        done.join();

        assertThat(stored).hasValue("stored");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ZERO);
    }

    /** The loop still has the turn that it took from the blocked test when the test comes back and waits. */
    @Test
    void waitsRightAfterItWasFreed() throws InterruptedException {
        for (int i = 0; i < 300; i++) {
            CountDownLatch freed = new CountDownLatch(1);
            runner.loop().execute(freed::countDown);
            Bounded.await(freed);

            CompletableFuture<String> purr =
                    runner.loop().<String>newFuture().completeOnTimeout("purr", 1, TimeUnit.HOURS);
            assertThat(runner.runCoroutine(purr)).isEqualTo("purr");
        }
    }

    @Test
    void answersABlockingSocket() throws IOException {
        try (Socket socket = connectToEcho(Duration.ZERO)) {
            socket.getOutputStream().write("who?\n".getBytes(UTF_8));

            assertThat(lineFrom(socket)).isEqualTo("who?");
        }
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ZERO);
    }

    /** There is no timer on the way, so that the move is one leap. */
    @RepeatedTest(20)
    void waitsForBytesBeforeItLeapsToTheEndOfAMove() throws IOException {
        try (Socket socket = connectToEcho(Duration.ofMinutes(1))) {
            socket.getOutputStream().write("who?\n".getBytes(UTF_8));

            runner.time().advanceBy(Duration.ofMinutes(1));

            assertThat(lineFrom(socket)).isEqualTo("who?");
        }
    }

    private Socket connectToEcho(Duration pause) throws IOException {
        AsynchronousServerSocketChannel server =
                runner.manage(AsynchronousServerSocketChannel.open(runner.loop().channelGroup())
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        runner.call(() -> server.accept(null, new Echo(runner.loop().delayedExecutor(pause))));
        Socket socket = new Socket();
        socket.connect(server.getLocalAddress());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String lineFrom(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
    }

    @Test
    void waitsForManyTasksAtOnce() throws InterruptedException {
        Callable<String> task = () -> Thread.currentThread().getName();

        assertThat(runner.loop().invokeAll(List.of(task, task, task)))
                .allSatisfy(future -> assertThat(future).isDone());
    }

    @Test
    void endsALoopThatATaskOfAnotherShutsDown() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        AtomicBoolean ran = new AtomicBoolean();
        other.execute(() -> ran.set(true));

        boolean ended = runner.call(() -> {
            other.shutdown();
            return other.awaitTermination(5, SECONDS);
        });

        assertThat(ended).isTrue();
        assertThat(ran).isTrue();
    }

    @Test
    void endsALoopThatTheTestShutsDown() throws InterruptedException {
        AtomicBoolean ran = new AtomicBoolean();
        runner.execute(() -> ran.set(true));
        runner.loop().shutdown();

        assertThat(runner.loop().awaitTermination(10, SECONDS)).isTrue();
        assertThat(ran).isTrue();
    }

    @Test
    void forgetsALoopThatWasShutDownBeforeItRan() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        other.shutdown();

        runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));

        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    @Tag("slow") // longer than the second after which a test counts as blocked in vain
    void blamesNobodyWhereItIsNotKnownWhoRunsTheTest() throws InterruptedException {
        LoopRunner own = LoopRunner.builder().virtualTime().start();
        own.loop().scheduleAtFixedRate(() -> {}, 1, 1, HOURS);
        Thread user = new Thread(() -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1300));
            own.close();
        });
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        user.setUncaughtExceptionHandler((thread, failure) -> thrown.set(failure));
        user.start();

        Bounded.join(user);

        assertThat(thrown.get()).isNull();
    }

    @Test
    void letsALoopWaitForAnother() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        LoopRunner ofOther = new LoopRunner(runner.scope(), other, runner.limit());

        String reply = runner.call(() -> ofOther.runCoroutine(async(() -> {
            sleep(Duration.ofHours(1));
            return "done";
        })));

        assertThat(reply).isEqualTo("done");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void letsALoopJoinAFutureOfAnother() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        CompletableFuture<String> reply = runner.loop().newFuture();
        LoopRunner ofOther = new LoopRunner(runner.scope(), other, runner.limit());

        String joined = ofOther.call(() -> {
            runner.loop().schedule(() -> reply.complete("done"), 1, HOURS);
            return reply.join();
        });

        assertThat(joined).isEqualTo("done");
    }

    /** Or the order of steps would depend on how long others hold a lock, such as that of a log. */
    @Test
    void keepsLoopsWaitingWhileAThreadThatRunsHoldsTheLockThatTheTestWaitsFor() {
        Thread test = Thread.currentThread();
        Object monitor = new Object();
        CountDownLatch held = new CountDownLatch(1);
        AtomicBoolean moved = new AtomicBoolean();
        AtomicBoolean movedMeanwhile = new AtomicBoolean();
        Thread holder = new Thread(() -> {
            synchronized (monitor) {
                held.countDown();
                long blockedSince = 0;
                while (blockedSince == 0 || System.nanoTime() - blockedSince < SECONDS.toNanos(1) / 20) {
                    if (blockedSince == 0 && test.getState() == Thread.State.BLOCKED) {
                        blockedSince = System.nanoTime();
                    }
                    Thread.onSpinWait();
                }
                movedMeanwhile.set(moved.get());
            }
        });
        holder.start();
        Bounded.until(() -> held.getCount() == 0);
        runner.loop().execute(() -> moved.set(true));

        synchronized (monitor) {
            assertThat(movedMeanwhile).isFalse();
        }

        runner.settle();
        assertThat(moved).isTrue();
    }

    /** Whoever looks at the test holds the lock, and is at work as it looks; but it waits for its turn. */
    @Test
    void letsALoopGoOnThatHoldsTheLockThatTheTestWaitsFor() throws InterruptedException {
        Thread test = Thread.currentThread();
        Object monitor = new Object();
        CompletableFuture<String> answer =
                runner.scope().open(EventLoopFactory.of("jdk"), "other").newFuture();
        runner.loop().execute(() -> {
            synchronized (monitor) {
                answer.join();
            }
        });
        runner.settle();
        Thread answering = new Thread(() -> {
            Bounded.until(() -> test.getState() == Thread.State.BLOCKED);
            answer.complete("purr");
        });
        answering.start();

        synchronized (monitor) {
            assertThat(answer).isDone();
        }
        Bounded.join(answering);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void onlyLooksWithoutATimeout(long timeout) {
        CompletableFuture<String> never = runner.loop().newFuture();

        assertThatThrownBy(() -> never.get(timeout, SECONDS)).isInstanceOf(TimeoutException.class);
    }

    @Test
    void samplesATaskThatBlocksItsLoop() {
        AtomicBoolean stop = new AtomicBoolean();
        runner.execute(() -> {
            while (!stop.get()) {
                Thread.onSpinWait();
            }
        });

        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class, () -> runner.within(Duration.ofMillis(200)).call(() -> "never"));
        stop.set(true);

        assertThat(failure.verdict()).isEqualTo(Verdict.BLOCKED_LOOP);
    }

    @Test
    void goesOnAfterAWaitThatTimedOut() {
        AtomicBoolean stop = new AtomicBoolean();
        runner.execute(() -> {
            while (!stop.get()) {
                Thread.onSpinWait();
            }
        });
        catchThrowable(() -> runner.within(Duration.ofMillis(100)).call(() -> "never"));
        stop.set(true);

        assertThat(runner.runCoroutine(async(() -> {
                    sleep(Duration.ofHours(1));
                    return "later";
                })))
                .isEqualTo("later");
    }

    @Test
    void boundsTheWaitOfALoopInVirtualTime() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        CompletableFuture<String> late = other.newFuture();
        other.schedule(() -> late.complete("late"), 1, HOURS);

        Throwable thrown =
                catchThrowable(() -> runner.runCoroutine(runner.loop().supply(() -> late.get(30, TimeUnit.MINUTES))));

        assertThat(thrown).isInstanceOf(TimeoutException.class);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(30));
        assertThat(runner.runCoroutine(runner.loop().supply(() -> late.get(31, TimeUnit.MINUTES))))
                .isEqualTo("late");
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void boundsTheWaitsOfLoopsForOneAnother() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        CompletableFuture<String> ours = runner.loop().newFuture();
        CompletableFuture<String> theirs = other.newFuture();
        other.execute(() -> catchThrowable(() -> ours.get(10, SECONDS)));

        Throwable thrown =
                catchThrowable(() -> runner.runCoroutine(runner.loop().supply(() -> theirs.get(5, SECONDS))));

        assertThat(thrown).isInstanceOf(TimeoutException.class);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void boundsTheWaitForALoopThatABlockedThirdOneHolds() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        EventLoop third = runner.scope().open(EventLoopFactory.of("jdk"), "third");
        CompletableFuture<String> ours = runner.loop().newFuture();
        CompletableFuture<String> theirs = other.newFuture();
        third.schedule(() -> theirs.complete("late"), 1, HOURS);
        other.execute(() -> catchThrowable(() -> ours.get(10, SECONDS)));

        Throwable thrown =
                catchThrowable(() -> runner.runCoroutine(runner.loop().supply(() -> theirs.get(5, SECONDS))));

        assertThat(thrown).isInstanceOf(TimeoutException.class);
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void seesWhatHappensAtTheVeryInstantOfItsBound() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        CompletableFuture<String> theirs = other.newFuture();
        CompletableFuture<String> got = runner.loop().supply(() -> theirs.get(5, SECONDS));
        runner.settle(); // so that the bound is set before the timer
        other.schedule(() -> other.execute(() -> theirs.complete("just in time")), 5, SECONDS);

        assertThat(runner.runCoroutine(got)).isEqualTo("just in time");
    }

    @Test
    void isOverdueWhereATaskTookLonger() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        CompletableFuture<String> theirs = other.newFuture();
        other.schedule(() -> runner.time().elapse(Duration.ofSeconds(10)), 1, SECONDS);
        other.schedule(() -> theirs.complete("late"), 5, SECONDS);

        Throwable thrown =
                catchThrowable(() -> runner.runCoroutine(runner.loop().supply(() -> theirs.get(5, SECONDS))));

        assertThat(thrown).isInstanceOf(TimeoutException.class);
    }

    @Test
    void advancesToTheBoundOfAWait() {
        EventLoop other = runner.scope().open(EventLoopFactory.of("jdk"), "other");
        CompletableFuture<String> theirs = other.newFuture();
        CompletableFuture<String> got = runner.loop().supply(() -> theirs.get(5, SECONDS));
        runner.settle();

        assertThat(runner.time().peekNext()).contains(Duration.ofSeconds(5));
        assertThat(runner.loop().state().waitsFor()).startsWith("in get at VirtualTimeBlockingTests.");
        runner.time().advanceBy(Duration.ofSeconds(4));
        assertThat(got).isNotDone();
        assertThat(runner.time().advanceToNext()).isTrue();
        assertThat(got).isCompletedExceptionally();
    }

    @Test
    void isInterruptedLikeAnyWait() {
        CompletableFuture<String> never = runner.loop().newFuture();
        Thread test = Thread.currentThread();
        runner.execute(test::interrupt);

        Throwable thrown;
        try (Hold hold = runner.hold("so that it is not over at once")) {
            thrown = catchThrowable(() -> runner.runCoroutine(never));
        }

        assertThat(thrown).isInstanceOf(InterruptedException.class);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void movesAVirtualThreadToo() {
        try (LoopRunner virtual =
                LoopRunner.builder().kind("virtual-thread").virtualTime().start()) {
            CompletableFuture<String> later = virtual.loop().newFuture();
            virtual.loop().schedule(() -> later.complete("later"), 1, HOURS);

            assertThat(virtual.runCoroutine(later)).isEqualTo("later");
            assertThat(virtual.time().elapsed()).isEqualTo(Duration.ofHours(1));
        }
    }

    /**
     * Sends back what it reads.
     *
     * @param later runs the sending
     */
    private record Echo(Executor later) implements CompletionHandler<AsynchronousSocketChannel, Void> {

        @Override
        public void completed(AsynchronousSocketChannel channel, Void none) {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            channel.read(buffer, null, new CompletionHandler<Integer, Void>() {
                @Override
                public void completed(Integer read, Void none) {
                    if (read >= 0) {
                        later.execute(() -> channel.write(buffer.flip()));
                    }
                }

                @Override
                public void failed(Throwable thrown, Void none) {}
            });
        }

        @Override
        public void failed(Throwable thrown, Void none) {}
    }
}

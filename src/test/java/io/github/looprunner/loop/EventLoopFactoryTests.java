package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class EventLoopFactoryTests {

    private final RecordingOwner owner = new RecordingOwner("EventLoopFactoryTests", "client", false);

    @Test
    void findsTheKindsOfThisLibrary() {
        assertThat(EventLoopFactory.all())
                .extracting(EventLoopFactory::kind)
                .contains("jdk", "virtual-thread")
                .doesNotHaveDuplicates();
        assertThat(EventLoopFactory.of("jdk")).isInstanceOf(JdkLoopFactory.class);
        assertThat(EventLoopFactory.of("jdk").unavailable()).isEmpty();
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void listsTheKnownKindsWhereOneIsUnknownAndSaysWhichCannotRunHere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventLoopFactory.of("asyncio"))
                .withMessageStartingWith(
                        "loop kind (asyncio) is unknown; known kinds are jdk, virtual-thread (not here), netty-nio");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void listsTheKnownKindsWhereOneIsUnknown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventLoopFactory.of("asyncio"))
                .withMessageStartingWith(
                        "loop kind (asyncio) is unknown; known kinds are jdk, virtual-thread, netty-nio");
    }

    @Test
    void refusesTheNameOfAKindThatNobodyCouldAskFor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventLoopFactory.onExecutor("My Pool", Runnable::run))
                .withMessage("loop kind (My Pool) must be words in lower case with hyphens between them, as in"
                        + " my-framework");
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void saysThatVirtualThreadsNeedALaterJdk() {
        EventLoopFactory virtual = EventLoopFactory.of("virtual-thread");
        String reason = "virtual threads need JDK 21 or later, and this is JDK "
                + Runtime.version().feature() + "; run the tests on a later JDK, or use kind \"jdk\"";

        assertThat(virtual.unavailable()).contains(reason);
        assertThatIllegalStateException()
                .isThrownBy(() -> virtual.open(owner))
                .withMessage("loop kind (virtual-thread) cannot run here: " + reason);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void runsALoopOnAVirtualThread() throws Exception {
        EventLoop loop = EventLoopFactory.of("virtual-thread").open(owner);
        List<String> log = new ArrayList<>();

        Thread thread = Bounded.get(loop.submit(Thread::currentThread));
        loop.schedule(() -> log.add("timer"), 2, TimeUnit.MILLISECONDS);
        loop.execute(() -> log.add("task"));
        CompletableFuture<Void> gate = loop.newFuture();
        CompletableFuture<String> body = loop.async(() -> {
            log.add("body " + loop.inEventLoop() + " " + (EventLoop.current() == loop));
            EventLoop.await(gate);
            return Thread.currentThread().getName();
        });
        loop.execute(() -> gate.complete(null));

        assertThat(Bounded.get(body)).isEqualTo("loop-runner EventLoopFactoryTests client coroutine-1");
        Bounded.get(loop.schedule(() -> {}, 3, TimeUnit.MILLISECONDS));
        assertThat(log).containsExactlyInAnyOrder("task", "body true true", "timer");
        assertThat(thread.getClass().getSimpleName()).isEqualTo("VirtualThread");
        assertThat(thread.getName()).isEqualTo("loop-runner EventLoopFactoryTests client");
        assertThat(loop.kind()).isEqualTo("virtual-thread");
        loop.close();
        assertThat(thread.isAlive()).isFalse();
        assertThat(loop.isTerminated()).isTrue();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void cancelsAndInterruptsOnAVirtualThread() throws Exception {
        EventLoop loop = EventLoopFactory.of("virtual-thread").open(owner);
        CountDownLatch started = new CountDownLatch(2);
        CompletableFuture<String> blocked = loop.async(() -> {
            started.countDown();
            new CountDownLatch(1).await();
            return "x";
        });
        loop.execute(started::countDown);

        while (started.getCount() == 2) {
            Thread.onSpinWait();
        }
        blocked.cancel(/* mayInterruptIfRunning= */ true);

        Bounded.await(started);
        assertThatThrownBy(blocked::join).isInstanceOf(CancellationException.class);
        loop.close();
    }

    @Test
    void runsALoopOnAThreadOfTheUsers() throws Exception {
        Thread[] mine = new Thread[1];
        EventLoopFactory factory = EventLoopFactory.onThreads("mine", body -> {
            mine[0] = new Thread(body, "my own thread");
            return mine[0];
        });
        EventLoop loop = factory.open(owner);

        Thread thread = Bounded.get(loop.submit(Thread::currentThread));

        assertThat(factory.kind()).isEqualTo("mine");
        assertThat(loop.kind()).isEqualTo("mine");
        assertThat(thread).isSameAs(mine[0]);
        assertThat(thread.getName()).isEqualTo("my own thread");
        loop.close();
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void saysSoWhereAThreadFactoryRefuses() {
        EventLoop loop = EventLoopFactory.onThreads("mine", body -> null).open(owner);

        assertThatIllegalStateException()
                .isThrownBy(() -> loop.execute(() -> {}))
                .withMessageStartingWith("thread factory (")
                .withMessageEndingWith(") returned null instead of a thread");
        loop.close();
    }

    @Test
    void saysSoWhereAThreadFactoryStartsItsThread() {
        EventLoop loop = EventLoopFactory.onThreads("mine", body -> {
                    Thread thread = new Thread(() -> {}, "eager");
                    thread.start();
                    return thread;
                })
                .open(owner);

        assertThatIllegalStateException()
                .isThrownBy(() -> loop.execute(() -> {}))
                .withMessageStartingWith("thread factory (")
                .withMessageEndingWith(
                        ") returned a thread that was started before, \"eager\"; return a new one each time,"
                                + " and leave its start to the loop");
        loop.close();
    }

    @Test
    void reportsWhatOthersSubmittedWhileTheThreadCouldNotBeMade() throws InterruptedException {
        CountDownLatch making = new CountDownLatch(1);
        CountDownLatch submitted = new CountDownLatch(1);
        EventLoop loop = EventLoopFactory.onThreads("mine", body -> {
                    making.countDown();
                    try {
                        Bounded.await(submitted);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    throw new IllegalStateException("no thread today");
                })
                .open(owner);
        AtomicReference<Throwable> refused = new AtomicReference<>();
        Thread first = new Thread(() -> refused.set(catchThrowable(() -> loop.execute(() -> {}))));
        first.start();
        Bounded.await(making);

        loop.execute(() -> {});
        submitted.countDown();
        Bounded.join(first);

        assertThat(refused.get()).hasMessage("no thread today");
        assertThat(owner.failures()).singleElement().satisfies(failure -> assertThat(failure.thrown())
                .hasMessageContaining("has ended, and 1 of its tasks, which others had submitted, never ran, since"
                        + " its thread could not be started"));
    }

    @Test
    void standsForAFactoryThatCannotBeLoaded() {
        EventLoopFactory broken = new BrokenLoopFactory(new NoClassDefFoundError("io/netty/channel/EventLoop"));

        assertThat(broken.unavailable())
                .contains("its factory cannot be loaded: java.lang.NoClassDefFoundError: io/netty/channel/EventLoop");
        assertThatIllegalStateException().isThrownBy(() -> broken.open(owner));
    }
}

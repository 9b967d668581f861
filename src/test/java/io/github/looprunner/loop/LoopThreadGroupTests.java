package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.Coroutine;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LoopThreadGroupTests {

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "netty-nio", "vertx"})
    void letsAPoolThatWasMadeOnALoopOutliveIt(String kind) throws Exception {
        ExecutorService pool;
        Thread loopThread;
        try (LoopRunner runner = LoopRunner.builder().kind(kind).start()) {
            pool = runner.call(() -> Executors.newCachedThreadPool());
            loopThread = runner.call(Thread::currentThread);
        }
        Bounded.join(loopThread);

        assertThat(Bounded.get(pool.submit(() -> "purr"))).isEqualTo("purr");

        pool.shutdown();
    }

    @Test
    void letsAPoolThatWasMadeOnAReusedThreadOutliveIt() throws Exception {
        ExecutorService pool;
        try (LoopThreads kept = new LoopThreads(Spin.NEVER)) {
            EventLoop loop = new JdkLoopFactory().open(new RecordingOwner().reusing(kept));
            pool = Bounded.get(loop.submit(() -> Executors.newCachedThreadPool()));
            loop.close();
        }

        assertThat(Bounded.get(pool.submit(() -> "purr"))).isEqualTo("purr");

        pool.shutdown();
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_18) // later ones keep no group that nobody holds
    void doesNotPileUp() {
        int before = groups();

        for (int i = 0; i < 50; i++) {
            try (LoopRunner runner = LoopRunner.start()) {
                runner.call(() -> {});
            }
        }

        assertThat(groups() - before).isLessThan(25); // none, unless other tests run meanwhile
    }

    @Test
    void keepsNothingOfATestThatHasEnded() {
        WeakReference<Object> used = useARunner();

        Bounded.until(() -> {
            System.gc();
            return used.get() == null;
        });
    }

    private static WeakReference<Object> useARunner() {
        byte[] big = new byte[1_000_000];
        LoopRunner runner = LoopRunner.start();
        runner.start(Coroutine.async(() -> {
            EventLoop.await(new CompletableFuture<>());
            return big;
        }));
        runner.settle();
        runner.close();
        return new WeakReference<>(big);
    }

    /** Else a group that began on a loop would keep that loop's for ever. */
    @Test
    void standsBesideThatOfTheLoopThatStartedItsThread() {
        try (LoopRunner runner = LoopRunner.start();
                LoopRunner other = LoopRunner.start()) {
            runner.call(() -> other.loop().execute(() -> {}));

            ThreadGroup group = other.call(() -> Thread.currentThread().getThreadGroup());

            assertThat(group.getParent()).isSameAs(LoopThreadGroup.root());
        }
    }

    private static int groups() {
        return LoopThreadGroup.root().activeGroupCount();
    }
}

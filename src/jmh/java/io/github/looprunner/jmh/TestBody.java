package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** What the tests of {@link TestCostRounds} do; {@link TestSource} writes classes that call these methods. */
public final class TestBody {

    /** A kind of test: how its class is annotated, what its parameter is, and whether loops take used threads. */
    enum Kind {
        PLAIN,
        THREAD,
        EXECUTOR,
        NETTY,
        VERTX,
        EXTENSION_PRESENT(LoopRunnerExtension.class, null, false),
        RUNNER_UNUSED(LoopRunnerExtension.class, LoopRunner.class, false),
        RUNNER(LoopRunnerExtension.class, LoopRunner.class, false),
        RUNNER_REUSED_THREAD(LoopRunnerExtension.class, LoopRunner.class, true);

        final Class<?> extension;
        final Class<?> parameter;
        final boolean reusesThreads;

        Kind() {
            this(null, null, false);
        }

        Kind(Class<?> extension, Class<?> parameter, boolean reusesThreads) {
            this.extension = extension;
            this.parameter = parameter;
            this.reusesThreads = reusesThreads;
        }
    }

    private TestBody() {}

    /** Does nothing. */
    public static void plain() {}

    /** Does nothing, in a class that the extension looks after. */
    public static void extensionPresent() {}

    /** Does nothing with the runner. */
    public static void runnerUnused(LoopRunner runner) {}

    /** Makes one round trip. */
    public static void runner(LoopRunner runner) {
        runner.call(() -> "done");
    }

    /** Makes one round trip. */
    public static void runnerReusedThread(LoopRunner runner) {
        runner.call(() -> "done");
    }

    /** Starts and joins a thread. */
    public static void thread() throws InterruptedException {
        Thread thread = new Thread(() -> {});
        thread.start();
        thread.join();
    }

    /** Makes one round trip on an executor of the test's own. */
    public static void executor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.submit(() -> "done").get();
        executor.shutdown();
        executor.awaitTermination(10, TimeUnit.SECONDS);
    }

    /** Makes one round trip on a Netty loop of the test's own; without the two seconds that closing it takes by default. */
    public static void netty() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        group.submit(() -> "done").get();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    }

    /** Makes one round trip on a Vert.x instance of the test's own. */
    public static void vertx() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (VertxLoop loop = VertxLoop.of(vertx)) {
            loop.roundTrip(() -> "done");
        }
    }
}

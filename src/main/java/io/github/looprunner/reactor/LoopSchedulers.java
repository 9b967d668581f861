package io.github.looprunner.reactor;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Site;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reactor's default schedulers, put on a loop until they are closed.
 *
 * <pre>{@code
 * try (LoopRunner runner = LoopRunner.builder().virtualTime().start();
 *         LoopSchedulers installed = LoopSchedulers.install(runner.loop())) {
 *     runner.runCoroutine(Mono.delay(Duration.ofHours(1)).toFuture());
 * }
 * }</pre>
 *
 * <p>Meanwhile {@code Schedulers.parallel()}, {@code single()} and {@code boundedElastic()}, and the schedulers that
 * {@code Schedulers.newParallel} and its like make, all work on the loop's thread and time; so do the operators that take
 * one of them by default, such as {@code Mono.delay}, {@code timeout} and {@code Retry.backoff}. Closing disposes those
 * schedulers, and gives Reactor the ones that it had before, which were left as they are. What took a scheduler before
 * keeps it, such as an operator in a static field.
 *
 * <h2>Blocking</h2>
 *
 * Whatever blocks, blocks the loop, also on {@code boundedElastic()}: there are no other threads. Reactor refuses
 * {@code block()} on its own parallel threads, but not on a loop.
 *
 * <h2>Thread safety</h2>
 *
 * Every method may be called from any thread. Reactor has one set of schedulers in the virtual machine: a second
 * installation is refused until the first is closed, and code of other tests that runs meanwhile gets the loop too.
 * {@link ReactorOnLoop} lets tests wait for each other.
 */
public final class LoopSchedulers implements AutoCloseable {

    private static final AtomicReference<@Nullable LoopSchedulers> INSTALLED = new AtomicReference<>();

    private final EventLoop loop;
    private final String where;
    private final Disposable.Composite made = Disposables.composite();
    private final AtomicBoolean closed = new AtomicBoolean();
    private Schedulers.@Nullable Snapshot before; // written before anybody has a reference to this

    private LoopSchedulers(EventLoop loop, String where) {
        this.loop = loop;
        this.where = where;
    }

    /**
     * Returns a scheduler of a loop, for code that takes one; unlike that of {@code Schedulers.fromExecutorService} it also
     * has the loop's clock, which {@code elapsed()}, {@code timestamp()} and others read. Disposing it leaves the loop alone.
     */
    public static Scheduler on(EventLoop loop) {
        return new LoopScheduler(Objects.requireNonNull(loop, "loop"));
    }

    /**
     * Puts Reactor's default schedulers on a loop.
     *
     * @throws IllegalStateException if they are on a loop already; the message says since where
     */
    public static LoopSchedulers install(EventLoop loop) {
        return install(loop, "at " + Site.here().inWords());
    }

    /** Puts Reactor's default schedulers on a loop; {@code where} is what the refusal of another installation says. */
    static LoopSchedulers install(EventLoop loop, String where) {
        LoopSchedulers installed = new LoopSchedulers(Objects.requireNonNull(loop, "loop"), where);
        LoopSchedulers first = INSTALLED.compareAndExchange(null, installed);
        if (first != null) {
            throw new IllegalStateException("Reactor's default schedulers cannot be put on loop \"" + loop.name()
                    + "\" "
                    + where + ": they are on loop \"" + first.loop.name() + "\" already, installed " + first.where
                    + "; close that first, or let the tests wait for each other with @ReactorOnLoop");
        }
        installed.before = Schedulers.setFactoryWithSnapshot(installed.new Factory());
        return installed;
    }

    /** Gives Reactor its former schedulers back, and disposes those that it was given; calling it twice does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                Schedulers.resetFrom(before);
                made.dispose();
            } finally {
                INSTALLED.set(null);
            }
        }
    }

    @Override
    public String toString() {
        return "LoopSchedulers[" + loop + "]";
    }

    private Scheduler make() {
        Scheduler scheduler = on(loop);
        made.add(scheduler);
        return scheduler;
    }

    /** Makes all kinds of schedulers the same. */
    private final class Factory implements Schedulers.Factory {

        @Override
        public Scheduler newParallel(int parallelism, ThreadFactory threads) {
            return make();
        }

        @Override
        public Scheduler newSingle(ThreadFactory threads) {
            return make();
        }

        @Override
        public Scheduler newBoundedElastic(int threadCap, int taskCap, ThreadFactory threads, int ttlSeconds) {
            return make();
        }

        @Override
        public Scheduler newThreadPerTaskBoundedElastic(int threadCap, int taskCap, ThreadFactory threads) {
            return make();
        }
    }
}

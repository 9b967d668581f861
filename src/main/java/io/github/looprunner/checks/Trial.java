package io.github.looprunner.checks;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.LoopState;
import io.github.looprunner.loop.Outcome;
import io.github.looprunner.loop.TaskFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One run of a check: its loops, waits that share one bound, and ways to say what is expected. */
final class Trial {

    /** How long a loop is given to do what it must not do. */
    private static final Duration MOMENT = Duration.ofMillis(20);

    private final EventLoopFactory factory;
    private final Duration bound;
    private final long deadline;
    private final List<EventLoop> opened = new ArrayList<>(); // guarded by itself
    private final Set<Reports> owners = new CopyOnWriteArraySet<>(); // of those; apart, as closing those may hang
    private final List<Held> held = new ArrayList<>(); // the check's thread only
    private @Nullable Reports reports; // the check's thread only
    private @Nullable EventLoop loop; // the check's thread only

    Trial(EventLoopFactory factory, Duration bound) {
        this.factory = factory;
        this.bound = bound;
        this.deadline = System.nanoTime() + bound.toNanos();
    }

    EventLoopFactory factory() {
        return factory;
    }

    // Loops

    /** Returns the loop that is checked. */
    EventLoop loop() {
        if (loop == null) {
            loop = open(reports());
        }
        return loop;
    }

    /** Returns what that loop reports. */
    Reports reports() {
        if (reports == null) {
            reports = new Reports("checked", /* kernel= */ null);
        }
        return reports;
    }

    /** Opens one more loop. */
    EventLoop open(Reports owner) {
        owners.add(owner);
        EventLoop another = factory.open(owner);
        if (another == null) {
            throw new Breach("that open(owner) returns a loop", "null");
        }
        synchronized (opened) {
            opened.add(another);
        }
        return another;
    }

    /** Keeps the loop busy with a task until that is closed, or the check has ended. */
    Held hold() {
        return hold(loop());
    }

    Held hold(EventLoop of) {
        Held task = new Held(/* endsOnInterrupt= */ true);
        held.add(task);
        of.execute(task);
        await(task.begun, "that a task runs");
        return task;
    }

    /** Runs something on the loop, waits for it, and returns its result. */
    <T extends @Nullable Object> T onLoop(Callable<T> job) {
        return onLoop(loop(), job);
    }

    <T extends @Nullable Object> T onLoop(EventLoop on, Callable<T> job) {
        AtomicReference<@Nullable Outcome<T>> outcome = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        on.execute(() -> {
            outcome.set(outcomeOf(job));
            done.countDown();
        });
        await(done, "that a task runs");
        return Objects.requireNonNull(outcome.get()).get();
    }

    private static <T extends @Nullable Object> Outcome<T> outcomeOf(Callable<T> job) {
        try {
            return Outcome.of(job.call(), null);
        } catch (Throwable thrown) {
            return Outcome.of(null, thrown);
        }
    }

    /** Waits until everything that was submitted before has run. */
    void rest() {
        onLoop(() -> true);
    }

    /** Ends what the check has left, as far as it can be ended. */
    void close() {
        held.forEach(Held::close);
        synchronized (opened) {
            for (EventLoop each : opened) {
                try {
                    each.shutdownNow();
                    each.close();
                } catch (RuntimeException | Error broken) {
                    // what is wrong with closing is found by the rules about it
                }
            }
        }
    }

    // Waiting

    /** Returns what is left of the bound, in nanoseconds. */
    long left() {
        return deadline - System.nanoTime();
    }

    void await(CountDownLatch latch, String expected) {
        try {
            if (!latch.await(left(), TimeUnit.NANOSECONDS)) {
                throw never(expected);
            }
        } catch (InterruptedException e) {
            throw new Breach(expected, "that the check was interrupted");
        }
    }

    /** Waits for a stage, and returns what it came to. */
    <T extends @Nullable Object> Outcome<T> await(CompletionStage<T> stage, String expected) {
        AtomicReference<@Nullable Outcome<T>> outcome = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        stage.whenComplete((value, thrown) -> {
            outcome.set(Outcome.of(value, thrown));
            done.countDown();
        });
        await(done, expected);
        return Objects.requireNonNull(outcome.get());
    }

    /** Waits for what nothing announces. */
    void until(BooleanSupplier condition, String expected) {
        while (!condition.getAsBoolean()) {
            if (left() < 0) {
                throw never(expected);
            }
            Thread.yield();
        }
    }

    /** Waits for the end of the loop. */
    void awaitEnd(EventLoop of) throws InterruptedException {
        if (!of.awaitTermination(left(), TimeUnit.NANOSECONDS)) {
            throw never("that the loop ends");
        }
    }

    /** Gives the loop a moment to do what it must not do; returns whether it did. */
    static boolean happensInAMoment(CountDownLatch wrong) {
        try {
            return wrong.await(MOMENT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Breach never(String expected) {
        return new Breach(expected, "nothing of the kind within " + bound.toMillis() + " ms" + stateInWords());
    }

    private String stateInWords() {
        if (loop == null) {
            return "";
        }
        try {
            LoopState state = loop.state();
            return "; the loop runs " + state.running() + ", has " + state.readyCount() + " ready and "
                    + state.timerCount() + " timers" + (loop.isTerminated() ? ", and has ended" : "");
        } catch (RuntimeException | Error broken) {
            return "; its state() threw " + broken;
        }
    }

    /** Returns what the loops have reported, whether the check expected it or not. Any thread. */
    List<TaskFailure> reported() {
        return owners.stream().flatMap(owner -> owner.failures().stream()).toList();
    }

    // Expecting

    static void equal(@Nullable Object expected, @Nullable Object seen, String what) {
        if (!Objects.equals(expected, seen)) {
            throw new Breach(what + ": " + expected, String.valueOf(seen));
        }
    }

    static void same(@Nullable Object expected, @Nullable Object seen, String what) {
        if (expected != seen) {
            throw new Breach(what + ": " + expected, String.valueOf(seen));
        }
    }

    static void isTrue(boolean holds, String expected, Object seen) {
        if (!holds) {
            throw new Breach(expected, String.valueOf(seen));
        }
    }

    /** Expects that a call throws, and returns what. */
    static <X extends Throwable> X thrown(Class<X> type, String call, Callable<?> refused) {
        Object result;
        try {
            result = refused.call();
        } catch (Throwable t) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
            throw new Breach("that " + call + " throws " + type.getName(), "it threw " + t);
        }
        throw new Breach("that " + call + " throws " + type.getName(), "it returned " + result);
    }
}

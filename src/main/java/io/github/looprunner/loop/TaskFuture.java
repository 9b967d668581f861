package io.github.looprunner.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A task and the future of its result, as {@link java.util.concurrent.FutureTask}.
 *
 * <p>Every timer is one, so it is small, and makes as few atomic steps as it can.
 */
abstract class TaskFuture<V extends @Nullable Object> implements RunnableFuture<V> {

    /*
     * Overview: who moves `state` by a CAS has decided what becomes of the task.
     *
     *   NEW --run--> CLAIMED --> RUNNING --> DONE or FAILED
     *    |   <---runs again--------' |
     *    '--cancel--> CANCELLED <----'----> INTERRUPTING --> INTERRUPTED
     *
     * CLAIMED lasts only until the runner has said who it is, and INTERRUPTING only until the runner was interrupted;
     * who needs more spins for that, so that an interrupt never comes after the run; the loop clears it then. `outcome`
     * is written by the runner before the CAS that ends its run. Of a thread that waits, which writes `ended` and then
     * looks at the state, and who ends the task, which does so the other way round, one sees the other.
     */

    private static final int NEW = 0;
    private static final int CLAIMED = 1;
    private static final int RUNNING = 2;
    private static final int DONE = 3;
    private static final int FAILED = 4;
    private static final int CANCELLED = 5;
    private static final int INTERRUPTING = 6;
    private static final int INTERRUPTED = 7;

    private static final VarHandle STATE;
    private static final VarHandle ENDED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(TaskFuture.class, "state", int.class);
            ENDED = lookup.findVarHandle(TaskFuture.class, "ended", CountDownLatch.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final boolean returns; // whether the body is a Callable; else a Runnable
    private volatile int state;
    private final Object body;
    private @Nullable Object outcome; // the result or what was thrown; protected by state
    private @Nullable Thread runner; // protected by state
    private volatile @Nullable CountDownLatch ended; // made by the first thread that waits

    TaskFuture(Callable<V> body) {
        this.body = Objects.requireNonNull(body, "callable");
        this.returns = true;
    }

    TaskFuture(Runnable body, V result) {
        this.body = Objects.requireNonNull(body, "task");
        this.returns = false;
        this.outcome = result;
    }

    /** Called by the runner with what the body threw, before anybody else can see it. */
    abstract void threw(Throwable thrown);

    /** Called by the runner after that where a cancel came first, so that nobody ever will. */
    abstract void threwInVain(Throwable thrown);

    /** Returns what the user gave, to name it in reports. */
    final Object body() {
        return body;
    }

    @Override
    public void run() {
        if (!begin()) {
            return;
        }
        try {
            outcome = call();
        } catch (Throwable thrown) {
            fail(thrown);
            return;
        }
        end(DONE);
    }

    /** Runs the body without ending the task; returns whether it may run again. */
    final boolean runAndReset() {
        if (!begin()) {
            return false;
        }
        try {
            call();
        } catch (Throwable thrown) {
            fail(thrown);
            return false;
        }
        return end(NEW);
    }

    private boolean begin() {
        if (state != NEW || !STATE.compareAndSet(this, NEW, CLAIMED)) {
            return false;
        }
        runner = Thread.currentThread();
        STATE.setRelease(this, RUNNING);
        return true;
    }

    @SuppressWarnings("unchecked") // the constructors take nothing else
    private @Nullable Object call() throws Exception {
        if (returns) {
            return ((Callable<V>) body).call();
        }
        ((Runnable) body).run();
        return outcome;
    }

    private void fail(Throwable thrown) {
        outcome = thrown;
        try {
            threw(thrown);
        } finally {
            if (!end(FAILED)) {
                threwInVain(thrown);
            }
        }
    }

    /** Ends the run, unless it was cancelled meanwhile. */
    private boolean end(int as) {
        runner = null;
        if (STATE.compareAndSet(this, RUNNING, as)) {
            if (as != NEW) {
                wakeWaiters();
            }
            return true;
        }
        while (state == INTERRUPTING) {
            Thread.yield(); // the interrupt is meant for this run
        }
        return false;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        for (int seen = state; seen <= RUNNING; seen = state) {
            if (seen == CLAIMED) {
                Thread.yield(); // the runner was preempted between two lines, and may need this very core
            } else if (seen == RUNNING && mayInterruptIfRunning) {
                if (STATE.compareAndSet(this, RUNNING, INTERRUPTING)) {
                    interruptRunner();
                    wakeWaiters();
                    return true;
                }
            } else if (STATE.compareAndSet(this, seen, CANCELLED)) {
                wakeWaiters();
                return true;
            }
        }
        return false;
    }

    private void interruptRunner() {
        Thread target = runner;
        try {
            if (target != null) {
                target.interrupt();
            }
        } finally {
            STATE.setRelease(this, INTERRUPTED);
        }
    }

    @Override
    public boolean isDone() {
        return state > RUNNING;
    }

    @Override
    public boolean isCancelled() {
        return state >= CANCELLED;
    }

    @Override
    public V get() throws InterruptedException, ExecutionException {
        if (!isDone()) {
            latch().await();
        }
        return result();
    }

    @Override
    public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        if (!isDone() && !latch().await(timeout, unit)) {
            throw new TimeoutException();
        }
        return result();
    }

    private CountDownLatch latch() {
        CountDownLatch latch = ended;
        if (latch == null) {
            ENDED.compareAndSet(this, null, new CountDownLatch(1));
            latch = Objects.requireNonNull(ended, "set once, and never cleared");
        }
        if (isDone()) {
            latch.countDown(); // who ended the task may not have seen the latch
        }
        return latch;
    }

    private void wakeWaiters() {
        CountDownLatch latch = ended;
        if (latch != null) {
            latch.countDown();
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only a result is stored before DONE; null only where V admits it
    private V result() throws ExecutionException {
        int how = state;
        if (how >= CANCELLED) {
            throw new CancellationException();
        }
        if (how == FAILED) {
            throw new ExecutionException((Throwable) outcome);
        }
        return (V) outcome;
    }
}

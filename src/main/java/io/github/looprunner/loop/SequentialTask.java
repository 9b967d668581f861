package io.github.looprunner.loop;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A coroutine in sequential style: each run of it as a task of the loop is one step, up to the next await. */
final class SequentialTask<T extends @Nullable Object> implements Runnable, Described {

    /*
     * Overview: a step gives the loop's turn to a thread that carries the body. An await registers with its stage and
     * gives the turn back; the stage's completion publishes the next step, so a resumed coroutine queues like any task.
     * A suspension is resumed once, by the stage or by a cancel, whoever comes first.
     *
     * A cancel is delivered once: to the await that is pending; else by an interrupt to a body that blocks its thread, or,
     * where nothing has taken that interrupt, to the next await. So a body may await again while it cleans up, however it
     * was cancelled. The interrupt is sent under this object's monitor, so that it never reaches a body that came after.
     */

    private final SingleThreadLoop loop;
    private final Callable<? extends T> body;
    private final @Nullable Site site;
    private final @Nullable Runnable startedBy; // the task that started this one, where the stack does not tell
    private final CoroutineFuture future;
    private volatile @Nullable CoroutineThread carrier; // written by the loop's thread before the first step
    private @Nullable Suspension<?> suspension; // guarded by this
    private boolean cancelAsked; // guarded by this
    private boolean cancelPending; // guarded by this; asked, and not delivered to an await yet
    private boolean interruptSent; // guarded by this
    private boolean finished; // guarded by this
    private boolean refused; // an await was told that the loop has ended; guarded by this

    SequentialTask(
            SingleThreadLoop loop, Callable<? extends T> body, @Nullable Site site, @Nullable Runnable startedBy) {
        this.loop = loop;
        this.body = body;
        this.site = site;
        this.startedBy = site != null && site.isKnown() ? null : outermost(startedBy);
        this.future = new CoroutineFuture();
    }

    /** Returns the coroutine that the caller is the body of. */
    static SequentialTask<?> current(String method) {
        SequentialTask<?> task = Thread.currentThread() instanceof CoroutineThread thread ? thread.task() : null;
        if (task == null) {
            throw new IllegalStateException(method + " was called outside the body of Coroutine.async, on thread \""
                    + Thread.currentThread().getName() + "\"; wrap the code in Coroutine.async(() -> ...), or compose"
                    + " the stage with thenApply and its like");
        }
        return task;
    }

    LoopFuture<T> future() {
        return future;
    }

    /** Runs one step. Called by the loop's thread. */
    @Override
    public void run() {
        if (!loop.isCarrier(Thread.currentThread())) {
            throw new IllegalStateException("a coroutine of " + loop.inWords() + " was run on thread \""
                    + Thread.currentThread().getName()
                    + "\", and can run on its loop only; of what shutdownNow() returns,"
                    + " cancel the futures, or run what is needed before the shutdown");
        }
        CoroutineThread thread = carrier;
        if (thread == null) {
            if (future.isDone()) {
                return; // cancelled before it started
            }
            thread = loop.coroutineThreads().take();
            carrier = thread;
        }
        loop.giveTurn(thread, this);
    }

    /** Runs the body from its start to its end. Called by the carrying thread. */
    void runBody() {
        if (!begin()) {
            return;
        }
        try {
            future.complete(body.call());
        } catch (Throwable thrown) {
            failed(thrown);
        } finally {
            finish();
        }
    }

    <V extends @Nullable Object> V await(@Nullable CompletionStage<V> stage) {
        if (stage == null) {
            throw new IllegalStateException(
                    "await was given null instead of a stage; return CompletableFuture.completedFuture(null) where there"
                            + " is nothing to wait for");
        }
        if (stage instanceof CompletableFuture<V> done && Outcome.isDone(done)) {
            return Outcome.of(done).get();
        }
        Suspension<V> suspended = suspendOn(stage);
        Circle.refuse("await", suspended, () -> forget(suspended));
        register(suspended);
        boolean hasTurn = Objects.requireNonNull(carrier, "a body that runs has a carrier")
                .handBack();
        return resumed(suspended, hasTurn);
    }

    void sleep(long nanos) {
        LoopFuture<@Nullable Void> elapsed = loop.newSleep();
        try {
            await(elapsed.completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS));
        } finally {
            elapsed.cancel(/* mayInterruptIfRunning= */ false); // and with it the timer, where the body was cancelled
        }
    }

    @Override
    public String inWords() {
        return "a coroutine";
    }

    @Override
    public @Nullable Site site() {
        return startedBy == null ? site : Described.siteOf(startedBy);
    }

    /** A chain of coroutines that start one another is not kept alive by its last one. */
    private static @Nullable Runnable outermost(@Nullable Runnable task) {
        return task instanceof SequentialTask<?> coroutine && coroutine.startedBy != null ? coroutine.startedBy : task;
    }

    /** Returns what the coroutine awaits, null unless it is suspended. */
    synchronized @Nullable Object awaited() {
        return suspension == null ? null : suspension.stage;
    }

    /** Returns false where a cancel came first, so that the body never starts. */
    private synchronized boolean begin() {
        finished = cancelPending;
        return !finished;
    }

    private synchronized <V extends @Nullable Object> Suspension<V> suspendOn(CompletionStage<V> stage) {
        if (cancelPending && !interruptTaken()) {
            throw cancelled();
        }
        cancelPending = false;
        Suspension<V> suspended = new Suspension<>(stage);
        suspension = suspended;
        return suspended;
    }

    private <V extends @Nullable Object> void register(Suspension<V> suspended) {
        try {
            LoopFuture.relay(suspended.stage, (value, thrown) -> suspended.resume(Outcome.of(value, thrown)));
        } catch (RuntimeException | Error refused) {
            forget(suspended);
            throw refused;
        }
    }

    /** Ends a suspension that never began, since the stage refused; a cancel must not resume it. */
    private synchronized void forget(Suspension<?> suspended) {
        suspended.resumed = true;
        suspension = null;
    }

    private boolean interruptTaken() {
        return interruptSent && !Thread.currentThread().isInterrupted();
    }

    private synchronized <V extends @Nullable Object> V resumed(Suspension<V> suspended, boolean hasTurn) {
        suspension = null;
        Outcome<V> outcome = suspended.outcome;
        if (outcome != null) {
            return outcome.get();
        }
        throw hasTurn ? cancelled() : refused();
    }

    /** A body that does not take the first refusal for an answer, but awaits for ever, must end all the same. */
    private CancellationException refused() {
        String ended = "the loop has ended, so nothing can resume this await";
        if (refused) {
            throw new LoopEndedError(ended + ", as the last one was told");
        }
        refused = true;
        return new CancellationException(ended);
    }

    private CancellationException cancelled() {
        cancelPending = false;
        Thread.interrupted();
        return new CancellationException("the coroutine was cancelled");
    }

    private void failed(Throwable thrown) {
        if (!future.isCancelled()) {
            future.fail(thrown);
        } else if (!(thrown instanceof CancellationException) && !(thrown instanceof InterruptedException)) {
            loop.failed(thrown, this);
        }
    }

    private synchronized void finish() {
        finished = true;
    }

    private synchronized void cancel() {
        if (finished || cancelAsked) {
            return;
        }
        cancelAsked = true;
        cancelPending = true;
        boolean resumed = suspension != null && suspension.resume(null);
        if (!resumed && carrier != null && carrier != Thread.currentThread()) { // it runs, or what it awaited has come
            interruptSent = true;
            carrier.interrupt();
        }
    }

    private synchronized List<? extends Dependent> brings() {
        return List.of(suspension == null ? loop : suspension);
    }

    /** One pending await. */
    private final class Suspension<V extends @Nullable Object> implements Dependent {

        final CompletionStage<V> stage;

        @Nullable
        Outcome<V> outcome; // guarded by the task

        private boolean resumed; // guarded by the task

        Suspension(CompletionStage<V> stage) {
            this.stage = stage;
        }

        /** Without its loop it cannot go on even when the stage is there. */
        @Override
        public List<? extends Dependent> needs() {
            return stage instanceof Dependent dependent ? List.of(loop, dependent) : List.of(loop);
        }

        @Override
        public @Nullable String waitInWords() {
            CoroutineThread waiting = carrier;
            return Described.describe(SequentialTask.this) + ", waits in await"
                    + (waiting == null ? "" : LoopView.placeOf(waiting)) + " for " + LoopView.describeStage(stage);
        }

        /** Lets the body go on; returns false where it does so already. */
        boolean resume(@Nullable Outcome<V> with) {
            synchronized (SequentialTask.this) {
                if (resumed) {
                    return false;
                }
                resumed = true;
                outcome = with;
            }
            try {
                loop.resume(SequentialTask.this);
            } catch (RejectedExecutionException closed) {
                // the loop ends, and frees its coroutines as it does
            }
            return true;
        }
    }

    /** The coroutine's result; cancelling it cancels the body. */
    private final class CoroutineFuture extends LoopFuture<T> {

        CoroutineFuture() {
            super(SequentialTask.this.loop, SequentialTask.this.site);
        }

        @Override
        public String inWords() {
            return SequentialTask.this.inWords();
        }

        @Override
        List<? extends Dependent> brings() {
            return SequentialTask.this.brings();
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled) {
                SequentialTask.this.cancel();
            }
            return cancelled;
        }
    }
}

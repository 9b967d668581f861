package io.github.looprunner.loop;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A future whose asynchronous stages and timeouts belong to a loop, and that knows whether its failure was observed. */
class LoopFuture<T extends @Nullable Object> extends CompletableFuture<T> implements Described, Dependent {

    /*
     * Overview: a failure that `fail` brings is reported to the owner unless somebody was handed this future before, and
     * taken back when somebody is given the throwable later. Who that is, is seen in these ways:
     *
     * - every dependent stage, of whatever kind, is made by newIncompleteFuture() of this future;
     * - CompletableFuture.allOf and anyOf, which ask us nothing, leave a dependent behind, counted when we fail;
     * - thenCompose, thenCombine and their like ask for toCompletableFuture() of their argument;
     * - get, join and their like throw;
     * - a callback that takes a throwable is wrapped, so that what it is given counts as observed, also where the same
     *   throwable was reported from elsewhere;
     * - allOf over futures that failed before leaves no dependent; but it passes our CompletionException on as it is, and
     *   whoever asks that one for its cause has observed it (TaskException).
     *
     * `handedOn` is written before `reported` is read, and `reported` is written before `handedOn` is read, so that of a
     * dependent and a failure that race one sees the other. Stages that orTimeout makes for itself hand nothing on.
     */

    final SingleThreadLoop loop;
    private final @Nullable Site site;
    private volatile boolean handedOn; // set by whoever takes a dependent stage
    private volatile boolean freed; // set by whoever closes the loop
    private volatile @Nullable Throwable reported; // written once, by whoever fails this future
    private volatile @Nullable Thread
            makingOwnStage; // guarded by this for writing; others only compare it with themselves
    private int ownStages; // stages that cancel timers; guarded by this

    LoopFuture(SingleThreadLoop loop, @Nullable Site site) {
        this.loop = loop;
        this.site = site;
    }

    /** Completes with a failure of a task, which is reported unless somebody has asked for it. */
    final void fail(Throwable thrown) {
        if (Outcome.peel(thrown) instanceof CancellationException) {
            completeExceptionally(thrown); // who cancels knows; without a wrapper the future counts as cancelled
            return;
        }
        if (freed) {
            if (!(thrown instanceof InterruptedException)) { // that was us
                loop.failed(thrown, this);
            }
            return;
        }
        if (!handedOn && !hasStagesOfOthers() && !isDone()) {
            loop.failed(thrown, this); // before it completes, so that whoever is given it then can take it back
            reported = thrown;
        }
        boolean asked = hasStagesOfOthers();
        boolean failed = completeExceptionally(
                thrown instanceof CompletionException given ? given : new TaskException(thrown, loop));
        if (reported != null && (asked || handedOn || !failed)) {
            loop.raised(thrown);
        }
    }

    /** Completes because the loop ends, so that nobody waits in vain; a failure that comes after all is reported. */
    final void free(CancellationException closed) {
        freed = true;
        completeExceptionally(closed);
    }

    /** Passes an outcome on within this library: whoever gets it next is in charge of a failure. */
    static <T extends @Nullable Object> void relay(
            CompletionStage<T> stage, BiConsumer<? super T, ? super Throwable> action) {
        if (stage instanceof LoopFuture<T> future) {
            future.passOn(action);
        } else {
            stage.whenComplete(action);
        }
    }

    /** Returns or throws what a future that is done came to; observes nothing. */
    static <T extends @Nullable Object> @Nullable T peek(CompletableFuture<T> done) {
        return done instanceof LoopFuture<T> future ? future.outcome() : done.getNow(null);
    }

    private void passOn(BiConsumer<? super T, ? super Throwable> action) {
        super.whenComplete(action);
    }

    private @Nullable T outcome() {
        handOn();
        return super.getNow(null);
    }

    @Override
    public String inWords() {
        return "a future";
    }

    /** Returns what a timer is that completes this future. */
    String timeoutInWords() {
        return "the timeout of " + inWords();
    }

    @Override
    public @Nullable Site site() {
        return site;
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        handOn();
        return new LoopFuture<>(loop, site);
    }

    @Override
    public Executor defaultExecutor() {
        return loop;
    }

    /**
     * Fails as {@link EventLoop#supply} does, so that a failure that nobody asks for is reported; but what a supplier throws
     * never counts as a cancel, as the JDK has it.
     */
    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        Objects.requireNonNull(supplier, "supplier");
        executor.execute(new SuppliedTask<>(() -> wrappingCancel(supplier), this));
        return this;
    }

    private static <T extends @Nullable Object> T wrappingCancel(Supplier<? extends T> supplier) {
        try {
            return supplier.get();
        } catch (CancellationException thrown) {
            throw new CompletionException(thrown);
        }
    }

    @Override
    public CompletionStage<T> minimalCompletionStage() {
        handOn();
        return super.minimalCompletionStage();
    }

    @Override
    public CompletableFuture<T> toCompletableFuture() {
        handOn();
        return this;
    }

    @Override
    public boolean complete(T value) {
        loop.calling();
        boolean completed = super.complete(value);
        loop.called();
        return completed;
    }

    @Override
    public boolean completeExceptionally(Throwable thrown) {
        loop.calling();
        boolean completed = super.completeExceptionally(thrown);
        loop.called();
        return completed;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        loop.calling();
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        loop.called();
        return cancelled;
    }

    @Override
    public CompletableFuture<T> orTimeout(long timeout, TimeUnit unit) {
        Objects.requireNonNull(unit, "unit");
        if (!isDone()) {
            whileIncomplete(
                    loop.timer(new Timeout(this, () -> completeExceptionally(new TimeoutException())), timeout, unit));
        }
        return this;
    }

    @Override
    public CompletableFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
        Objects.requireNonNull(unit, "unit");
        if (!isDone()) {
            whileIncomplete(loop.timer(new Timeout(this, () -> complete(value)), timeout, unit));
        }
        return this;
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        BlockingWait wait = loop.waits().begin(this, "get");
        try {
            return super.get();
        } catch (ExecutionException e) {
            throw observed(e);
        } finally {
            wait.close();
        }
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        long left = loop.waits().beginBounded(this, "get", unit.toNanos(timeout));
        try {
            return super.get(left, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw observed(e);
        }
    }

    @Override
    public T join() {
        BlockingWait wait = loop.waits().begin(this, "join");
        try {
            return super.join();
        } catch (CompletionException e) {
            throw observed(e);
        } finally {
            wait.close();
        }
    }

    @Override
    public T getNow(T valueIfAbsent) {
        try {
            return super.getNow(valueIfAbsent);
        } catch (CompletionException e) {
            throw observed(e);
        }
    }

    @Override
    public boolean isCompletedExceptionally() {
        if (!super.isCompletedExceptionally()) {
            return false;
        }
        handOn();
        return true;
    }

    /** Overrides what JDK 19 and later have, so that who asks this way has observed the failure too. */
    @SuppressWarnings("MissingOverride")
    public Throwable exceptionNow() {
        if (!isDone()) {
            throw new IllegalStateException("the future has not completed");
        }
        if (isCancelled()) {
            throw new IllegalStateException("the future was cancelled");
        }
        try {
            super.get();
        } catch (ExecutionException e) {
            observed(e);
            return Objects.requireNonNull(e.getCause(), "a get tells what failed");
        } catch (InterruptedException e) {
            throw new AssertionError("get of a future that is done does not wait", e);
        }
        throw new IllegalStateException("the future completed with a result");
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> handle(BiFunction<? super T, Throwable, ? extends U> fn) {
        return super.handle(observing(fn));
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> handleAsync(
            BiFunction<? super T, Throwable, ? extends U> fn) {
        return super.handleAsync(observing(fn));
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> handleAsync(
            BiFunction<? super T, Throwable, ? extends U> fn, Executor executor) {
        return super.handleAsync(observing(fn), executor);
    }

    @Override
    public CompletableFuture<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
        return super.whenComplete(observingAction(action));
    }

    @Override
    public CompletableFuture<T> whenCompleteAsync(BiConsumer<? super T, ? super Throwable> action) {
        return super.whenCompleteAsync(observingAction(action));
    }

    @Override
    public CompletableFuture<T> whenCompleteAsync(BiConsumer<? super T, ? super Throwable> action, Executor executor) {
        return super.whenCompleteAsync(observingAction(action), executor);
    }

    @Override
    public CompletableFuture<T> exceptionally(Function<Throwable, ? extends T> fn) {
        return super.exceptionally(observing(fn));
    }

    @Override
    public CompletableFuture<T> exceptionallyAsync(Function<Throwable, ? extends T> fn) {
        return super.exceptionallyAsync(observing(fn));
    }

    @Override
    public CompletableFuture<T> exceptionallyAsync(Function<Throwable, ? extends T> fn, Executor executor) {
        return super.exceptionallyAsync(observing(fn), executor);
    }

    @Override
    public CompletableFuture<T> exceptionallyCompose(Function<Throwable, ? extends CompletionStage<T>> fn) {
        return super.exceptionallyCompose(observing(fn));
    }

    @Override
    public CompletableFuture<T> exceptionallyComposeAsync(Function<Throwable, ? extends CompletionStage<T>> fn) {
        return super.exceptionallyComposeAsync(observing(fn));
    }

    @Override
    public CompletableFuture<T> exceptionallyComposeAsync(
            Function<Throwable, ? extends CompletionStage<T>> fn, Executor executor) {
        return super.exceptionallyComposeAsync(observing(fn), executor);
    }

    private void handOn() {
        if (Thread.currentThread() == makingOwnStage) {
            return;
        }
        handedOn = true;
        Throwable thrown = reported;
        if (thrown != null) {
            loop.raised(thrown);
        }
    }

    private synchronized void whileIncomplete(Future<?> timer) {
        makingOwnStage = Thread.currentThread();
        super.whenComplete((value, thrown) -> timer.cancel(/* mayInterruptIfRunning= */ false));
        makingOwnStage = null;
        ownStages++;
    }

    /** Returns what has to come first; nothing for a future that time completes. */
    @Override
    public final List<? extends Dependent> needs() {
        return isDone() || hasTimeout() ? List.of() : brings();
    }

    /** Returns what brings this future, as far as that is known, and may not take another way. */
    List<? extends Dependent> brings() {
        return List.of();
    }

    private synchronized boolean hasTimeout() {
        return ownStages > 0;
    }

    private synchronized boolean hasStagesOfOthers() {
        return getNumberOfDependents() > ownStages;
    }

    private <E extends Throwable> E observed(E thrown) {
        loop.raised(Outcome.original(thrown));
        return thrown;
    }

    private <U extends @Nullable Object> BiFunction<? super T, Throwable, ? extends U> observing(
            BiFunction<? super T, Throwable, ? extends U> fn) {
        Objects.requireNonNull(fn, "fn");
        return (value, thrown) -> {
            note(thrown);
            return fn.apply(value, thrown);
        };
    }

    private BiConsumer<? super T, ? super Throwable> observingAction(BiConsumer<? super T, ? super Throwable> action) {
        Objects.requireNonNull(action, "action");
        return (value, thrown) -> {
            note(thrown);
            action.accept(value, thrown);
        };
    }

    private <U extends @Nullable Object> Function<Throwable, ? extends U> observing(
            Function<Throwable, ? extends U> fn) {
        Objects.requireNonNull(fn, "fn");
        return thrown -> {
            note(thrown);
            return fn.apply(thrown);
        };
    }

    private void note(@Nullable Throwable thrown) {
        if (thrown != null) {
            loop.handed(Outcome.peel(thrown));
        }
    }

    /** What completes a future that takes too long. */
    private record Timeout(LoopFuture<?> future, Runnable completion) implements Runnable, Described {

        @Override
        public void run() {
            completion.run();
        }

        @Override
        public String inWords() {
            return future.timeoutInWords();
        }

        @Override
        public @Nullable Site site() {
            return future.site();
        }
    }
}

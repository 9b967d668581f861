package io.github.looprunner.loop;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A task that starts something asynchronous, whose outcome completes a future of the loop. */
final class StageTask<T extends @Nullable Object> implements Runnable, Described {

    private final SingleThreadLoop loop;
    private final Callable<? extends CompletionStage<? extends T>> body;
    private final StageFuture future;
    private volatile @Nullable CompletionStage<? extends T> stage; // written by the loop once the task has started it

    StageTask(SingleThreadLoop loop, Callable<? extends CompletionStage<? extends T>> body, @Nullable Site site) {
        this.loop = loop;
        this.body = body;
        this.future = new StageFuture(loop, site);
    }

    LoopFuture<T> future() {
        return future;
    }

    @Override
    public void run() {
        if (future.isDone()) {
            return; // cancelled before it started
        }
        try {
            start(body.call());
        } catch (Throwable thrown) {
            future.fail(thrown);
        }
    }

    @Override
    public String inWords() {
        return "a coroutine";
    }

    @Override
    public @Nullable Site site() {
        Site site = future.site();
        return site == null ? Described.siteOf(body) : site;
    }

    private void start(@Nullable CompletionStage<? extends T> started) {
        if (started == null) {
            String where = site() == null ? "" : " submitted at " + site();
            throw new IllegalStateException("the coroutine" + where + " returned null instead of a stage; return"
                    + " CompletableFuture.completedFuture(null) where there is nothing to wait for, or use"
                    + " runner.call(...) or loop.supply(...) for code that is not asynchronous");
        }
        stage = started;
        if (future.isCancelled()) {
            cancelStage(); // the cancel came while the task started it
        }
        if (started.getClass() == CompletableFuture.class && hasResult((CompletableFuture<? extends T>) started)) {
            future.completeWith(LoopFuture.peek((CompletableFuture<? extends T>) started));
        } else {
            LoopFuture.relay(started, (value, thrown) -> Relays.pass(() -> complete(value, thrown)));
        }
    }

    private static boolean hasResult(CompletableFuture<?> stage) {
        return stage.isDone() && !stage.isCompletedExceptionally();
    }

    private void complete(@Nullable T value, @Nullable Throwable thrown) {
        if (thrown == null) {
            future.completeWith(value);
        } else {
            future.fail(Outcome.peel(thrown));
        }
    }

    /** Cancels a coroutine of ours where we are, which may be the only way to reach it; other stages on the loop. */
    private void cancelStage() {
        CompletionStage<? extends T> started = stage;
        if (started instanceof LoopFuture<? extends T> ours) {
            Relays.pass(() -> ours.cancel(/* mayInterruptIfRunning= */ true));
        } else if (started instanceof CompletableFuture<? extends T> foreign) {
            loop.onLoop(() -> cancel(foreign));
        }
    }

    private static void cancel(CompletableFuture<?> foreign) {
        try {
            foreign.cancel(/* mayInterruptIfRunning= */ true);
        } catch (UnsupportedOperationException minimal) {
            // a minimal stage cannot be cancelled
        }
    }

    /** The outcome of the stage; cancelling it cancels the stage. */
    private final class StageFuture extends LoopFuture<T> {

        StageFuture(SingleThreadLoop loop, @Nullable Site site) {
            super(loop, site);
        }

        @SuppressWarnings("NullAway") // null only where T admits it
        void completeWith(@Nullable T value) {
            complete(value);
        }

        @Override
        public String inWords() {
            return StageTask.this.inWords();
        }

        @Override
        List<? extends Dependent> brings() {
            CompletionStage<? extends T> started = stage;
            return started == null ? List.of(loop) : started instanceof Dependent ours ? List.of(ours) : List.of();
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled) {
                cancelStage();
            }
            return cancelled;
        }
    }
}

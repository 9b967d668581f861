package io.github.looprunner.loop;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** An executor of the user's, which carries loops. */
final class ExecutorCarrier implements LoopCarrier {

    private final Executor executor;

    ExecutorCarrier(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void dispatch(Runnable turn) {
        executor.execute(turn);
    }

    @Override
    public String inWords() {
        return "the executor (" + Described.nameOf(executor) + ")";
    }

    /** One that is only shut down still runs what it has taken. */
    @Override
    public boolean isGone() {
        return executor instanceof ExecutorService service && service.isTerminated();
    }

    @Override
    public <T> @Nullable T unwrap(Class<T> type) {
        return type.isInstance(executor) ? type.cast(executor) : null;
    }
}

package background;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

/** Calculates on the executor that it is given, and forgets to stop. */
public final class AsyncCalculator {

    private final Executor loop;

    public AsyncCalculator(Executor loop) {
        this.loop = loop;
    }

    /** Counts down to zero, starting below it. */
    public CompletableFuture<Integer> countDown(int from) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        loop.execute(() -> result.complete(countDown(from, result)));
        return result;
    }

    private static int countDown(int from, Future<?> result) {
        int left = from;
        while (left != 0 && !result.isDone()) {
            left--;
        }
        return left;
    }
}

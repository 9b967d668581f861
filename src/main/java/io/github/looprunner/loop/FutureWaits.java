package io.github.looprunner.loop;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Waits by {@code get} and {@code join} for the futures of one loop: refuses those that cannot end, and lets loops move. */
final class FutureWaits {

    private final SingleThreadLoop loop;
    private final @Nullable Kernel kernel; // null in real time
    private final Spin spin;

    FutureWaits(SingleThreadLoop loop, @Nullable Kernel kernel, Spin spin) {
        this.loop = loop;
        this.kernel = kernel;
        this.spin = spin;
    }

    /**
     * Begins a wait without a bound; to be closed when it is over.
     *
     * @throws IllegalStateException if it could never end
     */
    BlockingWait begin(Future<?> future, String method) {
        refuseOnLoop(future, method);
        BlockingWait wait = BlockingWait.begin(method, future);
        if (isVirtual(future)) {
            letMove(future, method, Long.MAX_VALUE);
        }
        return wait;
    }

    /**
     * Begins a wait that ends by itself, and so is part of no circle; returns how many real nanoseconds of it are left. In a
     * task of a loop under virtual time its bound is virtual, and none are left; of what happens at that very instant it sees
     * everything.
     */
    long beginBounded(Future<?> future, String method, long nanos) {
        if (nanos <= 0 && loop.inEventLoop()) {
            return nanos; // it only looks
        }
        refuseOnLoop(future, method);
        if (!isVirtual(future)) {
            return nanos;
        }
        if (!kernel().isOnLoop()) {
            letMove(future, method, nanos);
            return nanos;
        }
        try (BlockingWait wait = BlockingWait.bounded(method, future)) {
            kernel().awaitInTask(future::isDone, "the bound of a " + method, nanos, spin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // for the wait that this one is part of
        }
        return 0;
    }

    private Kernel kernel() {
        return Objects.requireNonNull(kernel, "asked for under virtual time only");
    }

    private boolean isVirtual(Future<?> future) {
        return kernel != null && kernel.isInCharge() && !future.isDone();
    }

    private void refuseOnLoop(Future<?> future, String method) {
        if (loop.inEventLoop() && !future.isDone()) {
            throw new IllegalStateException(method + " was called on loop \"" + loop.name()
                    + "\", whose thread would wait for itself; compose the future with thenApply and its like, or await it"
                    + " in a coroutine");
        }
    }

    /** Lets the loops move before the caller blocks; on the test's thread at this instant only: its wait moves no time. */
    private void letMove(Future<?> future, String method, long realNanos) {
        if (kernel().isOnLoop()) {
            await(future::isDone, Kernel.FOLLOWING, realNanos);
        } else if (kernel().isHome()
                && await(future::isDone, loop.nanoTime(), realNanos) == Kernel.End.QUIET
                && !future.isDone()) {
            throw new IllegalStateException(
                    method + " was called on the test's thread under virtual time, and nothing that"
                            + " can run at this instant completes the future; time moves only while the test waits in a call of"
                            + " the runner: " + remedy(future));
        }
    }

    /** Returns what to write instead, which for a plain future is not to wait for it. */
    private static String remedy(Future<?> future) {
        return future instanceof CompletionStage
                ? "use runner.runCoroutine(future)"
                : "use runner.time().advanceBy(...) before, or let the task complete a future for runner.runCoroutine(future)";
    }

    private Kernel.End await(BooleanSupplier reached, long horizon, long realNanos) {
        try {
            return kernel().await(reached, horizon, /* patient= */ true, realNanos, spin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // for the wait that this one is part of
            return Kernel.End.TIMED_OUT;
        }
    }
}

package io.github.looprunner.loop;

import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** The pool that the JDK's futures and parallel streams use, as far as one scope is concerned. */
final class CommonPool {

    private final boolean watched; // else nobody knows for whom it is at work

    /**
     * Looks at the pool from now on, unless it is at work already, and so for somebody else.
     *
     * @param alone whether nobody else may use it meanwhile
     */
    CommonPool(boolean alone) {
        this.watched = alone && isQuiet();
    }

    boolean isBusy() {
        return watched && !isQuiet();
    }

    /** Returns whether it has, or had not long ago, threads to work with. */
    boolean wasUsed() {
        return watched && !isUnused();
    }

    List<String> inWords() {
        return isBusy() ? List.of("the common pool, which runs a task") : List.of();
    }

    List<Standstill> standstills() {
        return isBusy()
                ? List.of(new Standstill(
                        "the common pool, on which the JDK's futures run, is at work",
                        "let its tasks end, or give those that need not be waited for an executor of their own"))
                : List.of();
    }

    private static boolean isQuiet() {
        return isUnused() || ForkJoinPool.commonPool().isQuiescent(); // the first is cheaper
    }

    private static boolean isUnused() {
        ForkJoinPool pool = ForkJoinPool.commonPool();
        return pool.getPoolSize() == 0 && !pool.hasQueuedSubmissions();
    }
}

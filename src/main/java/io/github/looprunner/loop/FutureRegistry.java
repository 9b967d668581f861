package io.github.looprunner.loop;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The futures that a loop handed out and that are still incomplete, so that closing the loop can free who waits. */
final class FutureRegistry {

    private static final int SMALL = 64;

    private List<WeakReference<LoopFuture<?>>> futures = new ArrayList<>(); // guarded by this
    private int sweepAt = SMALL; // guarded by this; doubles with what is live, so that a sweep is amortised

    synchronized <F extends LoopFuture<?>> F add(F future) {
        if (futures.size() >= sweepAt) {
            futures = new ArrayList<>(
                    futures.stream().filter(FutureRegistry::isLive).toList());
            sweepAt = Math.max(SMALL, futures.size() * 2);
        }
        futures.add(new WeakReference<>(future));
        return future;
    }

    /** Removes and returns the futures that are incomplete, but for some. */
    synchronized List<LoopFuture<?>> takeIncomplete(Predicate<? super LoopFuture<?>> kept) {
        List<LoopFuture<?>> incomplete = new ArrayList<>();
        List<WeakReference<LoopFuture<?>>> left = new ArrayList<>();
        for (WeakReference<LoopFuture<?>> reference : futures) {
            LoopFuture<?> future = reference.get();
            if (future != null && !future.isDone()) {
                if (kept.test(future)) {
                    left.add(reference);
                } else {
                    incomplete.add(future);
                }
            }
        }
        futures = left;
        return incomplete;
    }

    private static boolean isLive(WeakReference<LoopFuture<?>> reference) {
        LoopFuture<?> future = reference.get();
        return future != null && !future.isDone();
    }
}

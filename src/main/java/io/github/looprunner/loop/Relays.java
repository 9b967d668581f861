package io.github.looprunner.loop;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Passes outcomes on from one future to the next; a chain of any length takes the stack of a short one. */
final class Relays {

    /*
     * Overview: whoever completes a future completes those that wait for it within the same call, and those in turn the
     * next. The first links of a chain do just that. Those beyond queue, and the call of the deepest link runs them one
     * after the other, so that they nest no further.
     */

    private static final int DEEPEST = 32; // links; a thread's stack has room for some hundreds

    private static final ThreadLocal<Nesting> NESTING = ThreadLocal.withInitial(Nesting::new);

    private Relays() {}

    /** Runs what completes, or cancels, the next future of a chain: now or, deep in one, before the outer calls return. */
    static void pass(Runnable link) {
        Nesting mine = NESTING.get();
        if (mine.depth == DEEPEST) {
            mine.add(link);
            return;
        }
        mine.depth++;
        try {
            link.run();
            mine.runLater();
        } finally {
            mine.depth--;
            if (mine.depth == 0) {
                NESTING.remove();
            }
        }
    }

    /** How deep a thread is in a chain. */
    private static final class Nesting {

        private @Nullable Queue<Runnable> later; // made by the first chain that is as deep
        private int depth;

        void add(Runnable link) {
            if (later == null) {
                later = new ArrayDeque<>();
            }
            later.add(link);
        }

        void runLater() {
            while (depth == DEEPEST && later != null && !later.isEmpty()) {
                later.remove().run();
            }
        }
    }
}

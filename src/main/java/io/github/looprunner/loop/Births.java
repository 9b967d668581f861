package io.github.looprunner.loop;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a thread was ever made on one of the loops of a scope, or on a thread that was made there; so that nobody has to
 * look for such threads where there are none.
 */
final class Births {

    private static final InheritableThreadLocal<@Nullable Births> NOTED_BY = new InheritableThreadLocal<>() {
        @Override
        protected @Nullable Births childValue(@Nullable Births parent) { // called by who makes the thread
            if (parent != null) {
                parent.any = true;
            }
            return parent;
        }
    };

    private volatile boolean any;

    /** Notes what the calling thread makes from now on; nowhere, if null. */
    static void noteOn(@Nullable Births births) {
        RunnerThread own = Thread.currentThread() instanceof RunnerThread thread ? thread : null;
        if (births != null) {
            NOTED_BY.set(births);
        } else if ((own == null || own.isNoted()) && NOTED_BY.get() != null) {
            NOTED_BY.remove();
        }
        if (own != null) {
            own.setNoted(births != null);
        }
    }

    /** Makes a thread of this library's own, which is not noted. */
    static <T extends Thread> T unnoted(Supplier<T> thread) {
        Births before = NOTED_BY.get();
        if (before == null) {
            return thread.get();
        }
        NOTED_BY.remove();
        try {
            return thread.get();
        } finally {
            noteOn(before);
        }
    }

    boolean isAny() {
        return any;
    }
}

package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/** The group for the thread of a loop, taken when somebody asks, since a loop that is never used has no thread. */
final class LoopGroup {

    private final LoopOwner owner;
    private @Nullable LoopThreadGroup made; // guarded by this

    LoopGroup(LoopOwner owner) {
        this.owner = owner;
    }

    synchronized ThreadGroup get() {
        if (made == null) {
            made = LoopThreadGroup.of(owner);
        }
        return made;
    }

    /** Takes note that the loop has ended; called once. */
    synchronized void leave() {
        if (made != null) {
            made.leave();
        }
    }
}

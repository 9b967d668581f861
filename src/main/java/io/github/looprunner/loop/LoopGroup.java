package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/** The group for the thread of a loop, made when somebody asks: on JDK 17 one that never gets a thread would stay for ever. */
final class LoopGroup {

    private final LoopOwner owner;
    private @Nullable LoopThreadGroup made; // guarded by this, and nothing is called meanwhile

    LoopGroup(LoopOwner owner) {
        this.owner = owner;
    }

    synchronized ThreadGroup get() {
        if (made == null) {
            made = new LoopThreadGroup(owner);
        }
        return made;
    }
}

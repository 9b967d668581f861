package io.github.looprunner.loop;

import java.util.ArrayList;
import java.util.List;

/**
 * The group of a loop's thread: threads that are born on the loop inherit it, and what they throw is the test's.
 */
final class LoopThreadGroup extends ThreadGroup {

    /*
     * JDK 17 and 18 keep a group in its parent until somebody destroys it. But a thread factory that was made on the loop,
     * such as that of an application's pool, makes threads in it for as long as it likes, and fails where that is gone. So
     * there a group is never destroyed: it goes to a later loop, once its threads and the test of its loop have ended.
     */

    private static final boolean IS_KEPT = Runtime.version().feature() < 19;
    private static final List<LoopThreadGroup> KEPT = new ArrayList<>(); // guarded by itself

    private volatile LoopOwner owner; // written when the group goes over to another loop

    private LoopThreadGroup(LoopOwner owner) {
        super("loop-runner");
        this.owner = owner;
    }

    /** Returns a group for a loop of an owner. */
    static LoopThreadGroup of(LoopOwner owner) {
        if (!IS_KEPT) {
            return new LoopThreadGroup(owner);
        }
        synchronized (KEPT) {
            for (LoopThreadGroup each : KEPT) {
                if (each.isFree()) {
                    each.belongTo(owner);
                    return each;
                }
            }
            LoopThreadGroup fresh = new LoopThreadGroup(owner);
            KEPT.add(fresh);
            return fresh;
        }
    }

    private boolean isFree() {
        return owner.isEnding() && activeCount() == 0 && activeGroupCount() == 0;
    }

    /** Makes what is thrown from now on somebody else's. */
    void belongTo(LoopOwner next) {
        owner = next;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        String what = "thread \"" + thread.getName() + "\", which was born on the loop";
        owner.failed(new TaskFailure(thrown, owner.loopName(), what, Site.unknown()));
    }
}

package io.github.looprunner.loop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The group of a loop's thread: threads that are born on the loop inherit it, and what they throw is the test's.
 */
final class LoopThreadGroup extends ThreadGroup {

    /*
     * JDK 17 and 18 keep a group in its parent until somebody destroys it. But a thread factory that was made on the loop,
     * such as that of an application's pool, makes threads in it for as long as it likes, and fails where that is gone. So
     * there a group is never destroyed: once its loop and its threads have ended, it goes to a later loop. All are children
     * of the root, since a group in another would keep that, or end with it.
     */

    private static final boolean IS_KEPT = Runtime.version().feature() < 19;
    private static final int MOST_LOOKS = 8; // at groups that may still have threads

    /** Those whose loops have ended. */
    private static final Deque<LoopThreadGroup> LEFT = new ArrayDeque<>(); // guarded by itself

    private volatile Told told; // written when the group goes over to another loop, and when that ends

    private LoopThreadGroup(LoopOwner owner) {
        super(root(), "loop-runner");
        this.told = Told.of(owner);
    }

    /** Returns a group for a loop of an owner, which {@link #leave leaves} it in the end. */
    static LoopThreadGroup of(LoopOwner owner) {
        for (int looks = 0; looks < MOST_LOOKS; looks++) {
            LoopThreadGroup left = oldestLeft();
            if (left == null) {
                break;
            }
            if (left.activeCount() == 0 && left.activeGroupCount() == 0) {
                left.belongTo(owner);
                return left;
            }
            left.leave();
        }
        return new LoopThreadGroup(owner);
    }

    private static @Nullable LoopThreadGroup oldestLeft() {
        synchronized (LEFT) {
            return LEFT.poll();
        }
    }

    /** Returns the group that all others are in. */
    static ThreadGroup root() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    /** Lets go of the owner, who wants to be told of little from now on. */
    void release() {
        told = told.afterEnd();
    }

    /** Takes note that its loop has ended; once for each loop. */
    void leave() {
        release();
        if (IS_KEPT) {
            synchronized (LEFT) {
                LEFT.add(this);
            }
        }
    }

    /** Makes what is thrown from now on somebody else's. */
    void belongTo(LoopOwner next) {
        told = Told.of(next);
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        String what = "thread \"" + thread.getName() + "\", which was born on the loop";
        Told who = told;
        who.failures().accept(new TaskFailure(thrown, who.loopName(), what, Site.unknown()));
    }

    /**
     * Who is told of what its threads throw.
     *
     * @param owner of the loop, null once that has ended
     */
    private record Told(String loopName, Consumer<TaskFailure> failures, @Nullable LoopOwner owner) {

        static Told of(LoopOwner owner) {
            return new Told(owner.loopName(), owner::failed, owner);
        }

        Told afterEnd() {
            return owner == null ? this : new Told(loopName, owner.afterEnd(), null);
        }
    }
}

package io.github.looprunner.loop;

/**
 * The group of a loop's thread: threads that are born on the loop inherit it, and what they throw is the test's.
 */
final class LoopThreadGroup extends ThreadGroup {

    private volatile LoopOwner owner; // written when the thread goes over to another loop

    LoopThreadGroup(LoopOwner owner) {
        super(owner.name());
        this.owner = owner;
        goesWithItsLastThread();
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

    /** On JDK 17 and 18 the parent would keep the group for ever; from 19 on this does nothing. */
    @SuppressWarnings("removal")
    private void goesWithItsLastThread() {
        setDaemon(true);
    }
}

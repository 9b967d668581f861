package io.github.looprunner.loop;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread for the bodies of coroutines, one after the other; it runs only while it has the turn of its loop. */
final class CoroutineThread extends RunnerThread {

    /*
     * Overview: the loop's thread gives the turn in runStep and waits until it has it back; this thread gives it back when
     * its body suspends or ends. So of the two exactly one runs. Both wait by parking: spinning makes a hand-over ten
     * times slower where cores are few. An interrupt that reaches the waiting loop is meant for the code that has the
     * turn, and is passed on. A thread that is retired, because its loop has ended, gets no turn any more: its body then
     * runs on without, so that it can clean up and end.
     */

    private final SingleThreadLoop loop;
    private volatile boolean hasTurn; // set by the loop's thread, cleared by this one
    private volatile boolean retired; // set by the loop's thread when it ends
    private volatile @Nullable SequentialTask<?> task; // set by the loop's thread while it has the turn, cleared here
    private volatile @Nullable Thread giver; // the thread that waits for the turn; written by that thread

    CoroutineThread(SingleThreadLoop loop, String name) {
        super(name);
        this.loop = loop;
    }

    /** Gives this thread the turn and waits until it is given back. Called by the loop's thread. */
    void runStep(SequentialTask<?> step) {
        task = step;
        giver = Thread.currentThread();
        hasTurn = true;
        LockSupport.unpark(this);
        while (hasTurn) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                interrupt();
            }
        }
    }

    /** Returns whether the body that this thread was given has ended. Called by the loop's thread. */
    boolean isIdle() {
        return task == null;
    }

    @Nullable
    SequentialTask<?> task() {
        return task;
    }

    /** Gives the turn back and waits for the next one; returns false where none will come. Called by this thread. */
    boolean handBack() {
        boolean interrupted = Thread.interrupted();
        giveBack();
        while (!hasTurn && !retired) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            interrupt();
        }
        return hasTurn;
    }

    /** Ends this thread once it has nothing to run. */
    void retire() {
        retired = true;
        LockSupport.unpark(this);
    }

    /** Interrupts a body that goes on without the turn, and does not end. */
    void interruptRetired() {
        if (retired) {
            interrupt();
        }
    }

    @Override
    public void run() {
        CurrentLoop.set(loop);
        loop.noteBirths();
        while (!retired || hasTurn) {
            SequentialTask<?> current = task;
            if (!hasTurn || current == null) {
                LockSupport.park(this);
                Thread.interrupted();
                continue;
            }
            try {
                current.runBody();
            } finally {
                Thread.interrupted(); // what was meant for this body does not concern the next
                task = null;
                giveBack();
            }
        }
    }

    private void giveBack() {
        hasTurn = false;
        LockSupport.unpark(giver);
    }
}

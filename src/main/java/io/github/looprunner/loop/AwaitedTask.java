package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/**
 * A task that a thread stands waiting for: that thread's stack says where it was submitted, so that a loop need not look
 * at the stack on each submission.
 */
public interface AwaitedTask {

    /** Returns where the task is waited for, null once that is over; asked for reports only, from any thread. */
    @Nullable
    Site waitedAt();
}

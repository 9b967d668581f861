package io.github.looprunner.loop;

/** Where a timer that is due runs among the tasks that are ready. */
public enum TimerOrder {

    /** Behind the tasks that are ready when it comes due, and before those that are submitted later. */
    BEHIND_READY_TASKS,

    /** Before every task that has not begun when it comes due. */
    BEFORE_READY_TASKS,

    /** Somewhere among them; nothing is promised but that it runs. */
    UNSPECIFIED
}

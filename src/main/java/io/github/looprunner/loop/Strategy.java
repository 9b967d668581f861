package io.github.looprunner.loop;

import java.util.List;

/**
 * Decides who moves next, of those that can; it never changes the order in which one of them moves. Called by who has the
 * turn.
 */
interface Strategy {

    /**
     * Returns whether it is also asked in the middle of a task, or of the test's own code: before and after each controlled
     * call there, which submits, arms, cancels or completes something. Always returns the same.
     */
    boolean isAskedAtCalls();

    /**
     * Returns who moves next.
     *
     * @param able who can: threads whose wait is over, in the order in which they began to wait, then loops in the order in
     *     which they were opened; never empty, and changed after the call
     * @param last who moved last
     */
    Kernel.Agent next(List<Kernel.Agent> able, Kernel.Agent last);
}

package io.github.looprunner;

import io.github.looprunner.loop.LoopThreads;
import io.github.looprunner.loop.Spin;
import org.jspecify.annotations.Nullable;

/**
 * How the loops of a scope are set up.
 *
 * @param sites which submissions are looked at
 * @param reusedThreads where loops take used threads from; null where each has a thread of its own
 * @param loops how a loop's thread looks out for work before it parks
 * @param waits how a thread that waits for a result looks out for it before it parks
 * @param starts the same, where the loop's thread has to start first
 * @param ports what gives free ports; null where each scope has its own
 */
record LoopSetup(
        SubmissionSites sites,
        @Nullable LoopThreads reusedThreads,
        Spin loops,
        Spin waits,
        Spin starts,
        @Nullable Ports ports) {}

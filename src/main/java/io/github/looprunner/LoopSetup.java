package io.github.looprunner;

import io.github.looprunner.loop.LoopThreads;
import org.jspecify.annotations.Nullable;

/**
 * How the loops of a scope are set up.
 *
 * @param sites which submissions are looked at
 * @param reusedThreads where loops take used threads from; null where each has a thread of its own
 */
record LoopSetup(SubmissionSites sites, @Nullable LoopThreads reusedThreads) {}

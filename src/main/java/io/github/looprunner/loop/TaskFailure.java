package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/**
 * A failure of a task that nobody observed yet.
 *
 * @param thrown what the task threw
 * @param loop the name of the loop that it ran on
 * @param task what ran, in words
 * @param site where the task was submitted, where that was recorded
 */
public record TaskFailure(Throwable thrown, String loop, String task, @Nullable Site site) {}

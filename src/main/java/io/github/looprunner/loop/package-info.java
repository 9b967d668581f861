/**
 * Event loops: one thread, one queue of tasks, one set of timers, and futures that stay at home.
 *
 * <p>Start with {@link io.github.looprunner.loop.EventLoop}; a kind of loop of your own begins at
 * {@link io.github.looprunner.loop.EventLoopFactory}.
 */
@NullMarked
package io.github.looprunner.loop;

import org.jspecify.annotations.NullMarked;

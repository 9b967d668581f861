/** Loops on Netty's transports, on which Netty's own channels, tasks and timers run. */
@NullMarked
package io.github.looprunner.netty;

import org.jspecify.annotations.NullMarked;

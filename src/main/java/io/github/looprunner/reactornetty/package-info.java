/** Loops of Netty's kinds as the resources of Reactor Netty. */
@NullMarked
package io.github.looprunner.reactornetty;

import org.jspecify.annotations.NullMarked;

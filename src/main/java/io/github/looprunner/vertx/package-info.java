/** Loops that Vert.x runs on, with its own timers, event bus, servers and clients. */
@NullMarked
package io.github.looprunner.vertx;

import org.jspecify.annotations.NullMarked;

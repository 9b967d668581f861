package io.github.looprunner.jmh;

import io.vertx.core.Handler;

/** A task in the shape that each peer takes, so that none pays for a wrapper. */
interface Task extends Runnable, Handler<Void> {

    @Override
    default void handle(Void nothing) {
        run();
    }
}

package io.github.looprunner.vertx;

import io.github.looprunner.loop.EventLoopFactory;
import io.vertx.core.VertxOptions;

/** Loops of kind {@code vertx} with options of the user's. */
public final class VertxLoops {

    private VertxLoops() {}

    /** Returns a factory of loops whose Vert.x has options; it still has only one event loop. */
    public static EventLoopFactory with(VertxOptions options) {
        return new VertxLoopFactory(new VertxOptions(options));
    }
}

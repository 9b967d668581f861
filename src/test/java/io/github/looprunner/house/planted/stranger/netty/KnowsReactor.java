package io.github.looprunner.house.planted.stranger.netty;

import reactor.core.Disposable;

/** An adapter that knows the library of another. */
class KnowsReactor {

    Disposable disposable;
}

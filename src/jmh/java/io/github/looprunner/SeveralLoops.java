package io.github.looprunner;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;

/** Opens what {@link Loop} opens in JUnit: further loops beside a runner's own, which share its time. */
public final class SeveralLoops {

    private SeveralLoops() {}

    /** Opens another loop that closes with the runner. */
    public static EventLoop open(LoopRunner runner, String name) {
        return runner.scope().open(EventLoopFactory.of("jdk"), name);
    }
}

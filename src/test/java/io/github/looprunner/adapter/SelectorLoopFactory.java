package io.github.looprunner.adapter;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.LoopOwner;
import io.github.looprunner.loop.PolledLoop;

/** Opens loops of kind {@code selector}, which wait in a {@link java.nio.channels.Selector}. */
public final class SelectorLoopFactory implements EventLoopFactory {

    @Override
    public String kind() {
        return "selector";
    }

    @Override
    public EventLoop open(LoopOwner owner) {
        return PolledLoop.open(kind(), owner, SelectorPoller::new);
    }
}

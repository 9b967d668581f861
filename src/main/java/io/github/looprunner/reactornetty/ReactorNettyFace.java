package io.github.looprunner.reactornetty;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.LoopFace;
import org.jspecify.annotations.Nullable;

/** Gives a loop of one of Netty's kinds as {@code LoopResources}, for {@code runOn} of servers and clients. */
public final class ReactorNettyFace implements LoopFace {

    /** Creates the face; for {@link java.util.ServiceLoader}. */
    public ReactorNettyFace() {}

    @Override
    public <T> @Nullable T of(EventLoop loop, Class<T> type) {
        return type.getName().equals("reactor.netty.resources.LoopResources")
                ? type.cast(new OneLoop(loop.unwrap(io.netty.channel.EventLoop.class)))
                : null;
    }
}

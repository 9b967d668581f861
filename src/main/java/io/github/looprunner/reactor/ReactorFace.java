package io.github.looprunner.reactor;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.LoopFace;
import org.jspecify.annotations.Nullable;

/** Gives any loop as a Reactor {@code Scheduler}. */
public final class ReactorFace implements LoopFace {

    /** Creates the face; for {@link java.util.ServiceLoader}. */
    public ReactorFace() {}

    @Override
    public <T> @Nullable T of(EventLoop loop, Class<T> type) {
        return type.getName().equals("reactor.core.scheduler.Scheduler") ? type.cast(LoopSchedulers.on(loop)) : null;
    }
}

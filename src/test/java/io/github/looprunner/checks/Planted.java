package io.github.looprunner.checks;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.LoopOwner;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Kind {@code jdk} with a fault: in its loops, or in how they reach their owner. */
class Planted implements EventLoopFactory {

    private final UnaryOperator<LoopOwner> owners;
    private final BiFunction<EventLoop, LoopOwner, EventLoop> loops;

    private Planted(UnaryOperator<LoopOwner> owners, BiFunction<EventLoop, LoopOwner, EventLoop> loops) {
        this.owners = owners;
        this.loops = loops;
    }

    /** A kind without a fault. */
    Planted() {
        this(owner -> owner, (loop, owner) -> loop);
    }

    static Planted loop(UnaryOperator<EventLoop> loops) {
        return new Planted(owner -> owner, (loop, owner) -> loops.apply(loop));
    }

    static Planted virtualLoop(UnaryOperator<EventLoop> loops) {
        return new Planted(owner -> owner, (loop, owner) -> owner.kernel() == null ? loop : loops.apply(loop));
    }

    static Planted realLoop(UnaryOperator<EventLoop> loops) {
        return new Planted(owner -> owner, (loop, owner) -> owner.kernel() == null ? loops.apply(loop) : loop);
    }

    static Planted owner(UnaryOperator<LoopOwner> owners) {
        return new Planted(owners, (loop, owner) -> loop);
    }

    @Override
    public String kind() {
        return "jdk";
    }

    @Override
    public EventLoop open(LoopOwner owner) {
        return loops.apply(EventLoopFactory.of("jdk").open(owners.apply(owner)), owner);
    }
}

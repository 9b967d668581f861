package io.github.looprunner.loop;

import java.util.Optional;

/** Opens loops on a carrier, which does not end with them. */
final class CarriedLoopFactory implements EventLoopFactory {

    private final String kind;
    private final LoopCarrier carrier;

    CarriedLoopFactory(String kind, LoopCarrier carrier) {
        this.kind = kind;
        this.carrier = carrier;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public Optional<String> notCounted() {
        return Optional.of(LoopCarrier.NOT_COUNTED);
    }

    @Override
    public Optional<String> foreignThreads() {
        return Optional.of(LoopCarrier.FOREIGN_THREADS);
    }

    @Override
    public Optional<String> noVirtualTime() {
        return Optional.of(LoopCarrier.NO_VIRTUAL_TIME);
    }

    @Override
    public EventLoop open(LoopOwner owner) {
        return LoopCarrier.open(kind, owner, carrier);
    }
}

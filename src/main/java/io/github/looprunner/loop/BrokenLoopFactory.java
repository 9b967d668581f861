package io.github.looprunner.loop;

import java.util.Optional;

/** Stands for a factory on the class path that cannot even be loaded, so that it does not hide the others. */
final class BrokenLoopFactory implements EventLoopFactory {

    private final Error broken;

    BrokenLoopFactory(Error broken) {
        this.broken = broken;
    }

    @Override
    public String kind() {
        return "unloadable: " + broken.getMessage();
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.of("its factory cannot be loaded: " + broken);
    }

    @Override
    public EventLoop open(LoopOwner owner) {
        throw new IllegalStateException("the factory cannot be loaded", broken);
    }
}

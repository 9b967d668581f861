package io.github.looprunner.loop;

import java.util.Optional;

/**
 * Stands for loops on executors of the user's, which only he can bring: see {@link EventLoopFactory#onExecutor}.
 */
public final class ExecutorLoopFactory implements EventLoopFactory {

    private static final String KIND = "executor";

    /** Creates the factory; for {@link java.util.ServiceLoader}. */
    public ExecutorLoopFactory() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.of("it runs on an executor of yours, which has to be given:"
                + " LoopRunner.builder().loop(EventLoopFactory.onExecutor(\"executor\", yourExecutor))");
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
        throw new IllegalStateException(
                "loop kind (" + KIND + ") cannot run here: " + unavailable().orElseThrow());
    }
}

package io.github.looprunner.loop;

import java.util.Optional;
import java.util.function.Function;

/** Opens loops on threads of some kind. */
final class ThreadedLoopFactory implements EventLoopFactory {

    private final String kind;
    private final Function<LoopOwner, LoopThread> threads;

    ThreadedLoopFactory(String kind, Function<LoopOwner, LoopThread> threads) {
        this.kind = kind;
        this.threads = threads;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public Optional<String> foreignThreads() {
        return Optional.of("its threads are made by a factory of the user's");
    }

    @Override
    public EventLoop open(LoopOwner owner) {
        return new SingleThreadLoop(kind, owner, threads.apply(owner));
    }

    /** Returns the name for an owner's loop thread, such as {@code loop-runner HerdTests.addsCommand client}. */
    static String threadName(LoopOwner owner, String kind) {
        String name = "loop-runner " + owner.name();
        return owner.loopName().equals(kind) ? name : name + " " + owner.loopName();
    }
}

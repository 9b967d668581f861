package io.github.looprunner.loop;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;

/**
 * Opens event loops of one kind; found by {@link ServiceLoader}.
 *
 * <p>A factory names its optional library in the body of {@link #open} only, so that it can be listed where the library
 * is absent.
 */
public interface EventLoopFactory {

    /** Returns the name of the kind, in lower case with hyphens, such as {@code virtual-thread}. */
    String kind();

    /** Returns why this kind cannot run here, and what to add or change; empty where it can. */
    default Optional<String> unavailable() {
        return Optional.empty();
    }

    /** Returns why loops of this kind cannot have virtual time; empty where they can. */
    default Optional<String> noVirtualTime() {
        return Optional.empty();
    }

    /** Returns why what goes on on loops of this kind cannot be counted, as {@code settle()} does; empty where it can. */
    default Optional<String> notCounted() {
        return Optional.empty();
    }

    /** Returns why the threads of such loops keep names and class loaders of their own; empty where they are the owner's. */
    default Optional<String> foreignThreads() {
        return Optional.empty();
    }

    /** Returns where a timer that is due runs among the tasks that are ready, in real and in virtual time. */
    default TimerOrder timerOrder() {
        return TimerOrder.BEHIND_READY_TASKS;
    }

    /**
     * Opens a loop that reports to the given owner; its thread may start with the first task.
     *
     * @throws IllegalStateException if this kind cannot run here
     */
    EventLoop open(LoopOwner owner);

    /**
     * Returns a factory of loops that run on a thread of the given factory.
     *
     * <p>The thread keeps the name, priority and class loader that its factory gave it.
     */
    static EventLoopFactory onThreads(String kind, ThreadFactory threads) {
        return new ThreadedLoopFactory(requireKind(kind), owner -> LoopThread.of(threads));
    }

    /**
     * Returns a factory of loops that an executor of the user's carries, which stays open when they are closed.
     *
     * <p>Their tasks run in order and one at a time, also where the executor has many threads. They are not counted, and have
     * no virtual time. {@link LoopCarrier} tells what is on the thread, and what happens where the executor rejects.
     */
    static EventLoopFactory onExecutor(String kind, Executor executor) {
        return new CarriedLoopFactory(
                requireKind(kind), new ExecutorCarrier(Objects.requireNonNull(executor, "executor")));
    }

    /**
     * Returns the factory of a kind.
     *
     * @throws IllegalArgumentException if no such kind is known; the message lists those that are
     */
    static EventLoopFactory of(String kind) {
        List<EventLoopFactory> all = all();
        return all.stream()
                .filter(factory -> factory.kind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "loop kind (" + kind + ") is unknown; known kinds are " + kindsOf(all)));
    }

    /** Returns the factories that this library's class loader sees, whether or not they can run here. */
    static List<EventLoopFactory> all() {
        return LoopFactories.ALL;
    }

    private static String requireKind(String kind) {
        Objects.requireNonNull(kind, "kind");
        if (!kind.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException("loop kind (" + kind
                    + ") must be words in lower case with hyphens between them, as in my-framework");
        }
        return kind;
    }

    private static String kindsOf(List<EventLoopFactory> factories) {
        return factories.stream()
                .map(factory -> factory.unavailable().isPresent() ? factory.kind() + " (not here)" : factory.kind())
                .collect(Collectors.joining(", "));
    }
}

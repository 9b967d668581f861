package io.github.looprunner.checks;

import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.TimerOrder;
import java.util.Optional;

/** What a kind must offer for a rule to concern it. */
interface Needs {

    Needs NOTHING = factory -> Optional.empty();

    Needs A_LOOP = EventLoopFactory::unavailable;

    Needs COUNTING = aLoopAnd(EventLoopFactory::notCounted);

    Needs OWN_THREADS = aLoopAnd(EventLoopFactory::foreignThreads);

    Needs VIRTUAL_TIME = aLoopAnd(EventLoopFactory::noVirtualTime);

    Needs REAL_TIME_ONLY = aLoopAnd(
            factory -> factory.noVirtualTime().isPresent() ? Optional.empty() : Optional.of("it has virtual time"));

    Needs TIMER_ORDER = aLoopAnd(factory -> factory.timerOrder() == TimerOrder.UNSPECIFIED
            ? Optional.of("the kind does not say where its timers run")
            : Optional.empty());

    Needs TIMER_ORDER_IN_VIRTUAL_TIME = factory -> VIRTUAL_TIME.missing(factory).or(() -> TIMER_ORDER.missing(factory));

    /** Returns why a rule does not concern a kind; empty where it does. */
    Optional<String> missing(EventLoopFactory factory);

    private static Needs aLoopAnd(Needs more) {
        return factory -> A_LOOP.missing(factory).or(() -> more.missing(factory));
    }
}

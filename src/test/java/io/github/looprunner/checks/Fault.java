package io.github.looprunner.checks;

import io.github.looprunner.loop.EventLoopFactory;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A fault, and the checks that name it.
 *
 * @param name what is wrong
 * @param kind makes a kind with the fault
 * @param named the checks that are meant for it, and fail for certain
 * @param chance the checks that notice it as well where the race goes that way
 */
record Fault(String name, Supplier<? extends EventLoopFactory> kind, Set<String> named, Set<String> chance) {

    Fault(String name, Supplier<? extends EventLoopFactory> kind, String... named) {
        this(name, kind, Set.of(named), Set.of());
    }

    /** Returns the same fault with checks that may notice it as well. */
    Fault orElse(String... chance) {
        return new Fault(name, kind, named, Set.of(chance));
    }

    @Override
    public String toString() {
        return name;
    }
}

package io.github.looprunner.loop;

import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * What a library sees of a loop of any kind, such as a scheduler of its own type; found by {@link ServiceLoader}, and asked by
 * {@link EventLoop#unwrap}.
 *
 * <p>An implementation names its library in the body of {@link #of} only, and there only once the type is known to be one of
 * that library's.
 */
public interface LoopFace {

    /** Returns the object of a type that stands for a loop, null if there is none. */
    <T> @Nullable T of(EventLoop loop, Class<T> type);
}

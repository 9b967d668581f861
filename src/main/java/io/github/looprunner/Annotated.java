package io.github.looprunner;

import io.github.looprunner.LoopRunnerExtension.Preset;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What the annotations of a test class say, where it has none those of the class around it.
 *
 * @param onLoop whether {@link OnLoop} runs its methods on the loop
 * @param preset what {@link LoopTimeout} sets
 * @param virtualTime what says its time, null where nothing does
 */
record Annotated(boolean onLoop, Preset preset, @Nullable VirtualTime virtualTime) {

    /** Looked up once for each class, since JUnit's search among annotations of annotations takes microseconds. */
    private static final ClassValue<Annotated> OF_CLASS = new ClassValue<>() {
        @Override
        protected Annotated computeValue(Class<?> type) {
            Class<?> enclosing = type.getEnclosingClass();
            Annotated around = enclosing == null ? new Annotated(false, Preset.NOTHING, null) : of(enclosing);
            return new Annotated(
                    around.onLoop || AnnotationSupport.isAnnotated(type, OnLoop.class),
                    Preset.of(type).orElse(around.preset),
                    AnnotationSupport.findAnnotation(type, VirtualTime.class).orElse(around.virtualTime));
        }
    };

    static Annotated of(Class<?> testClass) {
        return OF_CLASS.get(testClass);
    }

    /** Returns whether a method of a test class runs on the loop. */
    static boolean isOnLoop(Method method, Class<?> testClass) {
        return of(testClass).onLoop || AnnotationSupport.isAnnotated(method, OnLoop.class);
    }

    /** Returns what gives a test of a class, or the class, virtual time; null in real time. */
    static @Nullable VirtualTime virtualTime(Optional<Method> test, Class<?> testClass) {
        VirtualTime nearest = test.flatMap(method -> AnnotationSupport.findAnnotation(method, VirtualTime.class))
                .orElse(of(testClass).virtualTime);
        return nearest == null || nearest.value() == VirtualTime.Mode.REAL ? null : nearest;
    }

    /** Returns what is set for a test of a class, or for the class. */
    static Preset preset(Optional<Method> test, Class<?> testClass) {
        return test.flatMap(Preset::of).orElseGet(() -> of(testClass).preset);
    }
}

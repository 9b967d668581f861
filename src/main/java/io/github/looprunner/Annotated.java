package io.github.looprunner;

import io.github.looprunner.LoopRunnerExtension.Preset;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What the annotations of a test class say, and those of a method of it, where that has any.
 *
 * @param onLoop whether {@link OnLoop} runs the method on the loop, or all methods of the class
 * @param preset what {@link LoopTimeout} sets
 * @param time what says the time, null where nothing does
 * @param kinds what lists the kinds of loops that the test runs on, null where nothing does, as for a class
 */
record Annotated(boolean onLoop, Preset preset, @Nullable VirtualTime time, @Nullable TestOnLoops kinds) {

    private static final Annotated NOTHING = new Annotated(false, Preset.NOTHING, null, null);

    /** Looked up once, since JUnit's search among annotations of annotations takes microseconds. */
    private static final ClassValue<OfClass> OF_CLASS = new ClassValue<>() {
        @Override
        protected OfClass computeValue(Class<?> type) {
            Class<?> enclosing = type.getEnclosingClass();
            return new OfClass(search(type, enclosing == null ? NOTHING : of(enclosing)), new ConcurrentHashMap<>());
        }
    };

    /** Returns what is said of a class; where it says nothing, that is what the class around it says. */
    static Annotated of(Class<?> testClass) {
        return OF_CLASS.get(testClass).itself;
    }

    /** Returns what is said of a method of a test class. */
    static Annotated of(Method method, Class<?> testClass) {
        OfClass ofClass = OF_CLASS.get(testClass);
        return ofClass.methods.computeIfAbsent(method, key -> search(key, ofClass.itself));
    }

    /** Returns what is said of the test of a context or, where it has none, of the class. */
    static Annotated of(ExtensionContext context) {
        Class<?> testClass = context.getRequiredTestClass();
        Method test = context.getTestMethod().orElse(null);
        return test == null ? of(testClass) : of(test, testClass);
    }

    /** Returns what gives virtual time; null in real time. */
    @Nullable
    VirtualTime virtualTime() {
        return time == null || time.value() == VirtualTime.Mode.REAL ? null : time;
    }

    private static Annotated search(AnnotatedElement element, Annotated around) {
        return new Annotated(
                around.onLoop || AnnotationSupport.isAnnotated(element, OnLoop.class),
                Preset.of(element).orElse(around.preset),
                AnnotationSupport.findAnnotation(element, VirtualTime.class).orElse(around.time),
                AnnotationSupport.findAnnotation(element, TestOnLoops.class).orElse(null));
    }

    /** What is said of a class, and of its methods as far as somebody has asked. */
    private record OfClass(Annotated itself, Map<Method, Annotated> methods) {}
}

package io.github.looprunner;

import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Refuses test methods that return a future: JUnit does not run them, and says little or nothing about it. */
final class FutureReturningTests {

    private FutureReturningTests() {}

    static void refuse(Class<?> testClass) {
        List<Method> skipped = ReflectionSupport.findMethods(
                testClass, FutureReturningTests::isSkipped, HierarchyTraversalMode.TOP_DOWN);
        if (!skipped.isEmpty()) {
            throw new ExtensionConfigurationException(skipped.stream()
                    .map(method -> testClass.getSimpleName() + "." + method.getName() + " returns a "
                            + method.getReturnType().getSimpleName()
                            + ", and JUnit does not run tests that return something; make it void, and wait with"
                            + " runner.runCoroutine(...)")
                    .collect(Collectors.joining("\n")));
        }
    }

    private static boolean isSkipped(Method method) {
        Class<?> returned = method.getReturnType();
        boolean future = CompletionStage.class.isAssignableFrom(returned) || Future.class.isAssignableFrom(returned);
        return future
                && (AnnotationSupport.isAnnotated(method, Test.class)
                        || AnnotationSupport.isAnnotated(method, TestTemplate.class));
    }
}

package io.github.looprunner;

import io.github.looprunner.loop.EventLoopFactory;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * One run of a test with {@link TestOnLoops}.
 *
 * @param kind the kind of its loops
 * @param obstacle why it cannot run; empty where it can
 */
record KindOfTest(String kind, Optional<String> obstacle) implements TestTemplateInvocationContext {

    static boolean isSaidBy(Method test) {
        return AnnotationSupport.isAnnotated(test, TestOnLoops.class);
    }

    /** Returns the runs of a test, whose own context is given. */
    static List<TestTemplateInvocationContext> all(ExtensionContext test) {
        Method method = test.getRequiredTestMethod();
        requireAlone(method);
        List<String> kinds = kinds(Annotated.of(test).kinds());
        requireDistinct(kinds);
        return kinds.stream()
                .<TestTemplateInvocationContext>map(kind -> of(kind, test))
                .toList();
    }

    /** Returns which run of a test a context is about; empty where it is about something else. */
    static Optional<KindOfTest> of(ExtensionContext context) {
        TestOnLoops annotation = Annotated.of(context).kinds();
        if (annotation == null) {
            return Optional.empty(); // and without a look at its number, which is dear
        }
        OptionalInt invocation = ScopeStore.invocationOf(context);
        return invocation.isEmpty()
                ? Optional.empty()
                : kinds(annotation).stream()
                        .skip(invocation.getAsInt() - 1)
                        .findFirst()
                        .map(kind -> of(kind, context));
    }

    private static KindOfTest of(String kind, ExtensionContext context) {
        boolean virtual = Annotated.of(context).virtualTime() != null;
        return new KindOfTest(kind, Scope.obstacle(EventLoopFactory.of(kind), virtual));
    }

    /** Returns the kinds that a test runs on; none without the annotation. */
    private static List<String> kinds(@Nullable TestOnLoops annotation) {
        if (annotation == null) {
            return List.of();
        }
        return annotation.value().length > 0 ? List.of(annotation.value()) : kindsOnThePath();
    }

    private static List<String> kindsOnThePath() {
        return EventLoopFactory.all().stream()
                .map(EventLoopFactory::kind)
                .distinct()
                .toList();
    }

    private static void requireDistinct(List<String> kinds) {
        Set<String> seen = new HashSet<>();
        kinds.stream().filter(kind -> !seen.add(kind)).findFirst().ifPresent(twice -> {
            throw new IllegalArgumentException(
                    "@TestOnLoops (" + String.join(", ", kinds) + ") must not name " + twice + " twice");
        });
    }

    /** The runs are known by their numbers, which others would share. */
    private static void requireAlone(Method test) {
        List<String> templates = Arrays.stream(test.getAnnotations())
                .filter(each -> AnnotationSupport.isAnnotated(each.annotationType(), TestTemplate.class))
                .map(each -> "@" + each.annotationType().getSimpleName())
                .toList();
        if (templates.size() > 1) {
            throw new IllegalArgumentException(test.getDeclaringClass().getSimpleName() + "." + test.getName() + " has "
                    + String.join(" and ", templates) + ", which JUnit runs one after the other, not one within"
                    + " the other; give it one of them");
        }
    }

    @Override
    public String getDisplayName(int invocationIndex) {
        return "[" + invocationIndex + "] " + kind;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
        return obstacle.map(ConditionEvaluationResult::disabled)
                .map(skipped -> List.<Extension>of((ExecutionCondition) context -> skipped))
                .orElse(List.of());
    }
}

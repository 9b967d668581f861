package io.github.looprunner;

import io.github.looprunner.LoopRunnerExtension.Preset;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/** Where scopes live in JUnit's store, and which scope a parameter is about. */
final class ScopeStore {

    /*
     * Overview: a lookup in a store goes on in the stores of the enclosing contexts, so every scope is kept under a key
     * that names its own context. The extension that is in charge is kept under a plain key on purpose: what a class
     * decides holds for its tests.
     *
     * JUnit before 5.12 resolves a constructor's parameters in the class's context, when the test is not known yet. Such
     * a scope waits in the class's store, first under the constructing thread, then under the instance that came of it,
     * and moves to the test's store when the test begins. It is never shared: an instance has one test.
     */

    private static final Namespace NAMESPACE = Namespace.create(LoopRunnerExtension.class);
    private static final String IN_CHARGE = "in charge";

    private ScopeStore() {}

    /** Returns the scope that a parameter of a method or constructor is about. */
    static TestScope of(ExtensionContext context, Executable executable) {
        if (isBeforeItsTest(context, executable)) {
            return get(context, new Constructing(Thread.currentThread()), key -> create(context, context));
        }
        return get(context, new Key(context.getUniqueId()), key -> create(context, context));
    }

    /** Returns the scope of the class that a context belongs to. */
    static TestScope ofClass(ExtensionContext context) {
        ExtensionContext ofClass = classOf(context);
        return get(ofClass, new Key(ofClass.getUniqueId()), key -> create(ofClass, ofClass));
    }

    /** Returns a context's own scope, where it has one. */
    static Optional<TestScope> find(ExtensionContext context) {
        return Optional.ofNullable(store(context).get(new Key(context.getUniqueId()), TestScope.class));
    }

    private static boolean isBeforeItsTest(ExtensionContext context, Executable executable) {
        return executable instanceof Constructor
                && context.getTestMethod().isEmpty()
                && context.getTestInstanceLifecycle().orElse(Lifecycle.PER_METHOD) == Lifecycle.PER_METHOD;
    }

    /** Moves the scope of a constructor from the thread that constructs to the instance. */
    static void constructed(Object instance, ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            move(store(context), new Constructing(Thread.currentThread()), store(context), new Constructed(instance));
        }
    }

    /** Moves the scopes of the constructors of a test's instances to the test. */
    static void adopt(ExtensionContext context) {
        Store ofClass = store(classOf(context));
        Object key = new Key(context.getUniqueId());
        for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
            move(ofClass, new Constructed(instance), store(context), key);
        }
    }

    private static void move(Store from, Object key, Store to, Object newKey) {
        TestScope scope = from.remove(key, TestScope.class);
        if (scope != null) {
            to.put(newKey, scope);
        }
    }

    // Who is in charge

    static void putInCharge(ExtensionContext context, LoopRunnerExtension extension) {
        store(context).put(IN_CHARGE, extension);
    }

    static LoopRunnerExtension inCharge(ExtensionContext context, LoopRunnerExtension candidate) {
        return get(context, IN_CHARGE, key -> candidate, LoopRunnerExtension.class);
    }

    // Making scopes

    private static TestScope create(ExtensionContext context, ExtensionContext owner) {
        Function<String, @Nullable String> settings =
                key -> context.getConfigurationParameter(key).orElse(null);
        Scope scope = new Scope(
                nameOf(owner),
                SubmissionSites.of(settings.apply(SubmissionSites.KEY)),
                enclosingScopes(context),
                LateFailures.of(context));
        return new TestScope(scope, settings, annotated(context).timeout());
    }

    /** Returns the scopes of the classes around a context, innermost first. */
    private static List<Scope> enclosingScopes(ExtensionContext context) {
        List<Scope> scopes = new ArrayList<>();
        for (ExtensionContext each = context.getParent().orElse(null);
                each != null;
                each = each.getParent().orElse(null)) {
            if (isOfClass(each)) {
                scopes.add(ofClass(each).scope());
            }
        }
        return scopes;
    }

    private static Preset annotated(ExtensionContext context) {
        return Stream.concat(context.getTestMethod().stream(), enclosing(context.getRequiredTestClass()).stream())
                .map(Preset::ofMethod)
                .filter(Preset::isSet)
                .findFirst()
                .orElse(new Preset(null, null));
    }

    /** Returns a class and the classes around it, innermost first. */
    static List<Class<?>> enclosing(Class<?> testClass) {
        List<Class<?>> classes = new ArrayList<>();
        for (Class<?> type = testClass; type != null; type = type.getEnclosingClass()) {
            classes.add(type);
        }
        return classes;
    }

    /** Returns the name of a test, such as {@code HerdTests.addsCommand} or, one of several, {@code HerdTests.adds[2]}. */
    private static String nameOf(ExtensionContext context) {
        String type = context.getRequiredTestClass().getName();
        String simple = type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
        return context.getTestMethod()
                .map(method -> simple + "." + method.getName() + invocationOf(context.getUniqueId()))
                .orElse(simple);
    }

    private static String invocationOf(String uniqueId) {
        int number = uniqueId.lastIndexOf(":#");
        return number < 0 || !uniqueId.endsWith("]") ? "" : "[" + uniqueId.substring(number + 2);
    }

    static ExtensionContext classOf(ExtensionContext context) {
        ExtensionContext each = context;
        while (!isOfClass(each)) {
            ExtensionContext current = each;
            each = each.getParent().orElseThrow(() -> new IllegalStateException(current + " belongs to no class"));
        }
        return each;
    }

    private static boolean isOfClass(ExtensionContext context) {
        return context.getTestClass().isPresent() && context.getTestMethod().isEmpty();
    }

    private static TestScope get(ExtensionContext context, Object key, Function<Object, TestScope> creator) {
        return get(context, key, creator, TestScope.class);
    }

    /** JUnit 6 has another name for this, and deprecates the one that all versions know. */
    @SuppressWarnings("deprecation")
    static <V> V get(ExtensionContext context, Object key, Function<Object, V> creator, Class<V> type) {
        V value = store(context).getOrComputeIfAbsent(key, creator, type);
        if (value == null) {
            throw new IllegalStateException("JUnit's store lost " + key);
        }
        return value;
    }

    private static Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }

    /** Keeps the scope of a context. */
    private record Key(String uniqueId) {}

    /** Keeps a scope while its test's instance is being constructed. */
    private record Constructing(Thread thread) {}

    /** Keeps a scope between the construction of its test's instance and the test; compares by identity. */
    private static final class Constructed {

        private final Object instance;

        Constructed(Object instance) {
            this.instance = instance;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Constructed constructed && constructed.instance == instance;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(instance);
        }
    }
}

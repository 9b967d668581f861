package io.github.looprunner;

import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.Patience;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;

/** Where scopes live in JUnit's store, and which scope a parameter is about. */
final class ScopeStore {

    /*
     * Overview: a lookup in a store goes on in the stores of the enclosing contexts, so every scope is kept under a key
     * that names its own context. The extension that is in charge is kept under a plain key on purpose: what a class
     * decides holds for its tests.
     *
     * JUnit before 5.12 constructs an instance in the class's context, when its test is not known yet, with the extensions
     * of that test. So what belongs to the construction is kept apart in the class's store: who is in charge of it, under
     * the thread that constructs; and its scope, first under the construction, then under the instance that came of it,
     * until that is the outer instance of another construction, or its test begins and takes the scope over. An instance
     * has one test, so the scope is never shared; if the construction fails, the scope closes with the class.
     */

    private static final Namespace NAMESPACE = Namespace.create(LoopRunnerExtension.class);
    private static final String IN_CHARGE = "in charge";

    private ScopeStore() {}

    /** Returns the scope that a method or constructor is called in. */
    static TestScope of(ExtensionContext context, Executable executable) {
        if (executable instanceof Constructor && isBeforeItsTest(context)) {
            return get(context, new Whose(construction(context).factory()), key -> create(context));
        }
        return of(ownerOf(context));
    }

    /** Returns the scope of a test or class. */
    static TestScope of(ExtensionContext owner) {
        LateFailures.of(owner); // made first, it is closed last
        return get(owner, new Whose(owner), key -> create(owner));
    }

    /** Returns what gives a method its virtual time, null in real time. */
    static @Nullable Kernel kernel(ExtensionContext context, Executable method) {
        return Annotated.of(context).virtualTime() == null
                ? null
                : of(context, method).scope().kernel();
    }

    /** Returns the scope of the nearest class around a context that fits, else that of the outermost one. */
    static TestScope ofClasses(ExtensionContext context, Predicate<TestScope> fits) {
        List<TestScope> classes = around(context)
                .filter(ScopeStore::isOfClass)
                .map(ScopeStore::of)
                .toList();
        return classes.stream().filter(fits).findFirst().orElse(classes.get(classes.size() - 1));
    }

    /** Returns a context's own scope, where it has one. */
    static Optional<TestScope> find(ExtensionContext context) {
        return Optional.ofNullable(store(context).get(new Whose(context), TestScope.class));
    }

    /** Tells a context's scope and those around it what somebody sees fail. */
    static void reachedTest(ExtensionContext context, Throwable thrown) {
        around(context).flatMap(each -> find(each).stream()).forEach(scope -> scope.reachedTest(thrown));
    }

    // Construction before JUnit 5.12

    /** Returns whether an instance constructed in this context is for a test that is not known yet. */
    static boolean isBeforeItsTest(ExtensionContext context) {
        return context.getTestMethod().isEmpty()
                && context.getTestInstanceLifecycle().orElse(Lifecycle.PER_METHOD) == Lifecycle.PER_METHOD;
    }

    /** Takes note of a construction that begins; called by each of the extensions that take part. */
    static void constructing(
            TestInstanceFactoryContext factory, ExtensionContext context, LoopRunnerExtension extension) {
        Object key = new Constructing(Thread.currentThread());
        Construction current = store(context).get(key, Construction.class);
        if (current == null || current.factory() != factory || extension.isSet()) {
            store(context).put(key, new Construction(factory, extension));
        }
        factory.getOuterInstance().ifPresent(outer -> around(context)
                .filter(ScopeStore::isOfClass)
                .forEach(each -> move(each, new Whose(outer), context, new Whose(factory))));
    }

    /** Moves the scope of a construction to the instance that came of it. */
    static void constructed(Object instance, ExtensionContext context) {
        if (!isBeforeItsTest(context)) {
            return;
        }
        Construction current = store(context).get(new Constructing(Thread.currentThread()), Construction.class);
        if (current != null) {
            move(context, new Whose(current.factory()), context, new Whose(instance));
        }
    }

    /** Moves the scope of a test's instance to the test, which may say of what kind its loops must be. */
    static void adopt(ExtensionContext context) {
        Object instance = context.getRequiredTestInstance();
        move(classOf(context), new Whose(instance), context, new Whose(context));
        KindOfTest.of(context).ifPresent(run -> of(context).require(run.kind()));
    }

    private static Construction construction(ExtensionContext context) {
        Construction current = store(context).get(new Constructing(Thread.currentThread()), Construction.class);
        if (current == null) {
            throw new IllegalStateException("JUnit did not announce that it constructs " + context.getDisplayName());
        }
        return current;
    }

    private static void move(ExtensionContext from, Object key, ExtensionContext to, Object newKey) {
        TestScope scope = store(from).remove(key, TestScope.class);
        if (scope != null) {
            store(to).put(newKey, scope);
        }
    }

    // Who is in charge

    static void putInCharge(ExtensionContext context, LoopRunnerExtension extension) {
        store(context).put(IN_CHARGE, extension);
    }

    /** Returns who answers for a call; the candidate, where nobody does yet. */
    static LoopRunnerExtension inCharge(ExtensionContext context, Executable called, LoopRunnerExtension candidate) {
        return called instanceof Constructor && isBeforeItsTest(context)
                ? construction(context).inCharge()
                : get(context, IN_CHARGE, key -> candidate, LoopRunnerExtension.class);
    }

    /** Returns who answers for a context, where somebody does already. */
    static Optional<LoopRunnerExtension> inCharge(ExtensionContext context) {
        return Optional.ofNullable(store(context).get(IN_CHARGE, LoopRunnerExtension.class));
    }

    // Making scopes

    private static TestScope create(ExtensionContext owner) {
        RunSettings settings = RunSettings.of(owner);
        List<Scope> enclosing = enclosingScopes(owner);
        Annotated annotated = Annotated.of(owner);
        VirtualTime virtual = annotated.virtualTime();
        Scope scope = new Scope(
                nameOf(owner),
                settings.setup(owner),
                kernel(virtual, enclosing, settings.isAlone(owner), settings.patience()),
                virtual != null && virtual.value() == VirtualTime.Mode.MANUAL,
                enclosing,
                LateFailures.of(owner));
        // One that is to be skipped may still be constructed, with what would be there without the annotation.
        Optional<KindOfTest> run =
                KindOfTest.of(owner).filter(each -> each.obstacle().isEmpty());
        return new TestScope(
                scope,
                settings,
                annotated.preset().timeout(),
                run.map(KindOfTest::kind).orElse(null));
    }

    /** Returns what gives a scope its virtual time: that of the classes around it, where they have loops already. */
    private static @Nullable Kernel kernel(
            @Nullable VirtualTime virtual, List<Scope> enclosing, boolean alone, Patience patience) {
        if (virtual == null) {
            return null;
        }
        if (virtual.periodicLimit() <= 0) {
            throw new IllegalArgumentException("@VirtualTime(periodicLimit = " + virtual.periodicLimit()
                    + ") must be positive; it is how many firings of nothing but periodic timers are taken for a sign that"
                    + " nothing else will come");
        }
        Optional<Kernel> ofClass = enclosing.stream()
                .map(Scope::kernelInUse)
                .filter(Objects::nonNull)
                .findFirst();
        ofClass.ifPresent(kernel -> requireNoOtherStart(virtual, kernel));
        return ofClass.orElseGet(() -> new Kernel(start(virtual), virtual.periodicLimit(), alone, patience));
    }

    /** Refuses a start that a test is given, where it goes on with the time of its class. */
    private static void requireNoOtherStart(VirtualTime virtual, Kernel kernel) {
        Instant start = start(virtual);
        Instant began = kernel.time().start();
        if (!start.equals(began) && !start.equals(LoopRunner.START)) {
            throw new IllegalArgumentException("@VirtualTime(start = \"" + virtual.start()
                    + "\") has no effect where the test goes on with the time of"
                    + " its class, which has loops and began at " + began
                    + "; set what clocks show with runner.time().setWallClock(...)");
        }
    }

    private static Instant start(VirtualTime virtual) {
        try {
            return Instant.parse(virtual.start());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "@VirtualTime(start = \"" + virtual.start() + "\") must be an instant such as 2000-01-01T00:00:00Z",
                    e);
        }
    }

    /** Returns the scopes of the classes around a context, innermost first. */
    private static List<Scope> enclosingScopes(ExtensionContext context) {
        return around(context)
                .skip(1)
                .filter(ScopeStore::isOfClass)
                .map(each -> of(each).scope())
                .toList();
    }

    /** Returns the name of a test, such as {@code HerdTests.addsCommand} or, one of several, {@code HerdTests.adds[2]}. */
    private static String nameOf(ExtensionContext context) {
        String type = context.getRequiredTestClass().getName();
        String simple = type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
        return context.getTestMethod()
                .map(method -> simple + "." + method.getName() + numberOf(context))
                .orElse(simple);
    }

    private static String numberOf(ExtensionContext context) {
        OptionalInt invocation = invocationOf(context);
        return invocation.isEmpty() ? "" : "[" + invocation.getAsInt() + "]";
    }

    /** Returns the number of a test that is one of several, whose context is in that of their method; counts from 1. */
    static OptionalInt invocationOf(ExtensionContext context) {
        if (context.getParent().flatMap(ExtensionContext::getTestMethod).isEmpty()) {
            return OptionalInt.empty();
        }
        String uniqueId = context.getUniqueId();
        String last = uniqueId.substring(uniqueId.lastIndexOf("/[") + 1, uniqueId.length() - 1);
        int number = last.indexOf(":#");
        return number < 0 ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(last.substring(number + 2)));
    }

    static ExtensionContext classOf(ExtensionContext context) {
        ExtensionContext each = context; // in a loop, not a stream: asked for several times in every test
        while (!isOfClass(each)) {
            each = each.getParent().orElseThrow();
        }
        return each;
    }

    /** Returns the context of a dynamic test's factory, and any other context as it is. */
    static ExtensionContext ownerOf(ExtensionContext context) {
        ExtensionContext each = context;
        while (each.getTestClass().isEmpty()) {
            each = each.getParent().orElseThrow();
        }
        return each;
    }

    /** Returns a context and those around it, innermost first. */
    private static Stream<ExtensionContext> around(ExtensionContext context) {
        return Stream.iterate(
                        Optional.of(context), Optional::isPresent, each -> each.flatMap(ExtensionContext::getParent))
                .flatMap(Optional::stream);
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

    /** Keeps who is in charge of a construction. */
    private record Constructing(Thread thread) {}

    /** A construction, known by what JUnit gives to all of its callbacks. */
    private record Construction(Object factory, LoopRunnerExtension inCharge) {}

    /** Keeps what fails too late for the tests of a class. */
    record Late(ExtensionContext ofClass) {}

    /** Keeps the scope of a context, a construction, or the instance that came of it; compares by identity. */
    private static final class Whose {

        private final Object owner;

        Whose(Object owner) {
            this.owner = owner;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Whose whose && whose.owner == owner;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(owner);
        }
    }
}

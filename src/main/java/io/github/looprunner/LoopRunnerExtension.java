package io.github.looprunner;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.TestThread;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Injects {@link LoopRunner}s into the tests of JUnit Jupiter 5.10 to 6.x, and ends them with their tests.
 *
 * <pre>
 * &#64;ExtendWith(LoopRunnerExtension.class)
 * class CatTests {
 *     &#64;Test
 *     void aPettedCatMoves(LoopRunner runner) {
 *         Cat garfield = new Cat("Garfield", runner.loop());
 *         assertThat(runner.runCoroutine(() -&gt; herd(garfield, "forward"))).isTrue();
 *     }
 * }
 * </pre>
 *
 * <h2>Scopes</h2>
 *
 * A parameter of a constructor, of {@code @BeforeEach}, a test or {@code @AfterEach} gets the test's runner: the same in
 * all of them, another for each test. A parameter of {@code @BeforeAll} or {@code @AfterAll}, or of the constructor of a
 * class with one instance for all tests, gets the class's. {@link Loop @Loop} asks for further loops. Dynamic
 * tests share the runner of their factory. (JUnit before 5.12 constructs an instance before it says which test it is for;
 * the runner then bears the name and the timeout of the class.)
 *
 * <h2>End of a test</h2>
 *
 * After the body what is ready on the loops still runs. After every {@code @AfterEach} managed resources are closed in
 * reverse order, what was started is cancelled, and the loops are closed. What failed on a loop and reached nobody fails
 * the test; where it has failed already, that is added to its failure as suppressed. What fails after the end fails the
 * class, by name of the test.
 *
 * <h2>Settings</h2>
 *
 * The configuration parameters {@code looprunner.timeout} (such as {@code 10 s}), {@code looprunner.timeout.multiplier}
 * (such as {@code 2.5}), {@code looprunner.kind} and {@code looprunner.submissionSites} ({@code all}, {@code some},
 * {@code none}) hold for all tests; {@link LoopTimeout @LoopTimeout}, {@link TestOnLoops @TestOnLoops} and
 * {@link #builder()} for some.
 *
 * <h2>Thread safety</h2>
 *
 * Safe under parallel execution: there is no state outside JUnit's store, and a waiting test thread parks.
 */
public final class LoopRunnerExtension
        implements BeforeAllCallback,
                AfterAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                AfterTestExecutionCallback,
                TestInstancePreConstructCallback,
                TestInstancePostProcessor,
                TestTemplateInvocationContextProvider,
                ParameterResolver,
                InvocationInterceptor {

    private static final Set<Class<?>> OF_OURS = Set.of(LoopRunner.class, EventLoop.class);
    private static final Set<Class<?>> OF_THE_JDK =
            Set.of(Clock.class, Executor.class, ExecutorService.class, ScheduledExecutorService.class);

    private final Preset preset;

    /** Creates the extension with the settings that the configuration parameters say. */
    public LoopRunnerExtension() {
        this(Preset.NOTHING);
    }

    private LoopRunnerExtension(Preset preset) {
        this.preset = preset;
    }

    /** Returns a builder of an extension with settings of its own, for a field with {@code @RegisterExtension}. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the runner of the test or class that a context is about, for extensions of your own; the same that a parameter
     * of type {@link LoopRunner} gets.
     *
     * <p>Where this extension is set up in a field of the test, that counts from the {@code @BeforeEach} methods on.
     */
    public static LoopRunner runner(ExtensionContext context) {
        ExtensionContext owner = ScopeStore.ownerOf(context);
        Preset inCharge = ScopeStore.inCharge(owner).map(each -> each.preset).orElse(Preset.NOTHING);
        return ScopeStore.of(owner).runner("", "", inCharge);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        takeCharge(context);
        FutureReturningTests.refuse(context.getRequiredTestClass());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        takeCharge(context);
        ScopeStore.adopt(context);
    }

    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext factory, ExtensionContext context) {
        if (ScopeStore.isBeforeItsTest(context)) {
            ScopeStore.constructing(factory, context, this);
        } else {
            takeCharge(context);
        }
    }

    @Override
    public void postProcessTestInstance(Object testInstance, ExtensionContext context) {
        ScopeStore.constructed(testInstance, context);
    }

    /** JUnit 5.12 and later ask this, and then resolve a constructor's parameters in the scope of their test. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        ScopeStore.find(context).ifPresent(TestScope::settle);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        noteFailure(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        noteFailure(context);
    }

    /** A failure that the test fails with is one that reached somebody. */
    private static void noteFailure(ExtensionContext context) {
        context.getExecutionException().ifPresent(thrown -> ScopeStore.reachedTest(context, thrown));
    }

    // Running on several kinds

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        Method method = context.getRequiredTestMethod();
        return KindOfTest.isSaidBy(method) && ScopeStore.inCharge(context, method, this) == this;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        return KindOfTest.all(context).stream();
    }

    // Injection

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        boolean ours = OF_OURS.contains(parameter.getParameter().getType()) || parameter.isAnnotated(Loop.class);
        return ours && ScopeStore.inCharge(context, parameter.getDeclaringExecutable(), this) == this;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        LoopRunner runner = runner(parameter, context);
        if (type == LoopRunner.class) {
            return runner;
        }
        if (type == Clock.class) {
            return runner.loop().clock();
        }
        return OF_OURS.contains(type) || OF_THE_JDK.contains(type) ? runner.loop() : nativeObject(runner.loop(), type);
    }

    /** Returns the object of a framework's that a loop stands for. */
    private static Object nativeObject(EventLoop loop, Class<?> type) {
        try {
            return loop.unwrap(type);
        } catch (IllegalArgumentException absent) {
            throw new ParameterResolutionException(
                    "@Loop cannot inject a " + type.getName() + ": " + absent.getMessage()
                            + ". @Loop injects LoopRunner, EventLoop, Clock, Executor, ExecutorService,"
                            + " ScheduledExecutorService, and what a loop of its kind unwraps to, as"
                            + " @Loop(kind = \"vertx\") does to Vertx",
                    absent);
        }
    }

    private LoopRunner runner(ParameterContext parameter, ExtensionContext context) {
        Loop loop = parameter.findAnnotation(Loop.class).orElse(null);
        String name = loop == null ? "" : loop.value();
        String kind = loop == null ? "" : loop.kind();
        TestScope scope = loop != null && loop.scope() == Loop.Scope.CLASS
                ? ScopeStore.ofClasses(context, ofClass -> ofClass.has(name, kind, preset))
                : ScopeStore.of(context, parameter.getDeclaringExecutable());
        return scope.runner(name, kind, preset);
    }

    // Running on the loop

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        intercept(invocation, method.getExecutable(), context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        intercept(invocation, method.getExecutable(), context);
    }

    @Override
    public <T extends @Nullable Object> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        return intercept(invocation, method.getExecutable(), context);
    }

    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext test, ExtensionContext context) throws Throwable {
        ExtensionContext factory = ScopeStore.ownerOf(context);
        try {
            intercept(invocation, factory.getRequiredTestMethod(), factory);
        } catch (Throwable thrown) {
            ScopeStore.reachedTest(factory, thrown); // no callback tells what a dynamic test failed with
            throw thrown;
        }
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        intercept(invocation, method.getExecutable(), context);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        intercept(invocation, method.getExecutable(), context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        intercept(invocation, method.getExecutable(), context);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        intercept(invocation, method.getExecutable(), context);
    }

    private <T extends @Nullable Object> T intercept(Invocation<T> invocation, Method method, ExtensionContext context)
            throws Throwable {
        if (!Annotated.of(method, context.getRequiredTestClass()).onLoop()
                || ScopeStore.inCharge(context, method, this) != this) {
            return proceedAsBody(invocation, method, context);
        }
        LoopRunner runner = ScopeStore.of(context, method).runner("", "", preset);
        return runner.runCoroutine(Coroutine.async(() -> proceed(invocation)));
    }

    /** Under virtual time a method that is blocked in vain is interrupted, so that it ends. */
    private static <T extends @Nullable Object> T proceedAsBody(
            Invocation<T> invocation, Method method, ExtensionContext context) throws Throwable {
        Kernel kernel = ScopeStore.kernel(context, method);
        if (kernel == null) {
            return invocation.proceed();
        }
        try (TestThread.Body body = kernel.testThread().enterBody(!Limit.isDebugged())) {
            return invocation.proceed();
        }
    }

    private static <T extends @Nullable Object> T proceed(Invocation<T> invocation) {
        try {
            return invocation.proceed();
        } catch (Throwable thrown) {
            throw Checked.<RuntimeException>sneaky(thrown);
        }
    }

    // Being there twice, as by @ExtendWith and by a field

    /** Lets an extension that was set up go before one that was not. */
    private void takeCharge(ExtensionContext context) {
        if (isSet()) {
            ScopeStore.putInCharge(context, this);
        }
    }

    /** Returns whether a builder set this extension up. */
    boolean isSet() {
        return preset.isSet();
    }

    /** What a builder set; null where it did not. */
    record Preset(@Nullable String kind, @Nullable Duration timeout) {

        static final Preset NOTHING = new Preset(null, null);

        boolean isSet() {
            return kind != null || timeout != null;
        }

        /** Returns what the annotations of a method or class set. */
        static Optional<Preset> of(AnnotatedElement element) {
            return AnnotationSupport.findAnnotation(element, LoopTimeout.class)
                    .map(timeout -> new Preset(null, durationOf(timeout)));
        }

        private static Duration durationOf(LoopTimeout timeout) {
            return Limit.requirePositive(
                    "@LoopTimeout", Duration.of(timeout.value(), timeout.unit().toChronoUnit()));
        }
    }

    /** Sets up an extension; what is not set is as the configuration parameters say. */
    public static final class Builder {

        private @Nullable String kind;
        private @Nullable Duration timeout;

        private Builder() {}

        /** Sets the kind of the loops, such as {@code virtual-thread}. */
        public Builder kind(String kind) {
            this.kind = Objects.requireNonNull(kind, "kind");
            return this;
        }

        /** Sets the bound of every wait. */
        public Builder timeout(Duration timeout) {
            this.timeout = Limit.requirePositive("timeout", timeout);
            return this;
        }

        /** Returns the extension. */
        public LoopRunnerExtension build() {
            return new LoopRunnerExtension(new Preset(kind, timeout));
        }
    }
}

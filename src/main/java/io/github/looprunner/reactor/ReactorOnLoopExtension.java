package io.github.looprunner.reactor;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Installs {@link LoopSchedulers} before the first method of a test; the test's runner closes them. */
final class ReactorOnLoopExtension implements InvocationInterceptor {

    /*
     * Overview: not in beforeEach, since a LoopRunnerExtension in a field of the test, which may set the kind of the loop,
     * takes charge only in its own beforeEach, which comes after that of an annotation.
     */

    private static final Namespace NAMESPACE = Namespace.create(ReactorOnLoopExtension.class);
    private static final String INSTALLED = "installed";

    ReactorOnLoopExtension() {}

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        install(context);
        invocation.proceed();
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        install(context);
        invocation.proceed();
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        install(context);
        invocation.proceed();
    }

    @Override
    public <T extends @Nullable Object> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        install(context);
        return invocation.proceed();
    }

    private static void install(ExtensionContext context) {
        Store store = context.getStore(NAMESPACE);
        if (store.get(INSTALLED) == null) {
            LoopRunner runner = LoopRunnerExtension.runner(context);
            runner.manage(LoopSchedulers.install(runner.loop(), "for " + context.getUniqueId()));
            store.put(
                    INSTALLED,
                    true); // not the schedulers: JUnit 5.13 and later would close them, before other resources
        }
    }
}

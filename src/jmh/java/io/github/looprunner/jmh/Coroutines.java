package io.github.looprunner.jmh;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Random;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.test.TestBuildersKt;
import kotlinx.coroutines.test.TestScope;

/** Kotlin's {@code runTest}, whose name on the JVM is none that Java can say. */
final class Coroutines {

    private static final int DEFAULTS = 0b11; // for the context and the timeout, which is a minute

    private static final MethodHandle RUN_TEST;

    static {
        try {
            RUN_TEST = MethodHandles.lookup()
                    .findStatic(
                            TestBuildersKt.class,
                            "runTest-8Mi8wO0$default",
                            MethodType.methodType(
                                    void.class,
                                    CoroutineContext.class,
                                    long.class,
                                    Function2.class,
                                    int.class,
                                    Object.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Coroutines() {}

    /** Delays again and again in one coroutine; returns how many virtual milliseconds that took. */
    static long chain(int times, long millis) {
        return runTest(new DelayChain<>(times, millis, () -> {}));
    }

    /** Launches coroutines each of which delays once, for less than a bound, and then runs a task. */
    static void fan(int coroutines, int boundMillis, Runnable task) {
        Random random = new Random(1);
        runTest((scope, completion) -> {
            for (int i = 0; i < coroutines; i++) {
                BuildersKt.launch(
                        scope,
                        EmptyCoroutineContext.INSTANCE,
                        CoroutineStart.DEFAULT,
                        new DelayChain<>(1, random.nextInt(boundMillis), task));
            }
            return Unit.INSTANCE;
        });
    }

    /** Runs a test as {@code runTest { ... }} does; returns how many virtual milliseconds it took. */
    private static long runTest(Function2<TestScope, Continuation<? super Unit>, Object> body) {
        TestScope[] scope = new TestScope[1];
        Function2<TestScope, Continuation<? super Unit>, Object> noting = (given, completion) -> {
            scope[0] = given;
            return body.invoke(given, completion);
        };
        try {
            RUN_TEST.invokeExact((CoroutineContext) null, 0L, (Function2) noting, DEFAULTS, (Object) null);
        } catch (Throwable thrown) {
            throw new IllegalStateException(thrown);
        }
        return scope[0].getTestScheduler().getCurrentTime();
    }
}

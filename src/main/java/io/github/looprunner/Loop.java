package io.github.looprunner;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Says which loop a parameter is about; without it a parameter is about the test's own default loop.
 *
 * <p>The parameter may be a {@link LoopRunner}, an {@link io.github.looprunner.loop.EventLoop}, a
 * {@link java.time.Clock}, an {@link java.util.concurrent.Executor}, an {@link java.util.concurrent.ExecutorService} or a
 * {@link java.util.concurrent.ScheduledExecutorService}, or of any type that a loop of its kind unwraps to, such as Vert.x'
 * {@code Vertx} or Netty's {@code EventLoop}. Within one test the same name means the same loop.
 *
 * <pre>
 * &#64;Test
 * void twoLoops(&#64;Loop("client") LoopRunner client, &#64;Loop(value = "server", kind = "virtual-thread") LoopRunner server)
 * </pre>
 */
@Target({ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(LoopRunnerExtension.class)
public @interface Loop {

    /** Who a loop belongs to. */
    enum Scope {
        /** The test, or the class where the parameter is that of a class-level method such as {@code @BeforeAll}. */
        TEST,
        /**
         * The class: all its tests, nested ones too, share the loop, which closes after the last of them. A class-level
         * loop that a {@code @Nested} class has opened itself, as in {@code @BeforeAll}, is preferred there.
         */
        CLASS
    }

    /** Returns the name of the loop; a loop of a {@link #kind} is named after that unless this says otherwise. */
    String value() default "";

    /** Returns the kind of the loop; unless set, that of the test. */
    String kind() default "";

    /** Returns who the loop belongs to. */
    Scope scope() default Scope.TEST;
}

package io.github.looprunner;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test, or a lifecycle method, on the test's default loop, as a coroutine that may {@link Coroutine#await await};
 * on a class, all its tests and lifecycle methods.
 *
 * <p>The body runs as {@link Coroutine#async} describes: on a thread of its own that holds the loop's turn. The context
 * class loader is copied, thread locals are not. {@code @BeforeAll} and {@code @AfterAll} run on the class's loop. The
 * runner's timeout bounds the body as a whole.
 *
 * <p>On single lifecycle methods it needs {@code @ExtendWith(LoopRunnerExtension.class)} on the class: JUnit looks for the
 * extension that an annotation brings on classes, tests and parameters only.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(LoopRunnerExtension.class)
public @interface OnLoop {}

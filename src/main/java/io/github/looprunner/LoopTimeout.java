package io.github.looprunner;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Bounds each wait of the runners of a test, or of all tests of a class; a method's own counts more than its class's.
 *
 * <p>Unlike JUnit's {@code @Timeout} it is not about the test as a whole: it says how long one {@code runCoroutine} may
 * wait, and what is thrown then says what it waited for.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(LoopRunnerExtension.class)
public @interface LoopTimeout {

    /** Returns the bound of each wait; it must be positive. */
    long value();

    /** Returns the unit of the bound. */
    TimeUnit unit() default TimeUnit.SECONDS;
}

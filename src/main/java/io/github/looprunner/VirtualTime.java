package io.github.looprunner;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the loops of a test, or of all tests of a class, a time of their own that jumps to the next deadline when nothing
 * else is left to do; a method's annotation counts more than its class's.
 *
 * <pre>
 * &#64;Test
 * &#64;VirtualTime
 * void napsAnHourInNoTime(LoopRunner runner) {
 *     runner.runCoroutine(() -&gt; garfield.nap(Duration.ofHours(1)));
 *     assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
 * }
 * </pre>
 *
 * <p>The loops move one at a time, in an order that is the same on every run, and only while the test waits in a call of
 * its runner, or is seen blocked elsewhere; time moves only while it waits in a call of its runner. {@link Timeline} moves
 * it by hand. Time starts anew in each test, unless its class has loops already.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(LoopRunnerExtension.class)
public @interface VirtualTime {

    /** What moves time. */
    enum Mode {
        /** A wait for a result moves time to the next deadline when nothing else can happen; so do the calls of {@link Timeline}. */
        AUTOMATIC,
        /** Only the calls of {@link Timeline} move time; a wait stays at the present instant. */
        MANUAL,
        /** Time is the machine's, as without the annotation. */
        REAL
    }

    /** Returns what moves time. */
    Mode value() default Mode.AUTOMATIC;

    /** Returns what clocks show at the start, as {@link java.time.Instant#parse} takes it. */
    String start() default "2000-01-01T00:00:00Z";

    /** Returns after how many firings of nothing but periodic timers a wait for a result is given up. */
    long periodicLimit() default 1_000_000;
}

package io.github.looprunner;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test once on each of several kinds of loops; stands in the place of {@code @Test}.
 *
 * <pre>
 * &#64;TestOnLoops({"jdk", "virtual-thread"})
 * void aPettedCatMoves(LoopRunner runner) {
 *     Cat garfield = new Cat("Garfield", runner.loop());
 *     assertThat(runner.runCoroutine(() -&gt; herd(garfield, "forward"))).isTrue();
 * }
 * </pre>
 *
 * <p>The display names tell the kinds: {@code [1] jdk}, {@code [2] virtual-thread}. All loops of one such run are of its
 * kind, whatever a builder or the configuration says, unless {@link Loop#kind} names another. The loops of the class keep
 * theirs.
 *
 * <p>A kind that cannot run here is reported as skipped, with the reason; so is one without virtual time where the test has
 * {@link VirtualTime @VirtualTime}. A kind that is unknown, or named twice, fails the test as a whole.
 *
 * <p>JUnit before 5.12 constructs an instance before it says which test it is for. What a constructor takes there is of the
 * kind that it has without this annotation, and a run on another kind fails and says so.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@TestTemplate
@ExtendWith(LoopRunnerExtension.class)
public @interface TestOnLoops {

    /** Returns the kinds in the order of their runs; all that are on the class path, unless some are named. */
    String[] value() default {};
}

package io.github.looprunner.reactor;

import io.github.looprunner.LoopRunnerExtension;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Puts Reactor's default schedulers on the loop of a test, or of each test of a class, and so on its time.
 *
 * <pre>
 * &#64;Test
 * &#64;VirtualTime
 * &#64;ReactorOnLoop
 * void retriesForHours(LoopRunner runner) {
 *     assertThat(runner.runCoroutine(client.fetch().toFuture())).isEqualTo("Garfield");
 *     assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(7));
 * }
 * </pre>
 *
 * <p>It holds from the first {@code @BeforeEach} method until the test's managed resources are closed, whether the test
 * passes or fails; {@link LoopSchedulers} says what it does. The loop is the test's own, the one of a {@code LoopRunner}
 * parameter without {@code @Loop}. Field initializers and {@code @BeforeAll} still get Reactor's own schedulers.
 *
 * <h2>Thread safety</h2>
 *
 * Reactor's schedulers are the whole virtual machine's, so tests with this annotation never run at once: they hold
 * {@link #LOCK}. A test that needs Reactor's own schedulers, and runs in parallel, says
 * {@code @ResourceLock(value = ReactorOnLoop.LOCK, mode = ResourceAccessMode.READ)}.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ResourceLock(ReactorOnLoop.LOCK)
@ExtendWith({LoopRunnerExtension.class, ReactorOnLoopExtension.class})
public @interface ReactorOnLoop {

    /** The key of the lock that keeps tests with this annotation apart. */
    String LOCK = "reactor.core.scheduler.Schedulers";
}

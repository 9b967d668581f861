/**
 * Tests of asynchronous code that block only on results, while the code under test runs on an event loop.
 *
 * <p>Start with {@link io.github.looprunner.LoopRunner}; in JUnit Jupiter, {@link io.github.looprunner.LoopRunnerExtension}
 * injects it. The runner, {@link io.github.looprunner.Coroutine} and what they use need no JUnit.
 */
@NullMarked
package io.github.looprunner;

import org.jspecify.annotations.NullMarked;

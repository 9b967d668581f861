/**
 * Checks that hold a kind of loops against the contract of loops; for those who write an adapter.
 *
 * <p>Start with {@link io.github.looprunner.checks.LoopChecks}.
 */
@NullMarked
package io.github.looprunner.checks;

import org.jspecify.annotations.NullMarked;

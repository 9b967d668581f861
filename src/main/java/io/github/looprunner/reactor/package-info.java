/**
 * Project Reactor on a test's loop: the only package that needs {@code reactor-core}.
 *
 * <p>Start with {@link io.github.looprunner.reactor.LoopSchedulers}; in JUnit Jupiter
 * {@link io.github.looprunner.reactor.ReactorOnLoop} puts Reactor's default schedulers on the loop of a test.
 */
@NullMarked
package io.github.looprunner.reactor;

import org.jspecify.annotations.NullMarked;

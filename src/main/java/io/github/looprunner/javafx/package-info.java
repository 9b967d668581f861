/** Loops on the JavaFX application thread. Start with kind {@code javafx}. */
@NullMarked
package io.github.looprunner.javafx;

import org.jspecify.annotations.NullMarked;

/** Loops on AWT's event dispatch thread, where Swing's components live. Start with kind {@code swing}. */
@NullMarked
package io.github.looprunner.swing;

import org.jspecify.annotations.NullMarked;

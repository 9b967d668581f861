package io.github.looprunner;

/** A piece of code that may throw anything. */
@FunctionalInterface
public interface CheckedRunnable {

    /** Runs the code. */
    void run() throws Throwable;
}

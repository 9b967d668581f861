package io.github.looprunner.jmh;

/** A task that counts how often it has run; one thread at a time. */
final class Counter implements Runnable {

    int count;

    @Override
    public void run() {
        count++;
    }
}

package io.github.looprunner.checks;

import java.util.concurrent.CountDownLatch;

/** A task that keeps its loop busy until it is closed. */
final class Held implements Runnable, AutoCloseable {

    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final boolean endsOnInterrupt;

    Held(boolean endsOnInterrupt) {
        this.endsOnInterrupt = endsOnInterrupt;
    }

    @Override
    public void run() {
        begun.countDown();
        boolean ended = false;
        while (!ended) {
            try {
                released.await();
                ended = true;
            } catch (InterruptedException e) {
                interrupted.countDown();
                ended = endsOnInterrupt;
            }
        }
    }

    /** Lets the task end. */
    @Override
    public void close() {
        released.countDown();
    }
}

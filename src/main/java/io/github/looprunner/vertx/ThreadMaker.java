package io.github.looprunner.vertx;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes the event loop's thread by a factory of Vert.x's. A thread belongs to the group of the one that makes it, so that one
 * more has to be started; that is done beside the start of Vert.x.
 */
final class ThreadMaker extends Thread {

    private final AtomicReference<@Nullable ThreadFactory> factory = new AtomicReference<>();
    private final CountDownLatch given = new CountDownLatch(1);
    private volatile @Nullable Runnable body; // of the thread that is made; written before that starts
    private volatile @Nullable Thread made; // written by this thread

    ThreadMaker(ThreadGroup group) {
        super(group, "loop-runner thread maker");
        setDaemon(true);
    }

    /** Takes the factory; null, where there will be none, ends the wait for it. */
    void take(@Nullable ThreadFactory threads) {
        factory.compareAndSet(null, threads);
        given.countDown();
    }

    @Override
    public void run() {
        try {
            given.await();
        } catch (InterruptedException e) {
            return;
        }
        ThreadFactory threads = factory.get();
        if (threads != null) {
            made = threads.newThread(this::runBody);
        }
    }

    private void runBody() {
        Runnable given = body;
        if (given != null) {
            given.run();
        }
    }

    /** Returns the thread, once this one has ended, with what it shall run. */
    Thread give(Runnable toRun) {
        body = toRun;
        Thread thread = made;
        if (thread == null) {
            throw new IllegalStateException("Vert.x made no thread for its event loop");
        }
        return thread;
    }
}

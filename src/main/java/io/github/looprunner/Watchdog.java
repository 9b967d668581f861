package io.github.looprunner;

import io.github.looprunner.loop.Alarm;
import java.time.Duration;

/** Interrupts code that takes too long on the thread that made the watchdog, be it one piece of code or one after the other. */
final class Watchdog implements AutoCloseable {

    /*
     * Overview: the alarm is set when the first piece of code starts, and again only once it has rung: the code of a wait
     * runs thousands of times, and none of its bounds is earlier than the one before. A timer of the JDK's futures would not
     * do: virtual time takes that for somebody who may yet bring something.
     */

    private final Thread watched = Thread.currentThread();
    private final Alarm alarm = new Alarm(this::look);
    private boolean alarmed; // guarded by this
    private boolean watching; // guarded by this
    private long bound; // by System.nanoTime; guarded by this
    private boolean bitten; // guarded by this

    /** Starts to watch code, which is interrupted once a time has passed, unless it ends before. */
    synchronized void watch(Duration time) {
        long now = System.nanoTime();
        bound = now + time.toNanos();
        watching = true;
        bitten = false;
        if (!alarmed) {
            alarmed = true;
            alarm.setFor(bound, now);
        }
    }

    /** Ends watching; returns whether it had to interrupt. */
    synchronized boolean end() {
        watching = false;
        if (bitten) {
            Thread.interrupted(); // it was ours, and the code has ended
        }
        return bitten;
    }

    @Override
    public void close() {
        alarm.off();
    }

    private synchronized void look() {
        alarmed = false;
        long now = System.nanoTime();
        if (watching && now - bound >= 0) {
            bitten = true;
            watched.interrupt();
        } else if (watching) {
            alarmed = true;
            alarm.setFor(bound, now);
        }
    }
}

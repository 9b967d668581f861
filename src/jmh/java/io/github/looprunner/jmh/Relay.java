package io.github.looprunner.jmh;

import java.util.List;
import java.util.concurrent.Executor;

/** A task that goes from executor to executor, round and round, until it has made its hops. */
final class Relay implements Runnable {

    private final List<? extends Executor> stops;
    private final Runnable end;
    private int left; // whoever runs it

    Relay(int hops, List<? extends Executor> stops, Runnable end) {
        this.left = hops;
        this.stops = stops;
        this.end = end;
    }

    void start() {
        stops.get(left % stops.size()).execute(this);
    }

    @Override
    public void run() {
        if (--left > 0) {
            start();
        } else {
            end.run();
        }
    }
}

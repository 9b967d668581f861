package io.github.looprunner.jmh;

import java.util.concurrent.Callable;

/** A loop, or whatever a peer has in its place, that is open for a measurement. */
interface MeasuredLoop extends AutoCloseable {

    /** Submits a task the way that is cheapest for the peer. */
    void execute(Task task);

    /** Runs a task on the loop's thread and waits for its result. */
    <T> T roundTrip(Callable<T> task) throws Exception;

    @Override
    void close();
}

package io.github.looprunner.checks;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.Patience;
import io.github.looprunner.loop.Spin;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Loops under one virtual time, which moves while the check waits. */
final class Scene implements AutoCloseable {

    static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

    private static final long PERIODIC_LIMIT = 100_000; // far more than any rule lets fire

    private final Trial trial;
    private final Kernel kernel = new Kernel(START, PERIODIC_LIMIT, /* alone= */ false, Patience.DEFAULT);

    Scene(Trial trial) {
        this.trial = trial;
    }

    EventLoop open(String name) {
        return trial.open(new Reports(name, kernel));
    }

    /** Lets the loops move, and time with them, until something has happened. */
    void await(BooleanSupplier happened, String expected) {
        Kernel.End end;
        try {
            end = kernel.await(happened, Kernel.UNBOUNDED, /* patient= */ true, trial.left(), Spin.NEVER);
        } catch (InterruptedException e) {
            throw new Breach(expected, "that the check was interrupted");
        }
        if (end != Kernel.End.REACHED) {
            throw new Breach(
                    expected,
                    (end == Kernel.End.QUIET ? "nothing left that could happen" : "nothing of the kind")
                            + ", when virtual time was at " + kernel.time().inWords());
        }
    }

    /** Lets the loops go on by themselves, so that they can end. */
    @Override
    public void close() {
        kernel.end();
    }
}

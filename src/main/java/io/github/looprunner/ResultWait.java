package io.github.looprunner;

import io.github.looprunner.loop.Outcome;
import io.github.looprunner.loop.Site;
import io.github.looprunner.loop.Spin;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One thread's wait for one result; the waiting thread parks, so that JUnit's pool counts it as busy. */
final class ResultWait<T extends @Nullable Object> implements BiConsumer<@Nullable T, @Nullable Throwable> {

    private final Thread waiter = Thread.currentThread();
    private final Spin spin;
    private @Nullable T value; // written before `come`
    private @Nullable Throwable thrown; // written before `come`
    private volatile boolean come; // set once, by whoever brings the result
    private volatile @Nullable Site gaveUpAt; // written by the waiter when it stops waiting for nothing

    /**
     * Creates a wait of the calling thread.
     *
     * @param spin how it looks out for the result before it parks
     */
    ResultWait(Spin spin) {
        this.spin = spin;
    }

    @Override
    public void accept(@Nullable T value, @Nullable Throwable thrown) {
        this.value = value;
        this.thrown = thrown;
        come = true; // an Outcome would be the one object that a loop allocates for a round trip
        LockSupport.unpark(waiter);
    }

    /** Looks out for the result, then waits with a bound; returns null if it did not come within that. */
    @Nullable
    Outcome<T> lookOutAndAwait(Limit limit) throws InterruptedException {
        return spin.sees(this::hasCome) ? outcome() : await(limit);
    }

    /** Waits with a bound; returns null if the result did not come within it. */
    @Nullable
    Outcome<T> await(Limit limit) throws InterruptedException {
        Deadline deadline = Deadline.in(limit);
        while (!come && deadline.park(this)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return outcome();
    }

    boolean hasCome() {
        return come;
    }

    /** Takes note that the waiter goes away, without a result. */
    void giveUp() {
        gaveUpAt = Site.here();
    }

    /** Returns where the waiter waits, or waited in vain; null once it has its result. */
    @Nullable
    Site site() {
        Site gaveUp = gaveUpAt;
        return gaveUp != null ? gaveUp : !come ? Site.of(waiter) : null;
    }

    /** Returns the result, or null if it has not come. */
    @Nullable
    Outcome<T> outcome() {
        return come ? Outcome.of(value, thrown) : null;
    }
}

package io.github.looprunner.loop;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Somebody else's thread, or several, that carry a loop: they run its turns among whatever else they run; for adapters.
 *
 * <p>A loop gives a turn when it has something to do, and no other before that one has ended. So what it runs keeps its order,
 * and each task sees what those before it did, also where the carrier has many threads. A turn runs what was ready when it
 * began; where more has come by then, the loop gives another turn, behind what the carrier was given meanwhile.
 *
 * <h2>What is on the thread</h2>
 *
 * During a turn the thread's context class loader is that of the loop's owner, and {@link EventLoop#current()} is the loop.
 * Both are put back when the turn ends, and so is an interrupt that was there before. Interrupts that are meant for a task of
 * the loop are over with it.
 *
 * <h2>Time</h2>
 *
 * Timers are the loop's own: a thread of this library has the loop give a turn when one is due. What else the carrier runs
 * cannot be counted, so a carried loop has no virtual time, and its factory says so by
 * {@link EventLoopFactory#notCounted()}, {@link EventLoopFactory#noVirtualTime()} and {@link EventLoopFactory#foreignThreads()}.
 *
 * <h2>Carriers that refuse</h2>
 *
 * Where a turn that the carrier does not take was to run a task that was just submitted, and no other, that task is rejected,
 * and the loop goes on. Else a turn is given again after a while, where the carrier threw a
 * {@link java.util.concurrent.RejectedExecutionException} and has not {@linkplain #isGone() ended}, and until half a second
 * after the loop was shut down. Else the loop ends: what is pending is cancelled, and the owner hears of it.
 *
 * <h2>Thread safety</h2>
 *
 * Every method may be called from any thread.
 */
public interface LoopCarrier {

    /** Why a carried loop cannot be counted, for its factory. */
    String NOT_COUNTED = "what else runs on its thread is not seen";

    /** Why the threads of a carried loop are not its owner's, for its factory. */
    String FOREIGN_THREADS = "its thread is somebody else's, and keeps its name";

    /** Why a carried loop cannot have virtual time, for its factory. */
    String NO_VIRTUAL_TIME = "its thread is somebody else's, and goes on in real time";

    /**
     * Opens a loop that a carrier carries. Closing it leaves the carrier alone, and does not wait for it where nothing of the
     * loop's is left to run.
     *
     * @throws IllegalStateException if the owner has virtual time
     */
    static EventLoop open(String kind, LoopOwner owner, LoopCarrier carrier) {
        Objects.requireNonNull(carrier, "carrier");
        if (owner.kernel() != null) {
            throw new IllegalStateException("a loop that " + carrier.inWords()
                    + " carries cannot have virtual time; its factory is to say so by noVirtualTime()");
        }
        return SingleThreadLoop.carried(kind, owner, carrier);
    }

    /** Returns what carries a loop; empty where that has a thread of its own. */
    static Optional<LoopCarrier> of(EventLoop loop) {
        return loop instanceof SingleThreadLoop single ? Optional.ofNullable(single.turnsCarrier()) : Optional.empty();
    }

    /**
     * Runs a turn some time soon on a thread of the carrier's, not on the caller's stack; must not block.
     *
     * @throws RuntimeException if it will not, as a {@link java.util.concurrent.RejectedExecutionException}
     */
    void dispatch(Runnable turn);

    /** Returns what carries the loop, for reports, such as {@code AWT's event dispatch thread}. */
    String inWords();

    /**
     * Returns whether the caller is on the carrier's only thread, which then counts as being in the loop also between turns;
     * false where the carrier has several.
     */
    default boolean isCarrying() {
        return false;
    }

    /** Returns whether turns that it took may never run, since it has ended; false where it cannot tell. */
    default boolean isGone() {
        return false;
    }

    /** Returns the native object of a type behind the loop, null if there is none. */
    default <T> @Nullable T unwrap(Class<T> type) {
        return null;
    }
}

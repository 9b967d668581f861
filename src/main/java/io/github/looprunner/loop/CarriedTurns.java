package io.github.looprunner.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a loop in turns on the threads of a carrier. */
final class CarriedTurns {

    /*
     * Overview: where another loop would wake its thread, this gives a turn to the carrier.
     *
     *   PARKED --whoever has work for it--> GIVEN --the carrier's thread--> TAKEN --> PARKED, or GIVEN again
     *
     * Whoever moves the state to TAKEN by a CAS owns the loop: he alone takes tasks, and what he did is seen by the next
     * owner. A turn that finds another state than GIVEN does nothing, so it does no harm that a carrier runs one late, or
     * twice. Before an owner leaves he sets PARKED and looks at the queue once more; whoever submits looks at the state
     * afterwards: so of the two one sees the other. From PARKED on he must not touch what belongs to the owner.
     *
     * Who would give a turn takes the state for himself first, from PARKED to TAKEN. Where nothing can be left to run he ends
     * the loop there and then; so closing does not wait for a carrier that is busy or gone. The end keeps TAKEN for good.
     *
     * A turn that is refused for now, as by a pool that is full, is given again a little later, by the alarm: PARKED
     * meanwhile has work. Whoever submits tries again sooner.
     *
     * The thread of a turn is interrupted under this object's monitor, and the end of the turn takes it, so that no interrupt
     * of ours comes after the turn.
     */

    private static final int PARKED = 0;
    private static final int GIVEN = 1;
    private static final int TAKEN = 2;

    /** On the stack of who submits, a turn would run under his locks; and on the one thread that rings for all timers. */
    private static final String INLINE =
            "it runs what it is given at once, on the thread that gives it, as Runnable::run and CallerRunsPolicy do;"
                    + " a loop needs a thread other than that of whoever submits to it";

    private static final long FIRST_RETRY = TimeUnit.MILLISECONDS.toNanos(1); // then twice as long each time
    private static final int MOST_DOUBLINGS = 6;
    private static final long CLOSING = TimeUnit.MILLISECONDS.toNanos(500); // in which it may yet be taken

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(CarriedTurns.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SingleThreadLoop loop;
    private final LoopCarrier carrier;
    private final ClassLoader contextClassLoader;
    private final Alarm alarm = new Alarm(this::wake);
    private volatile int state = PARKED;
    private volatile long idleSince; // written by the owner before it parks
    private volatile @Nullable String lostBecause; // written once, by the owner
    private volatile @Nullable String refusedBecause; // the last turn, null once one is taken; written by the owner
    private int refusals; // in a row; the owner's only
    private long closingSince; // when a turn was first refused after the end began; the owner's only

    CarriedTurns(SingleThreadLoop loop, LoopCarrier carrier, ClassLoader contextClassLoader) {
        this.loop = loop;
        this.carrier = carrier;
        this.contextClassLoader = contextClassLoader;
    }

    LoopCarrier carrier() {
        return carrier;
    }

    /** Takes note that there may be something to do, or that the loop was closed. */
    void wake() {
        wake(null);
    }

    /**
     * Takes note that a task was submitted.
     *
     * @param submitted what can be given back to who submitted it; null where that is nobody
     * @throws RejectedExecutionException if the carrier refuses, so that the task will not run
     */
    void wake(@Nullable Runnable submitted) {
        if (claim(PARKED) || (needsNoTurn() && claim(GIVEN))) {
            if (loop.hasNothingLeft()) {
                end();
            } else {
                give(submitted);
            }
        }
    }

    /** Takes note that a timer was armed that is the earliest. */
    void timerArmed() {
        alarm.setFor(loop.timers.next(), loop.nanoTime());
    }

    /** Ends the loop, which was shut down and drained, unless it is just being run. */
    void endUncarried() {
        if (claim(PARKED) || claim(GIVEN)) {
            end();
        }
    }

    /** Interrupts the task that runs, unless the caller is in it. */
    synchronized void interrupt() {
        Thread runs = loop.carrier();
        if (runs != null && runs != Thread.currentThread()) {
            runs.interrupt();
        }
    }

    /** Returns for how long there has been nothing to do, null if there is. */
    @Nullable
    Duration idleFor() {
        return state == PARKED && refusedBecause == null
                ? Duration.ofNanos(Math.max(0, loop.nanoTime() - idleSince))
                : null;
    }

    /** Returns who has been given a turn that has not begun, null if there is none. */
    @Nullable
    String awaited() {
        String refused = refusedBecause;
        if (refused != null && state == PARKED) {
            return carrier.inWords() + ", which did not take it: " + refused;
        }
        return state != GIVEN ? null : carrier.inWords() + (carrier.isGone() ? ", which has ended" : "");
    }

    /** Returns why the loop has ended, null unless its carrier refused to go on. */
    @Nullable
    String lostBecause() {
        return lostBecause;
    }

    private boolean claim(int from) {
        return STATE.compareAndSet(this, from, TAKEN);
    }

    private boolean needsNoTurn() {
        return state == GIVEN && (loop.hasNothingLeft() || carrier.isGone());
    }

    /** Gives a turn to the carrier. Called by the owner, who then owns the loop no more. */
    private void give(@Nullable Runnable submitted) {
        Turn turn = new Turn();
        state = GIVEN;
        Throwable refusal = turn.give();
        if (refusal == null && carrier.isGone()) {
            refusal = new Refusal("it has ended"); // unless it ran the turn before: then there is nothing left to claim
        }
        if (refusal != null && claim(GIVEN)) {
            refused(refusal, submitted);
        }
    }

    /** Runs a turn on the calling thread. Called by the owner. */
    private void run() {
        EventLoop outer = CurrentLoop.get();
        boolean interrupted = Thread.interrupted();
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        setContextClassLoader(contextClassLoader);
        CurrentLoop.set(loop);
        loop.carriedBy(Thread.currentThread());
        refusals = 0;
        refusedBecause = null;
        boolean goesOn = false;
        try {
            goesOn = loop.runReady();
        } finally {
            noLongerRuns();
            CurrentLoop.set(outer);
            setContextClassLoader(loader);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (!goesOn) {
                end();
            }
        }
        if (goesOn) {
            rest();
        }
    }

    private synchronized void noLongerRuns() {
        loop.carriedBy(null);
        Thread.interrupted(); // an interrupt was meant for a task of this turn
    }

    /** Some threads, such as those of a pool that are to be innocuous, refuse it; tasks then see what those have. */
    private static void setContextClassLoader(@Nullable ClassLoader loader) {
        Thread thread = Thread.currentThread();
        if (thread.getContextClassLoader() != loader) {
            try {
                thread.setContextClassLoader(loader);
            } catch (SecurityException refused) {
                // it stays as it is
            }
        }
    }

    /** Parks the loop, or gives its next turn. Called by the owner, who then owns the loop no more. */
    private void rest() {
        if (loop.hasWork()) {
            give(null); // rather than go on here, so that what else the carrier has comes in between
            return;
        }
        long taken = loop.tasks.head();
        idleSince = loop.nanoTime();
        refusals = 0;
        refusedBecause = null;
        state = PARKED;
        if (loop.tasks.published() > taken || loop.tasks.isClosed()) {
            wake();
        } else {
            timerArmed();
        }
    }

    /** Called by the owner, who then owns the loop no more, unless it ends. */
    private void refused(Throwable cause, @Nullable Runnable submitted) {
        if (submitted != null && loop.tasks.published() - loop.tasks.head() == 1 && loop.tasks.contains(submitted)) {
            loop.tasks.take();
            loop.tasks.complete();
            rest();
            throw rejected(submitted, cause);
        }
        if (!loop.hasWork()) {
            rest(); // the task of who gave this turn has run in the one before
        } else if (mayYetBeTaken(cause)) {
            tryLater(cause);
        } else {
            RejectedExecutionException rejected =
                    submitted != null && loop.tasks.contains(submitted) ? rejected(submitted, cause) : null;
            lose(cause);
            if (rejected != null) {
                throw rejected;
            }
        }
    }

    private RejectedExecutionException rejected(Runnable submitted, Throwable cause) {
        return new RejectedExecutionException(
                Described.nameOf(submitted) + " was submitted to " + loop.inWords() + " and rejected, since "
                        + because(cause),
                cause);
    }

    /** Returns whether a later turn may be taken for which this one would be missed. Called by the owner. */
    private boolean mayYetBeTaken(Throwable cause) {
        if (!(cause instanceof RejectedExecutionException) || carrier.isGone()) {
            return false;
        }
        if (!loop.tasks.isClosed()) {
            return true;
        }
        closingSince = closingSince == 0 ? loop.nanoTime() : closingSince;
        boolean pending = !loop.tasks.isEmpty() || !loop.state().coroutines().isEmpty();
        return pending && loop.nanoTime() - closingSince < CLOSING;
    }

    /** Parks the loop with work to do. Called by the owner, who then owns the loop no more. */
    private void tryLater(Throwable cause) {
        long now = loop.nanoTime();
        long next = now + (FIRST_RETRY << (loop.tasks.isClosed() ? 0 : Math.min(refusals, MOST_DOUBLINGS)));
        refusals++;
        refusedBecause = said(cause);
        state = PARKED;
        alarm.setFor(next, now);
    }

    private String because(Throwable cause) {
        return carrier.inWords() + " did not take a turn: " + said(cause);
    }

    private static String said(Throwable cause) {
        return cause instanceof Refusal ? String.valueOf(cause.getMessage()) : cause.toString();
    }

    /** Ends the loop, since nobody carries it. Called by the owner. */
    private void lose(Throwable cause) {
        lostBecause = because(cause);
        int suspended = loop.state().coroutines().size();
        List<Runnable> never = loop.shutdownNow();
        long lost = never.stream().filter(task -> !LoopCloser.isDone(task)).count();
        if (suspended + lost > 0) {
            loop.failed(
                    new IllegalStateException(
                            loop.inWords() + " has ended, and " + lost
                                    + " of its tasks and timers never ran, since " + lostBecause
                                    + "; let it take turns until the runner is closed",
                            cause),
                    new Turn());
        }
        never.forEach(LoopCloser::free);
        loop.freeWaiters();
        end();
    }

    /** Called by the owner, on whatever thread that is, and for whom nothing is left to run. */
    private void end() {
        boolean interrupted = Thread.interrupted(); // no concern of the coroutines that end here
        alarm.off();
        loop.runReady(); // counts what was drained
        loop.end();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One turn, as the carrier is given it. */
    private final class Turn implements Runnable, Described {

        private @Nullable Thread giver; // racy on purpose: each thread compares it with itself
        private boolean inline; // written and read by the giver

        /** Returns why the carrier did not take it, null if it did. */
        @Nullable
        Throwable give() {
            giver = Thread.currentThread();
            boolean lacksLoader = giver.getContextClassLoader() == null; // a new worker would inherit the lack
            if (lacksLoader) {
                setContextClassLoader(contextClassLoader);
            }
            try {
                carrier.dispatch(this);
                return inline ? new Refusal(INLINE) : null;
            } catch (RuntimeException | Error refusal) {
                return inline ? new Refusal(INLINE) : refusal;
            } finally {
                giver = null;
                if (lacksLoader) {
                    setContextClassLoader(null);
                }
            }
        }

        @Override
        public void run() {
            if (giver == Thread.currentThread()) {
                inline = true;
            } else if (claim(GIVEN)) {
                CarriedTurns.this.run();
            }
        }

        @Override
        public String inWords() {
            return "a turn on " + carrier.inWords();
        }

        @Override
        public Site site() {
            return Site.unknown();
        }

        /** What an executor that rejects it says of it. */
        @Override
        public String toString() {
            return "a turn of " + loop.inWords();
        }
    }

    /** What a carrier does not say itself by what it throws. */
    private static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1;

        Refusal(String message) {
            super(message);
        }
    }
}

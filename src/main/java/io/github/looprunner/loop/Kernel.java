package io.github.looprunner.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time for the loops of one scope: who of them moves next, and when time moves.
 *
 * <p>Of the loops, and the threads that wait for them by {@link #await}, exactly one moves at a time. Time stands still
 * while any of them can; when none can, it jumps to the earliest deadline that somebody waits for.
 *
 * <p>Safe for use by several threads.
 */
public final class Kernel {

    /*
     * Overview: one agent has the turn: a loop, for one task; a thread that comes back from a wait; or OUTSIDE, which is
     * the test's own code between two of its waits. Whoever has the turn decides who gets it next, in choose(), and hands
     * it on; where that is itself, nothing happens, so a lone loop runs without any change of threads. Nobody has it
     * (null) while everybody waits for something that the kernel does not control; then whoever publishes a task takes it,
     * and the waiting threads look again from time to time.
     *
     * What is not volatile belongs to whoever has the turn. A thread that begins to wait without having it, such as one
     * that the test started, queues in `arriving`. A wait is left in two ways, by a grant or by its own thread that gives
     * up, and the state of the wait decides which came first.
     *
     * Nothing is missed between the decision that nobody can move and the moment when the turn is free: who frees it looks
     * once more, and who publishes looks at the turn after that; of the two one sees the other.
     */

    /** The horizon of a wait for a result: time may move as far as there are timers. */
    public static final long UNBOUNDED = TimerQueue.NONE - 1;

    private static final long NEVER = TimerQueue.NONE;

    /** The horizon of a wait that neither moves time nor is told when all is quiet: somebody else waits for both. */
    static final long FOLLOWING = NEVER;

    private static final long LOOK_AGAIN = Duration.ofMillis(1).toNanos(); // real time; nobody tells us what is outside
    private static final long SILENCE =
            Duration.ofSeconds(1).toNanos(); // real time; then what is outside will not come
    private static final long GRACE =
            Duration.ofMillis(10).toNanos(); // real time; who was woken just now seems to wait
    private static final long CUSHION =
            Duration.ofMillis(20).toNanos(); // real time; for bytes on their way in a socket

    private static final VarHandle TURN;

    static {
        try {
            TURN = MethodHandles.lookup().findVarHandle(Kernel.class, "turn", Agent.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How a wait ended. */
    public enum End {
        /** What it was for has happened. */
        REACHED,
        /** Nothing can happen any more, as far as the wait lets time move. */
        QUIET,
        /** Nothing but periodic timers has fired for a long time, and nothing else is left. */
        PERIODIC,
        /** Its bound in real time has passed. */
        TIMED_OUT
    }

    private final Agent outside = new Agent();
    private final Instant start;
    private final long periodicLimit;
    private volatile LoopAgent[] loops = new LoopAgent[0]; // replaced under this
    private final Queue<Wait> arriving = new ConcurrentLinkedQueue<>();
    private final Holds holds = new Holds();
    private final Bystanders bystanders = new Bystanders();

    private volatile @Nullable Agent turn = outside;
    private volatile long now; // nanoseconds since the start; written by who has the turn
    private volatile Duration wallClockAhead = Duration.ZERO;
    private volatile boolean ended; // written by who ends the scope
    private volatile Thread home = Thread.currentThread(); // the test's; another one after that has ended or blocks
    private volatile StackTraceElement @Nullable []
            stuckAt; // the test's thread, blocked while only time could have helped
    private volatile @Nullable Site takenAt; // where the test's thread was blocked when loops moved without its leave
    private volatile long waits; // how many wait; written by who has the turn
    private volatile boolean someLeft; // set by who gives up waiting

    private final List<Wait> waiting = new ArrayList<>();
    private int turnsTaken; // for the order of loops: each in its turn
    private long steps;
    private long entered; // waits that have begun
    private long changesAtQuiet = -1;
    private long quietSince; // real time
    private long calls; // controlled calls; only that it changes matters
    private long callsAtJump;
    private long periodicFirings;
    private final AtomicReference<@Nullable String> driver = new AtomicReference<>();
    private final Jumps jumps = new Jumps();

    /**
     * Creates a kernel whose time starts now and stands still; the calling thread is the test's.
     *
     * @param start what clocks show at the start
     * @param periodicLimit how many firings of nothing but periodic timers are taken for a sign that nothing else will come
     */
    public Kernel(Instant start, long periodicLimit) {
        this.start = start;
        this.periodicLimit = periodicLimit;
    }

    // Time

    /** Returns the virtual time since the start, in nanoseconds. */
    public long nanoTime() {
        return now;
    }

    /** Returns a clock that shows virtual time, in UTC. */
    public Clock clock() {
        return new VirtualClock(ZoneOffset.UTC);
    }

    /** Sets what clocks show now; no timer fires for it. */
    public void setWallClock(Instant instant) {
        wallClockAhead = Duration.between(start.plusNanos(now), instant);
    }

    /** Moves time on without firing anything, as if whatever moves now had taken so long. */
    public void elapse(long nanos) {
        long to = now + nanos;
        now = to < now ? NEVER - 1 : to;
    }

    /** Returns the earliest deadline of all loops, in virtual nanoseconds since the start; {@link Long#MAX_VALUE} for none. */
    public long nextDeadline() {
        long earliest = NEVER;
        for (LoopAgent agent : loops) {
            earliest = Math.min(earliest, agent.loop.timers.next());
        }
        return earliest;
    }

    /** Returns how many timers are armed on all loops. */
    public int timerCount() {
        int count = 0;
        for (LoopAgent agent : loops) {
            count += agent.loop.timers.count();
        }
        return count;
    }

    // Waiting

    /**
     * Waits until something has happened, while the loops move, and time as far as it may.
     *
     * @param reached whether it has happened; asked after every step, by the thread that made it
     * @param horizon up to when time may move, in virtual nanoseconds since the start, or {@link #UNBOUNDED}
     * @param patient whether what is outside, and seems to be able to act, is given a moment before all counts as quiet
     * @param realNanos the bound in real time; {@link Long#MAX_VALUE} for none
     * @param spin how the caller looks out for its turn before it parks
     */
    public End await(BooleanSupplier reached, long horizon, boolean patient, long realNanos, Spin spin)
            throws InterruptedException {
        Agent me = mine();
        if (me == outside) {
            settleAt(Thread.currentThread());
        }
        Wait wait = new Wait(reached, horizon, patient, me);
        if (turn == me && (me != outside || Thread.currentThread() == home)) {
            enter(wait);
            pass(me);
        } else {
            arriving.add(wait);
            if (TURN.compareAndSet(this, null, wait)) {
                pass(wait);
            }
        }
        return wait.await(realNanos, spin);
    }

    /** Returns whether the loops move only in turns that this kernel gives; false once its scope has begun to end. */
    public boolean isInCharge() {
        return !ended;
    }

    /** Returns whether the caller runs on one of the loops. */
    boolean isOnLoop() {
        return mine() != outside;
    }

    /** Returns the virtual time since the start, in words. */
    public String elapsedInWords() {
        return Words.of(now);
    }

    /** Returns whether the caller is the test's thread, which time waits for. */
    public boolean isHome() {
        return Thread.currentThread() == home;
    }

    /** Lets the loops go on by themselves from now on, at the time as it is: their scope ends. */
    public void end() {
        ended = true;
        for (LoopAgent agent : loops) {
            agent.wake();
        }
    }

    // What is outside

    /** Makes time stand until the returned hold is closed. */
    public Hold hold(String why) {
        return holds.open(why);
    }

    /** Says what is at work outside, or seems to be, one line each. */
    public List<String> outsideInWords() {
        List<String> lines = new ArrayList<>(holds.inWords());
        lines.addAll(bystanders.inWords());
        return lines;
    }

    /** Says which threads wait for a timer of the machine's time, one line each; no virtual time moves those. */
    public List<String> realTimersInWords() {
        return Bystanders.realTimersInWords();
    }

    /** Returns the last jumps of time, the latest last, each with the timer that it was for. */
    public List<String> jumpsInWords(int limit) {
        return jumps.inWords(limit);
    }

    /** Returns how often time has jumped. */
    public long jumpCount() {
        return jumps.count();
    }

    /** Returns how many steps the loops have made. Called by who has the turn. */
    public long steps() {
        return steps;
    }

    /** Returns how many firings of nothing but periodic timers end a wait for a result. */
    public long periodicLimit() {
        return periodicLimit;
    }

    /** Returns where the test's thread was blocked outside our calls while loops moved, null if it never was. */
    public @Nullable Site takenAt() {
        return takenAt;
    }

    /** Takes the right to move time by hand; returns who has it already, null if nobody. */
    public @Nullable String beginDriving(String method) {
        String description = method + ", called on thread \""
                + Thread.currentThread().getName() + "\" at " + Site.here().inWords();
        return driver.compareAndSet(null, description) ? null : driver.get();
    }

    /** Gives back the right to move time by hand. */
    public void endDriving() {
        driver.set(null);
    }

    /**
     * Returns the stack of the test's thread where it was blocked for a second, by no wait of ours, while nothing could run
     * and timers were armed; null if it never was.
     */
    public StackTraceElement @Nullable [] stuckAt() {
        return stuckAt;
    }

    // For loops

    LoopAgent join(SingleThreadLoop loop) {
        LoopAgent agent = new LoopAgent(loop);
        synchronized (this) {
            LoopAgent[] all = Arrays.copyOf(loops, loops.length + 1);
            all[all.length - 1] = agent;
            loops = all;
        }
        return agent;
    }

    // Turns

    private Agent mine() {
        for (LoopAgent agent : loops) {
            if (agent.loop.inEventLoop()) {
                return agent;
            }
        }
        return outside;
    }

    /** Takes another thread for the test's, where that one can do nothing: JUnit may run the body of a test elsewhere. */
    private void settleAt(Thread caller) {
        Thread test = home;
        if (test != caller && waits == 0 && test.getState() != Thread.State.RUNNABLE) {
            home = caller;
        }
    }

    /** Takes the turn where nobody has it, or where the test's thread has it and was seen blocked twice, by no wait of ours. */
    private boolean takeTurn(Agent agent) {
        Agent holder = turn;
        if (holder == outside) {
            agent.looksAtHome = Bystanders.isBlocked(home) ? agent.looksAtHome + 1 : 0;
            if (agent.looksAtHome < 2) {
                return false;
            }
            if (takenAt == null) {
                takenAt = Site.of(home);
            }
        } else if (holder != null) {
            return false;
        }
        return TURN.compareAndSet(this, holder, agent);
    }

    private void enter(Wait wait) {
        waiting.add(wait);
        waits = waiting.size();
        entered++;
        if (wait.of instanceof LoopAgent agent) {
            agent.blocked++;
        }
    }

    private void leave(Wait wait) {
        waiting.remove(wait);
        waits = waiting.size();
        if (wait.of instanceof LoopAgent agent) {
            agent.blocked--;
        }
    }

    /** Hands the turn on; called by who has it. Where that is the caller again, it just goes on. */
    private void pass(Agent holder) {
        while (true) {
            Agent next = choose(holder);
            if (next == holder) {
                return;
            }
            if (next != null) {
                turn = next;
                next.wake();
                return;
            }
            Wait looksAgain = waiting.get(0); // without a wait the turn is the outside's
            turn = null;
            if (looksAgain != holder) {
                looksAgain.wake();
            }
            if (!isAnythingReady() || !TURN.compareAndSet(this, null, holder)) {
                return;
            }
        }
    }

    private boolean isAnythingReady() {
        if (!arriving.isEmpty()) {
            return true;
        }
        for (LoopAgent agent : loops) {
            if (agent.canMove()) {
                return true;
            }
        }
        return false;
    }

    /** Decides who moves next, and moves time where that is what it takes; null for nobody. */
    private @Nullable Agent choose(Agent holder) {
        while (true) {
            admit();
            Wait done = firstReached();
            if (done != null) {
                return done;
            }
            LoopAgent loop = nextLoop(holder);
            if (loop != null) {
                return loop;
            }
            if (waiting.isEmpty()) {
                return outside;
            }
            if (steps + entered != changesAtQuiet) {
                changesAtQuiet = steps + entered;
                quietSince = System.nanoTime();
            }
            if (isOutsideBusy()) {
                return null;
            }
            if (isAnythingReady() || isAnyReached()) {
                continue; // what a hold was for came, and then the hold was closed
            }
            long next = nextDeadline();
            Wait quiet = firstQuiet(next);
            if (quiet != null) {
                return quiet;
            }
            if (!mayMoveTo(next) || isCushioned()) {
                return null;
            }
            if (periodicFirings >= periodicLimit) {
                periodicFirings = 0;
                Wait given = firstPatient();
                if (given != null) {
                    return given;
                }
            }
            jump(next);
        }
    }

    private boolean isAnyReached() {
        for (int i = 0; i < waiting.size(); i++) {
            if (waiting.get(i).reached.getAsBoolean() && !waiting.get(i).hasLeft()) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Wait firstReached() {
        for (int i = 0; i < waiting.size(); i++) {
            Wait wait = waiting.get(i);
            if (wait.reached.getAsBoolean() && wait.grant(End.REACHED)) {
                return wait;
            }
        }
        return null;
    }

    /** Returns a wait that may not see the next deadline, nor hope for the outside; null if there is none. */
    private @Nullable Wait firstQuiet(long next) {
        for (int i = 0; i < waiting.size(); i++) {
            Wait wait = waiting.get(i);
            if (wait.horizon < next && !(wait.patient && mayHope()) && wait.grant(End.QUIET)) {
                return wait;
            }
        }
        return null;
    }

    private @Nullable Wait firstPatient() {
        for (int i = 0; i < waiting.size(); i++) {
            Wait wait = waiting.get(i);
            if (wait.patient && wait.grant(End.PERIODIC)) {
                return wait;
            }
        }
        return null;
    }

    private boolean mayMoveTo(long next) {
        for (int i = 0; i < waiting.size(); i++) {
            Wait wait = waiting.get(i);
            if (wait.horizon >= next && wait.horizon != FOLLOWING) {
                return next != NEVER;
            }
        }
        return false;
    }

    /** Lets in who has begun to wait without having the turn, and out who has given up. */
    private void admit() {
        for (Wait wait = arriving.poll(); wait != null; wait = arriving.poll()) {
            enter(wait);
        }
        if (someLeft) {
            someLeft = false;
            for (Wait wait : List.copyOf(waiting)) {
                if (wait.hasLeft()) {
                    leave(wait);
                }
            }
        }
    }

    /** Returns the loop that moves next: the one that does until its batch is done, then the others in turn. */
    private @Nullable LoopAgent nextLoop(Agent holder) {
        if (holder instanceof LoopAgent current && current.batchLeft() && current.canMove()) {
            return current;
        }
        LoopAgent[] all = loops;
        for (int i = 0; i < all.length; i++) {
            LoopAgent agent = all[(turnsTaken + i) % all.length];
            if (agent.canMove()) {
                turnsTaken = (turnsTaken + i + 1) % all.length;
                agent.beginBatch();
                return agent;
            }
        }
        return null;
    }

    private void jump(long to) {
        if (to <= now) {
            return;
        }
        boolean onlyPeriodic = true;
        LoopAgent of = null;
        for (LoopAgent agent : loops) {
            onlyPeriodic &= agent.loop.timers.isPeriodicOnly();
            of = of == null && agent.loop.timers.next() == to ? agent : of;
        }
        periodicFirings = onlyPeriodic && calls == callsAtJump ? periodicFirings + 1 : 0;
        callsAtJump = calls;
        jumps.add(now, to, of == null ? null : of.loop.timers.peek());
        now = to;
    }

    // The outside

    private boolean isOutsideBusy() {
        return holds.isAny() || bystanders.ownedIsBusy(loops);
    }

    private boolean isCushioned() {
        for (LoopAgent agent : loops) {
            if (agent.loop.hasChannels()) {
                return System.nanoTime() - quietSince < CUSHION;
            }
        }
        return false;
    }

    /** Looks at the loops after the threads: one that has just gone idle may have left something there before. */
    private boolean mayHope() {
        return mayStillCome() || isAnythingReady();
    }

    private boolean mayStillCome() {
        long quiet = System.nanoTime() - quietSince;
        return quiet < GRACE || (quiet < SILENCE && (isChannelOpen() || bystanders.mayAct(loops, waitingThreads())));
    }

    private Set<Thread> waitingThreads() {
        Set<Thread> threads = new HashSet<>();
        for (Wait wait : waiting) {
            threads.add(wait.thread);
        }
        return threads;
    }

    private boolean isChannelOpen() {
        for (LoopAgent agent : loops) {
            if (agent.loop.hasChannels()) {
                return true;
            }
        }
        return false;
    }

    /** Who can have the turn. */
    private static class Agent {

        volatile @Nullable Thread thread;
        int looksAtHome; // how often in a row it saw the test's thread blocked; its own thread only

        final void wake() {
            Thread sleeper = thread;
            if (sleeper != null) {
                LockSupport.unpark(sleeper);
            }
        }
    }

    /** A loop as one that moves. */
    final class LoopAgent extends Agent {

        private final SingleThreadLoop loop;
        private long batchEnd; // how many tasks were published when it got its turn
        private int blocked; // waits that its current task is in

        LoopAgent(SingleThreadLoop loop) {
            this.loop = loop;
        }

        /** Takes note that a task was published; called by whoever did. */
        void published() {
            calls++;
            if (turn == null && TURN.compareAndSet(Kernel.this, null, this)) {
                beginBatch();
                wake();
            }
        }

        /** Takes note of a controlled call that made nothing ready. */
        void called() {
            calls++;
        }

        /** Waits for the turn; returns false once there are no turns any more. Called by the loop's thread. */
        boolean awaitTurn(Spin spin) {
            if (thread == null) {
                thread = Thread.currentThread();
            }
            if (turn != this && !ended && !spin.sees(() -> turn == this || ended)) {
                long blockedSince = System.nanoTime();
                while (turn != this && !ended && !takeWhereFreeOrBlocked()) {
                    if (turn != outside || !Bystanders.isBlocked(home)) {
                        blockedSince = System.nanoTime();
                    } else if (stuckAt == null
                            && System.nanoTime() - blockedSince > SILENCE
                            && nextDeadline() != NEVER) {
                        stuckAt = home.getStackTrace();
                    }
                    LockSupport.parkNanos(Kernel.this, LOOK_AGAIN);
                    Thread.interrupted();
                }
            }
            return !ended;
        }

        /** Hands the turn on after a step, if it is another's. Called by the loop's thread. */
        void stepped() {
            if (turn == this) {
                steps++;
                pass(this);
            }
        }

        /** Leaves for ever. Called by the loop's thread. */
        void leave() {
            synchronized (Kernel.this) {
                loops = Arrays.stream(loops).filter(other -> other != this).toArray(LoopAgent[]::new);
            }
            stepped();
        }

        private boolean takeWhereFreeOrBlocked() {
            return canMove() && takeTurn(this);
        }

        private void beginBatch() {
            batchEnd = loop.submitted();
        }

        private boolean batchLeft() {
            return loop.taken() < batchEnd;
        }

        private boolean canMove() {
            return blocked == 0 && loop.hasWork();
        }
    }

    /** A thread that waits. */
    private final class Wait extends Agent {

        private final BooleanSupplier reached;
        private final long horizon;
        private final boolean patient;
        private final Agent of; // the loop whose task waits, or what is outside
        private @Nullable End end; // guarded by this
        private boolean left; // guarded by this

        Wait(BooleanSupplier reached, long horizon, boolean patient, Agent of) {
            this.reached = reached;
            this.horizon = horizon;
            this.patient = patient;
            this.of = of;
            this.thread = Thread.currentThread();
        }

        /** Ends the wait, unless its thread has given up; called by who has the turn. */
        synchronized boolean grant(End how) {
            if (left) {
                return false;
            }
            end = how;
            return true;
        }

        /** Goes on without the turn, which somebody else has; too late once the wait has ended. */
        private synchronized boolean giveUp() {
            left = end == null;
            return left;
        }

        synchronized boolean hasLeft() {
            return left;
        }

        End await(long realNanos, Spin spin) throws InterruptedException {
            long deadline = System.nanoTime() + realNanos;
            spin.sees(() -> turn == this);
            while (turn != this) {
                if (takeTurn(this)) {
                    pass(this);
                    if (turn == this) {
                        break;
                    }
                }
                long left = realNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
                boolean interrupted = Thread.interrupted();
                if ((left <= 0 || interrupted || ended) && giveUp()) {
                    arriving.remove(this);
                    someLeft = true;
                    if (interrupted) {
                        throw new InterruptedException();
                    }
                    return End.TIMED_OUT;
                }
                Agent holder = turn;
                LockSupport.parkNanos(
                        Kernel.this, holder == null || holder == outside ? Math.min(left, LOOK_AGAIN) : left);
            }
            leave(this);
            if (of == outside && !isHome()) {
                pass(this); // only the test's own thread keeps the loops waiting
            } else {
                turn = of;
            }
            return Objects.requireNonNull(end, "the turn comes with an end");
        }
    }

    private final class VirtualClock extends Clock {

        private final ZoneId zone;

        VirtualClock(ZoneId zone) {
            this.zone = zone;
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public Clock withZone(ZoneId other) {
            return new VirtualClock(other);
        }

        @Override
        public Instant instant() {
            return start.plusNanos(now).plus(wallClockAhead);
        }
    }
}

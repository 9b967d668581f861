package io.github.looprunner.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
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
     * choose() finds, in this order: who can move, of whom the strategy picks one; the test's code, if nobody waits; that
     * somebody outside is at work; a wait for which all is quiet; the next deadline, to which time then jumps.
     *
     * What is not volatile belongs to whoever has the turn. A thread that begins to wait without having it, such as one
     * that the test started, queues in `arriving`. A wait is left in two ways, by a grant or by its own thread that gives
     * up, and the state of the wait decides which came first.
     *
     * Nothing is missed between the decision that nobody can move and the moment when the turn is free: who frees it looks
     * once more, and who publishes looks at the turn after that; of the two one sees the other.
     */

    /** The horizon of a wait for a result: time may move as far as there are timers. */
    public static final long UNBOUNDED = VirtualClock.END;

    private static final long NEVER = TimerQueue.NONE;

    /** The horizon of a wait that neither moves time nor is told when all is quiet: somebody else waits for both. */
    static final long FOLLOWING = NEVER;

    private static final BooleanSupplier NOW = () -> true;
    private static final long LOOK_AGAIN = Duration.ofMillis(1).toNanos(); // real time; nobody tells us what is outside

    private static final long MOST_CUSHIONED = Duration.ofMillis(200).toNanos(); // real time; for one leap to a horizon
    private static final int MOST_UNPOLLED = 64; // steps of busy loops between two looks for input

    private static final long LAST_STEP =
            Duration.ofMillis(5).toNanos(); // real time; for the step that moves when a bound passes

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

    private final Agent test = new Agent();
    private final TestThread testThread = new TestThread();
    private final VirtualClock time;
    private final Outside outside;
    private final Strategy strategy;
    private final boolean asksAtCalls;
    private final long periodicLimit;
    private volatile LoopAgent[] loops = new LoopAgent[0]; // replaced under this
    private int loopsOpened; // guarded by this
    private final Queue<Wait> arriving = new ConcurrentLinkedQueue<>();

    private volatile @Nullable Agent turn = test;
    private volatile boolean ended; // written by who ends the scope
    private volatile long waits; // how many wait; written by who has the turn
    private volatile boolean stirred; // whether waits have arrived, or were given up; set by their threads
    private volatile boolean overdue; // whether the bound of a wait has passed; set by its thread
    private volatile long firesUpTo = NEVER; // what is due later does not fire; written by who drives
    private final AtomicReference<@Nullable String> driver = new AtomicReference<>();

    private final List<Wait> waiting = new ArrayList<>();
    private final List<Agent> able = new ArrayList<>();
    private long steps;
    private long calls; // controlled calls; only that it changes matters
    private long callsAtJump;
    private long periodicFirings;
    private long periodicSince; // virtual time

    /**
     * Creates a kernel whose time starts now and stands still; the calling thread is the test's.
     *
     * @param start what clocks show at the start
     * @param periodicLimit how many firings of nothing but periodic timers are taken for a sign that nothing else will come
     * @param alone whether no other test runs meanwhile, whose work in the common pool could be taken for this one's
     * @param patience how long what is outside is given a chance
     */
    public Kernel(Instant start, long periodicLimit, boolean alone, Patience patience) {
        this(start, periodicLimit, alone, patience, new TakingTurns());
    }

    Kernel(Instant start, long periodicLimit, boolean alone, Patience patience, Strategy strategy) {
        this.time = new VirtualClock(start);
        this.periodicLimit = periodicLimit;
        this.outside = new Outside(alone, patience);
        this.strategy = strategy;
        this.asksAtCalls = strategy.isAskedAtCalls();
    }

    /** Returns what time it is. */
    public VirtualClock time() {
        return time;
    }

    /** Returns what the loops do not know of. */
    public Outside outside() {
        return outside;
    }

    /** Returns the earliest deadline of all loops, in virtual nanoseconds since the start; {@link Long#MAX_VALUE} for none. */
    public long nextDeadline() {
        long earliest = NEVER;
        for (LoopAgent agent : loops) {
            earliest = Math.min(earliest, Math.min(agent.loop.timers.next(), agent.nextBound()));
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

    /** Returns how many steps the loops have made. Called by who has the turn. */
    public long steps() {
        return steps;
    }

    /** Says how often nothing but periodic timers fired, and for how long, where that has ended a wait. */
    public String periodicInWords() {
        return periodicLimit + " times, over " + Words.exactly(time.nanoTime() - periodicSince);
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
        return await(new Wait(reached, horizon, patient, Outside.UNKNOWN, mine()), realNanos, spin);
    }

    /**
     * Waits as before, with patience, for somebody who has only looked at something meanwhile.
     *
     * @param quietSince when it was that something came last, in real time
     */
    public End awaitAgain(BooleanSupplier reached, long horizon, long quietSince, long realNanos, Spin spin)
            throws InterruptedException {
        return await(new Wait(reached, horizon, /* patient= */ true, quietSince, mine()), realNanos, spin);
    }

    private End await(Wait wait, long realNanos, Spin spin) throws InterruptedException {
        if (beginWithTurn(wait)) {
            pass(wait);
        } else {
            arriving.add(wait);
            stirred = true;
            if (TURN.compareAndSet(this, null, wait)) {
                pass(wait);
            }
        }
        return wait.await(realNanos, spin);
    }

    /**
     * Waits in a task of a loop until something has happened, or until so much virtual time has passed, to which time may
     * then jump. What else is due at that instant comes first.
     */
    void awaitInTask(BooleanSupplier reached, String what, long nanos, Spin spin) throws InterruptedException {
        LoopAgent of = (LoopAgent) mine();
        long deadline = time.after(nanos);
        of.bound = new Bound(what, deadline);
        try {
            await(
                    () -> reached.getAsBoolean() || time.nanoTime() > deadline,
                    FOLLOWING,
                    /* patient= */ false,
                    Long.MAX_VALUE,
                    spin);
        } finally {
            of.bound = null;
        }
    }

    /** Returns whether the loops move only in turns that this kernel gives; false once its scope has begun to end. */
    public boolean isInCharge() {
        return !ended;
    }

    /** Returns what is known of the test's thread. */
    public TestThread testThread() {
        return testThread;
    }

    /** Returns whether the caller is the test's thread, which time waits for. */
    boolean isHome() {
        return testThread.isCurrent(/* replaceable= */ waits == 0);
    }

    /** Returns whether the caller runs on one of the loops. */
    boolean isOnLoop() {
        return mine() != test;
    }

    /** Lets the loops go on by themselves from now on, at the time as it is: their scope ends. */
    public void end() {
        ended = true;
        for (LoopAgent agent : loops) {
            agent.wake();
        }
    }

    /** Says what is at work outside, or seems to be, and which channels are open, one line each. */
    public List<String> outsideInWords() {
        List<String> lines = new ArrayList<>(outside.inWords());
        for (LoopAgent agent : loops) {
            if (agent.hasChannels() || !agent.connections().isEmpty()) {
                lines.add("channels of loop \"" + agent.loop.name() + "\" are open");
            }
        }
        return lines;
    }

    // Driving

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
     * Moves time to an instant, from deadline to deadline, and waits until all that is due by then has run. What comes due
     * later, because a task took so long, does not fire yet; else a task that takes longer than its period had no end.
     */
    public End drive(long horizon, long realNanos, Spin spin) throws InterruptedException {
        firesUpTo = horizon;
        try {
            return await(() -> false, horizon, /* patient= */ false, realNanos, spin);
        } finally {
            firesUpTo = NEVER;
        }
    }

    // For loops

    LoopAgent join(SingleThreadLoop loop) {
        synchronized (this) {
            LoopAgent agent = new LoopAgent(loop, loopsOpened++);
            LoopAgent[] all = Arrays.copyOf(loops, loops.length + 1);
            all[all.length - 1] = agent;
            loops = all;
            return agent;
        }
    }

    // Turns

    private Agent mine() {
        for (LoopAgent agent : loops) {
            if (agent.loop.inEventLoop()) {
                return agent;
            }
        }
        return test;
    }

    /** Begins a wait of who has the turn; else false. From the test's thread a loop may take it at any moment. */
    private boolean beginWithTurn(Wait wait) {
        if (turn == wait.of && (wait.of != test || isHome()) && TURN.compareAndSet(this, wait.of, wait)) {
            enter(wait);
            return true;
        }
        return false;
    }

    /**
     * Takes the turn where nobody has it, where the test's thread has it and is the one that waits, or where it was seen
     * blocked twice, by no wait of ours.
     */
    private boolean takeTurn(Agent agent) {
        Agent holder = turn;
        if (holder == test && !(agent instanceof Wait wait && wait.of == test && isHome())) {
            agent.looksAtTest = testThread.isBlocked() ? agent.looksAtTest + 1 : 0;
            if (agent.looksAtTest < 2) {
                return false;
            }
            testThread.taken();
        } else if (holder != null && holder != test) {
            return false;
        }
        return TURN.compareAndSet(this, holder, agent);
    }

    /** Lets the strategy choose anew in the middle of what the caller does, where it wants that. */
    private void offerTurn() {
        Wait pause = new Wait(NOW, FOLLOWING, /* patient= */ false, Outside.UNKNOWN, mine());
        if (!ended && beginWithTurn(pause)) {
            pass(pause);
            pause.sitOut();
        }
    }

    private void enter(Wait wait) {
        waiting.add(wait);
        waits = waiting.size();
        outside.stirred();
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
            if (next == test) {
                free(test, holder);
                return;
            }
            if (next != null) {
                turn = next;
                next.wake();
                if (!next.isGone || !TURN.compareAndSet(this, next, holder)) {
                    return;
                }
                continue; // it has left meanwhile, and not taken the turn along
            }
            free(null, holder);
            if (!isAnythingReady() || !TURN.compareAndSet(this, null, holder)) {
                return;
            }
        }
    }

    /**
     * Gives the turn to nobody, or to the test: who waits must look for it from time to time, since nobody hands it on. So
     * must those who have begun to wait since who had it looked at them last.
     */
    private void free(@Nullable Agent to, Agent holder) {
        List<Wait> looking = new ArrayList<>(waiting); // from now on somebody else may have it
        turn = to;
        looking.addAll(arriving); // after that: who is not in there yet sees the turn as it is
        for (Wait wait : looking) {
            if (wait != holder) {
                wait.wake();
            }
        }
    }

    /** Decides who moves next, and moves time where that is what it takes; null for nobody. */
    private @Nullable Agent choose(Agent holder) {
        admit();
        Wait late = overdue ? firstExpired() : null;
        if (late != null) {
            return late;
        }
        while (true) {
            admit();
            if (findAble()) {
                Agent next = strategy.next(able, holder);
                if (next instanceof Wait wait && !wait.grant(End.REACHED)) {
                    continue; // it has given up meanwhile
                }
                return next;
            }
            Agent unpolled = firstUnpolled();
            if (unpolled != null) {
                return unpolled;
            }
            if (waiting.isEmpty()) {
                return test;
            }
            if (!outside.isSilent()) {
                if (outside.isBusy(loops)) {
                    return null;
                }
                if (stirred || findAble()) {
                    continue; // what a hold was for came, and then the hold was closed
                }
            }
            long next = nextMove();
            Wait bounded = next <= time.nanoTime() ? firstBounded(next) : null;
            if (bounded != null) {
                return bounded;
            }
            Wait quiet = firstQuiet(next);
            if (quiet != null) {
                return quiet;
            }
            if (!mayMoveTo(next) || outside.isCushioned(loops)) {
                return null;
            }
            Wait given = periodicFirings < periodicLimit ? null : firstPatient();
            if (given != null) {
                return given;
            }
            jump(next);
        }
    }

    /** Lets in who has begun to wait without having the turn, and out who has given up. */
    private void admit() {
        if (!stirred) {
            return;
        }
        stirred = false; // before the look: who comes after it is seen the next time
        for (Wait wait = arriving.poll(); wait != null; wait = arriving.poll()) {
            enter(wait);
        }
        for (Wait wait : List.copyOf(waiting)) {
            if (wait.hasLeft()) {
                leave(wait);
            }
        }
    }

    /** Lists who can move; returns whether there is anybody. */
    private boolean findAble() {
        able.clear();
        for (int i = 0; i < waiting.size(); i++) {
            Wait wait = waiting.get(i);
            if (wait.reached.getAsBoolean()) {
                able.add(wait);
            }
        }
        for (LoopAgent agent : loops) {
            if (agent.canMove()) {
                able.add(agent);
            }
        }
        return !able.isEmpty();
    }

    /** Returns a loop that has not looked for input since the last step, or for a while; null if there is none. */
    private @Nullable Agent firstUnpolled() {
        for (LoopAgent agent : loops) {
            if (agent.blocked == 0 && agent.shouldPoll(/* busy= */ false)) {
                return agent;
            }
        }
        return null;
    }

    private boolean isAnythingReady() {
        if (stirred) {
            return true;
        }
        for (LoopAgent agent : loops) {
            if (agent.canMove()) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Wait firstExpired() {
        overdue = false; // before the look: whose bound passes after it is seen the next time
        for (int i = 0; i < waiting.size(); i++) {
            Wait wait = waiting.get(i);
            if (wait.expired && wait.grant(wait.reached.getAsBoolean() ? End.REACHED : End.TIMED_OUT)) {
                overdue = true; // there may be more of them
                return wait;
            }
        }
        if (stirred) {
            overdue = true; // it may not have been let in yet
        }
        return null;
    }

    /** Returns a wait that may not see the next deadline, nor hope for the outside; null if there is none. */
    private @Nullable Wait firstQuiet(long next) {
        for (int i = 0; i < waiting.size(); i++) {
            Wait wait = waiting.get(i);
            if (wait.horizon < next && !mayHope(wait, next) && wait.grant(End.QUIET)) {
                return wait;
            }
        }
        return null;
    }

    /**
     * Looks at the loops after the threads: one that has ended meanwhile may have left something there before. Whose time goes
     * on to its horizon waits for bytes on their way, as before any jump.
     */
    private boolean mayHope(Wait wait, long next) {
        return wait.patient
                ? outside.mayStillCome(loops, waitingThreads(), wait.quietSince)
                        || isAnythingReady()
                        || nextMove() != next
                        || wait.reached.getAsBoolean()
                : wait.horizon > time.nanoTime() && wait.mayBeCushioned() && outside.isCushioned(loops);
    }

    private Set<Thread> waitingThreads() {
        Set<Thread> threads = new HashSet<>();
        for (Wait wait : waiting) {
            threads.add(wait.thread);
        }
        return threads;
    }

    private @Nullable Wait firstPatient() {
        periodicFirings = 0;
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
            long horizon = waiting.get(i).horizon;
            if (horizon >= next && horizon != FOLLOWING) {
                return next != NEVER;
            }
        }
        return false;
    }

    /** Returns the earliest instant at which a loop can move again. */
    private long nextMove() {
        long earliest = NEVER;
        for (LoopAgent agent : loops) {
            earliest = Math.min(earliest, agent.nextMove());
        }
        return earliest;
    }

    /** Returns a wait in a task whose bound has come; null if there is none. */
    private @Nullable Wait firstBounded(long instant) {
        for (int i = 0; i < waiting.size(); i++) {
            Wait wait = waiting.get(i);
            if (wait.of instanceof LoopAgent agent && agent.nextBound() == instant && wait.grant(End.TIMED_OUT)) {
                return wait;
            }
        }
        return null;
    }

    private void jump(long to) {
        if (to <= time.nanoTime()) {
            return;
        }
        boolean onlyPeriodic = true;
        LoopAgent of = null;
        for (LoopAgent agent : loops) {
            onlyPeriodic &= agent.loop.timers.isPeriodicOnly() && (agent.blocked == 0 || agent.bound == null);
            of = of == null && agent.nextMove() == to ? agent : of;
        }
        periodicFirings = onlyPeriodic && calls == callsAtJump ? periodicFirings + 1 : 0;
        if (periodicFirings == 0) {
            periodicSince = to;
        }
        callsAtJump = calls;
        time.jumpTo(to, of == null ? null : of.nextCause());
    }

    /** When a wait in a task ends by itself, and what that is called. */
    private record Bound(String inWords, long deadline) implements Described {

        @Override
        public @Nullable Site site() {
            return null;
        }
    }

    /** Who can have the turn. */
    static class Agent {

        volatile @Nullable Thread thread;
        volatile boolean isGone; // written by its thread
        private int looksAtTest; // how often in a row it saw the test's thread blocked; its own thread only

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
        private final int number;
        private int blocked; // waits that its current task is in
        private volatile @Nullable Bound bound; // of such a wait; written by its thread
        private long polledAtStep = -1;
        private TestThread.@Nullable Vigil vigil; // its thread only
        private long vigilAtStep; // its thread only
        private long polledAt; // real time

        LoopAgent(SingleThreadLoop loop, int number) {
            this.loop = loop;
            this.number = number;
        }

        /** Returns how many loops were opened before. */
        int number() {
            return number;
        }

        /** Returns how many tasks it was ever given, timers that are due by now included. */
        long submitted() {
            loop.moveDue();
            return loop.submitted();
        }

        /** Returns how many tasks it has begun. */
        long taken() {
            return loop.taken();
        }

        boolean hasChannels() {
            return loop.hasChannels();
        }

        Collection<Connection> connections() {
            return loop.connections();
        }

        boolean mayBeInFlight() {
            return loop.mayBeInFlight();
        }

        void arrived() {
            loop.arrived();
        }

        /** Returns the latest deadline that has come. */
        long dueTime() {
            return Math.min(time.nanoTime(), firesUpTo);
        }

        /** Takes note that somebody is about to submit, arm, cancel or complete something. Any thread. */
        void calling() {
            calls++;
            if (asksAtCalls) {
                offerTurn();
            }
        }

        /** Takes note that it is done. Any thread. */
        void called() {
            if (asksAtCalls) {
                offerTurn();
            }
        }

        /** Takes note that a task was published; called by whoever did. */
        void published() {
            if (turn == null && TURN.compareAndSet(Kernel.this, null, this)) {
                if (canMove() && !isGone) { // it may have run the task, and ended
                    wake();
                } else {
                    pass(this); // its task waits for another loop, which may be able to move by now
                }
            }
            called();
        }

        /** Waits for the turn; returns false once there are no turns any more. Called by the loop's thread. */
        boolean awaitTurn(Spin spin) {
            if (thread == null) {
                thread = Thread.currentThread();
            }
            if (turn != this && !ended && !lookOut(spin)) {
                TestThread.Vigil vigil = vigil();
                while (turn != this && !ended && !((canMove() || isPollOld()) && takeTurn(this))) {
                    vigil.look(
                            turn == test && !outside.isHeld(),
                            () -> nextDeadline() != NEVER && !outside.isAtWork(loops));
                    LockSupport.parkNanos(Kernel.this, LOOK_AGAIN);
                    Thread.interrupted();
                }
            }
            return !ended;
        }

        /** Returns the look-out that began when somebody moved last: a look for input that brings none does not end it. */
        private TestThread.Vigil vigil() {
            TestThread.Vigil begun = vigil;
            if (begun == null || vigilAtStep != steps) {
                begun = testThread.new Vigil();
                vigil = begun;
                vigilAtStep = steps;
            }
            return begun;
        }

        /** Of several loops another one is likely to be next, which needs the processor. */
        private boolean lookOut(Spin spin) {
            return loops.length == 1 && spin.sees(() -> turn == this || ended);
        }

        /** Hands the turn on after a step, if it is another's. Called by the loop's thread. */
        void stepped() {
            if (turn == this) {
                handOn(this);
            }
        }

        private void handOn(Agent holder) {
            steps++;
            outside.stirred();
            pass(holder);
        }

        /** Hands the turn on after it was of no use. Called by the loop's thread. */
        void passOn() {
            if (turn == this) {
                pass(this);
            }
        }

        /** Returns whether it has to look for input, which it does before time moves. Called by who has the turn. */
        boolean shouldPoll(boolean busy) {
            return busy ? isPollOverdue() : loop.isOpenForInput() && (polledAtStep != steps || isPollOld());
        }

        private boolean isPollOverdue() {
            return steps - polledAtStep >= MOST_UNPOLLED && loop.isOpenForInput();
        }

        /** Takes note that it has looked for input. Called by the loop's thread. */
        void polled() {
            polledAtStep = steps;
            polledAt = System.nanoTime();
        }

        private boolean isPollOld() {
            return loop.isOpenForInput() && System.nanoTime() - polledAt >= LOOK_AGAIN;
        }

        /** Leaves for ever. Called by the loop's thread. */
        void leave() {
            synchronized (Kernel.this) {
                loops = Arrays.stream(loops).filter(other -> other != this).toArray(LoopAgent[]::new);
            }
            isGone = true; // before the look: who hands it the turn after that takes it back
            Agent last = new Agent();
            if (TURN.compareAndSet(Kernel.this, this, last)) {
                handOn(last);
            }
        }

        /** Returns when its timers are due next or, where its task waits, when that wait ends by itself. */
        private long nextMove() {
            return blocked == 0 ? loop.timers.next() : nextBound();
        }

        /** Returns what happens then. */
        private @Nullable Described nextCause() {
            return blocked == 0 ? loop.timers.peek() : bound;
        }

        private long nextBound() {
            Bound current = bound;
            return current == null ? NEVER : current.deadline;
        }

        private boolean canMove() {
            return blocked == 0 && (loop.hasWork() || isPollOverdue());
        }
    }

    /** A thread that waits. */
    final class Wait extends Agent {

        private final BooleanSupplier reached;
        private final long horizon;
        private final boolean patient;
        private final long quietSince; // real time; or UNKNOWN
        private final Agent of; // the loop whose task waits, or the test
        private volatile boolean expired; // its bound has passed; written by its thread
        private @Nullable End end; // guarded by this
        private boolean left; // guarded by this
        private long leapsSince; // real time, zero before that; who has the turn only

        Wait(BooleanSupplier reached, long horizon, boolean patient, long quietSince, Agent of) {
            this.reached = reached;
            this.horizon = horizon;
            this.patient = patient;
            this.quietSince = quietSince;
            this.of = of;
            this.thread = Thread.currentThread();
        }

        /** Returns whether its time may still wait for bytes before it leaps; else a chatty peer would hold it for ever. */
        private boolean mayBeCushioned() {
            long now = System.nanoTime();
            leapsSince = leapsSince == 0 ? now : leapsSince;
            return now - leapsSince < MOST_CUSHIONED;
        }

        /** Ends the wait, unless its thread has given up; called by who has the turn. */
        private synchronized boolean grant(End how) {
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

        private synchronized boolean hasLeft() {
            return left;
        }

        private End await(long realNanos, Spin spin) throws InterruptedException {
            long deadline = System.nanoTime() + Math.max(0, realNanos); // else a very negative one would wrap around
            spin.sees(() -> turn == this);
            while (turn != this) {
                if (takeTurn(this)) {
                    pass(this);
                    if (turn == this) {
                        break;
                    }
                }
                long left = realNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadline - System.nanoTime();
                if (left <= 0 && !expired) {
                    expired = true; // who moves hands the turn over after this step, unless that does not end
                    overdue = true;
                    deadline += LAST_STEP;
                    left += LAST_STEP;
                }
                boolean interrupted = Thread.interrupted();
                if ((left <= 0 || interrupted || ended) && giveUp()) {
                    arriving.remove(this);
                    stirred = true;
                    if (interrupted) {
                        throw new InterruptedException();
                    }
                    return End.TIMED_OUT;
                }
                Agent holder = turn;
                LockSupport.parkNanos(
                        Kernel.this, holder == null || holder == test ? Math.min(left, LOOK_AGAIN) : left);
            }
            goOn();
            return Objects.requireNonNull(end, "the turn comes with an end");
        }

        /** Waits for the turn and nothing else: who is in the middle of something cannot be called off. */
        private void sitOut() {
            boolean interrupted = false;
            while (turn != this && !(ended && giveUp())) {
                LockSupport.park(Kernel.this);
                interrupted |= Thread.interrupted();
            }
            if (turn == this) {
                goOn();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void goOn() {
            leave(this);
            if (of == test && !isHome()) {
                pass(this); // only the test's own thread keeps the loops waiting
            } else {
                free(of, this);
            }
        }
    }
}

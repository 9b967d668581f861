package io.github.looprunner.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a {@link Kernel} does not control: who said that he is at work, and who else seems to be. */
public final class Outside {

    /*
     * Overview: time stands while a hold is open, while a thread is at work that code on a loop started, and, where tests
     * do not run side by side, while the common pool is. Nobody can prove that other threads will not act; so before a wait
     * is called hopeless they are given a moment, or a longer silence where one of them seems to be able to.
     */

    private static final long GRACE = Duration.ofMillis(10).toNanos(); // who was woken just now seems to wait
    private static final long INSIDE =
            Duration.ofMillis(1).toNanos(); // for bytes from loop to loop, which are there at once
    static final long UNKNOWN = Long.MIN_VALUE;

    private final Holds holds = new Holds();
    private final Births births = new Births();
    private final Bystanders bystanders = new Bystanders();
    private final CommonPool commonPool;
    private final long cushion;
    private final long silence; // then what is outside will not come
    private long quietSince = UNKNOWN; // real time; who has the turn only

    /** Creates the outside of a scope; where others run their tests meanwhile, the common pool may be theirs. */
    Outside(boolean alone, Patience patience) {
        this.commonPool = new CommonPool(alone);
        this.cushion = patience.cushion().toNanos();
        this.silence = patience.silence().toNanos();
    }

    /** Makes time stand until the returned hold is closed. */
    public Hold hold(String why) {
        return holds.open(HoldKind.HOLD, HoldKind.HOLD.called + " \"" + why + "\"");
    }

    /** Makes time stand for a task of the user's until the returned hold is closed. */
    public Hold holdFor(HoldKind kind) {
        return holds.open(kind, kind.called);
    }

    /** Says what is at work outside, or seems to be, one line each. */
    public List<String> inWords() {
        List<String> lines = new ArrayList<>(holds.inWords());
        lines.addAll(commonPool.inWords());
        lines.addAll(bystanders.inWords());
        return lines;
    }

    /** Returns whether a hold is open. */
    boolean isHeld() {
        return holds.isAny();
    }

    /** Returns whether somebody is known to be at work, as far as one look tells. Any thread. */
    boolean isAtWork(Kernel.LoopAgent[] loops) {
        return holds.isAny() || commonPool.isBusy() || (births.isAny() && Bystanders.isAnyAtWork(loops));
    }

    /** Returns the holds of a kind that are open, one line each. */
    public List<String> holdsInWords(HoldKind kind) {
        return holds.inWords(kind);
    }

    /** Returns why time stands at the moment; empty where it does not. */
    public List<Standstill> standstills() {
        List<Standstill> all = new ArrayList<>(holds.standstills());
        all.addAll(commonPool.standstills());
        all.addAll(bystanders.standstills());
        return all;
    }

    /** Returns for how long a wait that was given up has heard nothing, up to what makes it hopeless. */
    public Duration silence() {
        return silence(quietSince);
    }

    /** Returns the same, given when it was that something came last, in real time. */
    public Duration silence(long since) {
        return Duration.ofNanos(since == UNKNOWN ? 0 : Math.min(silence, System.nanoTime() - since));
    }

    /** Says which threads could act now, without anybody having told of them, one line each. */
    public List<String> ableInWords() {
        return Bystanders.ableInWords();
    }

    /** Says which threads wait for a timer of the machine's time, one line each; no virtual time moves those. */
    public List<String> realTimersInWords() {
        return Bystanders.realTimersInWords();
    }

    /** Returns whether one of those timers is Reactor's. */
    public boolean hasReactorsTimers() {
        return Bystanders.realTimers().stream().anyMatch(Bystanders::isReactors);
    }

    /** Returns what takes note of the threads that the loops make. */
    Births births() {
        return births;
    }

    // For who has the turn

    /** Takes note that the loops have made a step. */
    void stirred() {
        quietSince = UNKNOWN;
        bystanders.stirred();
    }

    /** Returns whether nobody has ever been known to be at work. */
    boolean isSilent() {
        return !holds.wasAny() && !births.isAny() && !commonPool.wasUsed();
    }

    /** Returns whether somebody is known to be at work. */
    boolean isBusy(Kernel.LoopAgent[] loops) {
        return holds.isAny() || (births.isAny() && bystanders.ownedIsBusy(loops)) || commonPool.isBusy();
    }

    /** Returns whether time has to wait for bytes that may be on their way. */
    boolean isCushioned(Kernel.LoopAgent[] loops) {
        boolean inFlight = false;
        boolean group = false;
        for (Kernel.LoopAgent agent : loops) {
            inFlight |= agent.mayBeInFlight();
            group |= agent.hasChannels(); // of which nobody knows what they sent
        }
        if (!inFlight && !group) {
            return false;
        }
        if (quietFor() < (group || hasPeersOutside(loops) ? cushion : Math.min(cushion, INSIDE))) {
            return true;
        }
        for (Kernel.LoopAgent agent : loops) {
            agent.arrived();
        }
        return false;
    }

    /**
     * Returns whether something may yet come from threads that nobody knows, but for those that wait for the loops.
     *
     * @param since when it was that something came last, in real time, where somebody knows better; else {@link #UNKNOWN}
     */
    boolean mayStillCome(Kernel.LoopAgent[] loops, Set<Thread> waiting, long since) {
        long quiet = quietFor();
        long silent = since == UNKNOWN ? quiet : System.nanoTime() - since;
        return quiet < GRACE || (silent < silence && (hasPeersOutside(loops) || bystanders.mayAct(waiting)));
    }

    private long quietFor() {
        long time = System.nanoTime();
        if (quietSince == UNKNOWN) {
            quietSince = time;
        }
        return time - quietSince;
    }

    /** Returns whether there is a connection of which the other end is on none of the loops, as far as one can see. */
    private static boolean hasPeersOutside(Kernel.LoopAgent[] loops) {
        Set<Connection> ends = new HashSet<>();
        for (Kernel.LoopAgent agent : loops) {
            if (agent.hasChannels()) {
                return true;
            }
            ends.addAll(agent.connections());
        }
        for (Connection end : ends) {
            if (!ends.contains(end.peer())) {
                return true;
            }
        }
        return false;
    }
}

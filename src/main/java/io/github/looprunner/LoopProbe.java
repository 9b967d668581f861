package io.github.looprunner;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.LoopState;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks at a loop a few times, a few milliseconds apart, to tell a blocked one from a busy one. */
final class LoopProbe {

    /*
     * Overview: three looks tell idle from busy. A loop that seems to be blocked is looked at for longer, since on a
     * machine with much to do a thread may rest for some time slices in the middle of a short task.
     */

    static final String LET_IT_RUN = "let the thread run, until it returns, the body that the thread factory was given";

    private static final int LOOKS = 3;
    private static final int LOOKS_AT_BLOCKED = 20;
    private static final long APART = Duration.ofMillis(5).toNanos();

    /** Waits of the JDK, the common ones, that throw an InterruptedException. */
    static final Pattern INTERRUPTIBLE =
            Pattern.compile("Thread\\.(sleep|join)|TimeUnit\\.sleep|Object\\.wait|.*Interruptibly"
                    + "|.*\\.(get|acquire|tryAcquire|tryLock|exchange|waitFor|invokeA\\w+"
                    + "|(await|take|put|poll|offer)(?!Uninterruptibly)\\w*)");

    private final EventLoop loop;
    private final LoopState first;
    private final LoopState last;
    private final Duration between;
    private final boolean quiet;
    private final @Nullable Thread thread;
    private final StackTraceElement[] stack;
    private final @Nullable ThreadInfo lockOwner; // of the lock that the loop's task is blocked by

    private LoopProbe(EventLoop loop, LoopState first, LoopState last, Duration between) {
        this.loop = loop;
        this.first = first;
        this.last = last;
        this.between = between;
        this.quiet = loop.isQuiet();
        this.thread = last.thread();
        this.stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
        this.lockOwner = thread == null || !isBlocked() ? null : lockOwner(thread);
    }

    /** Looks at a loop, and where that is not blocked itself, for one of the others that is. */
    static LoopProbe of(EventLoop loop, List<EventLoop> others) {
        LoopProbe own = of(loop);
        return own.isBlocked() && own.last.waitsFor() == null
                ? own
                : others.stream()
                        .filter(other -> other != loop && !other.inEventLoop()) // where we wait ourselves is no news
                        .filter(other -> isAtWork(other.state()))
                        .map(LoopProbe::of)
                        .filter(LoopProbe::isBlocked)
                        .findFirst()
                        .orElse(own);
    }

    /** Returns whether a loop runs a task that does not just wait for another loop, which is then the one to look at. */
    private static boolean isAtWork(LoopState state) {
        return state.running() != null && state.waitsFor() == null;
    }

    /** Takes one look at a loop that is known not to be blocked. */
    static LoopProbe atRest(EventLoop loop) {
        LoopState state = loop.state();
        return new LoopProbe(loop, state, state, Duration.ZERO);
    }

    static LoopProbe of(EventLoop loop) {
        long start = System.nanoTime();
        LoopState first = loop.state();
        LoopState last = first;
        for (int look = 1; look < LOOKS || (look < LOOKS_AT_BLOCKED && isBlocked(first, last)); look++) {
            LockSupport.parkNanos(APART);
            last = loop.state();
        }
        return new LoopProbe(loop, first, last, Duration.ofNanos(System.nanoTime() - start));
    }

    /** Returns whether one task ran all the time; one look cannot tell. */
    boolean isBlocked() {
        return !between.isZero() && isBlocked(first, last);
    }

    private static boolean isBlocked(LoopState first, LoopState last) {
        return first.running() != null && last.running() != null && first.completed() == last.completed();
    }

    /** Returns what this look has seen of a loop, or takes a look at another one. */
    LoopState stateOf(EventLoop other) {
        return other == loop ? last : other.state();
    }

    /** Adds what blocks the loop, where something does. */
    Report describe(Report report) {
        return thread == null || !isBlocked()
                ? report
                : report.fact("its thread", "\"" + thread.getName() + "\" (" + thread.getState() + ")" + lockInWords())
                        .stack("its stack", stack);
    }

    private String lockInWords() {
        return lockOwner == null
                ? ""
                : ", waits for a lock that thread \"" + lockOwner.getThreadName() + "\" holds"
                        + (isDeadlock() ? ", which waits for one that this thread holds" : "");
    }

    /** Returns who holds the lock that a thread waits for; null where it waits for none, or where nobody knows. */
    private static @Nullable ThreadInfo lockOwner(Thread thread) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        ThreadInfo info = threads.getThreadInfo(thread.getId());
        return info == null || info.getLockOwnerId() < 0 // of virtual threads nothing is known
                ? null
                : threads.getThreadInfo(info.getLockOwnerId());
    }

    /** Returns whether whoever holds the lock waits for one that the loop's thread holds. */
    private boolean isDeadlock() {
        return lockOwner != null && thread != null && lockOwner.getLockOwnerId() == thread.getId();
    }

    /** Returns what the loop was doing, as the second half of a verdict. */
    String inWords() {
        String named = "loop \"" + loop.name() + "\" ";
        if (isBlocked()) {
            return named + "is blocked by one task, so nothing else can run on it";
        }
        if (last.shutDownAt() != null) {
            return named + "was shut down, so nothing can complete it there";
        }
        if (isKeptWaiting()) {
            return named + "waits for a turn on " + last.carrier();
        }
        if (hasLostItsThread()) {
            return named + "has lost its thread, which has ended without running all tasks";
        }
        if (!isIdle()) {
            long done = last.completed() - first.completed(); // under virtual time the loops stand where a wait ends
            return named + "is at work"
                    + (done == 0 ? "" : ", with " + done + " tasks done in the last " + Report.inWords(between));
        }
        if (last.timerCount() > 0) {
            return named + "is idle, and none of its timers is due yet";
        }
        return named + (last.completed() == 0 ? "was never used" : "is idle")
                + ", so only another thread could complete it";
    }

    /** Returns what a blocked loop means for the others, of which one at a time moves; nothing where those are idle. */
    String othersInWords(List<EventLoop> others) {
        boolean ready =
                others.stream().anyMatch(other -> other != loop && other.state().readyCount() > 0);
        return isBlocked() && ready
                ? "; no other loop of the test can move meanwhile, as under virtual time they take turns"
                : "";
    }

    /** Returns what to do where something that was awaited did not come. */
    String nextStep() {
        if (lockOwner != null && isDeadlock()) {
            return "take the two locks in the same order everywhere, or only one at a time";
        }
        if (lockOwner != null) {
            return "let thread \"" + lockOwner.getThreadName()
                    + "\" release the lock before it waits for the loop, or anybody else does";
        }
        if (isBlocked()) {
            return "make the task return: await instead of waiting, and give work that blocks or computes for long to"
                    + " another executor";
        }
        if (last.shutDownAt() != null) {
            return "shut the loop down only after what the test waits for has completed";
        }
        if (isKeptWaiting()) {
            return "look at what else keeps that busy, or has ended it: the loop runs only where it is given turns";
        }
        if (hasLostItsThread()) {
            return LET_IT_RUN;
        }
        return "complete it on every path, also on failure; or allow more time with runner.within(...)";
    }

    /** Returns what to do about a task that does not end when it is interrupted, judging by where its thread is now. */
    static String howToEnd(@Nullable Thread thread) {
        if (thread == null || thread.getState() == Thread.State.RUNNABLE) {
            return "check Thread.interrupted() in long loops, and give work that blocks to another executor";
        }
        if (thread.getState() == Thread.State.BLOCKED) {
            return "have the lock released that it waits for, or take one that can be given up, as with"
                    + " ReentrantLock.lockInterruptibly(): who enters synchronized code ignores interrupts";
        }
        return isInterruptible(thread.getStackTrace())
                ? "where it catches an InterruptedException, let it return, instead of waiting again"
                : "complete what it waits for, and await it instead, since a wait such as join ignores interrupts";
    }

    /** Returns whether what the user called, of the JDK's, ends when the thread is interrupted. */
    private static boolean isInterruptible(StackTraceElement[] stack) {
        String called = "";
        for (StackTraceElement frame : stack) {
            String type = frame.getClassName();
            if (!type.startsWith("java.") && !type.startsWith("jdk.") && !type.startsWith("sun.")) {
                break;
            }
            called = type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName();
        }
        return INTERRUPTIBLE.matcher(called).matches();
    }

    /** Returns whether the loop was to run on somebody else's thread all the time, and did not. */
    private boolean isKeptWaiting() {
        return first.carrier() != null && last.carrier() != null && first.completed() == last.completed();
    }

    /** Returns whether the loop's thread has ended without it. */
    boolean hasLostItsThread() {
        return !loop.isTerminated() && thread != null && thread.getState() == Thread.State.TERMINATED;
    }

    /** A loop on its way to rest is no longer at work, nor is one that never started; one with a timer that is due is. */
    private boolean isIdle() {
        return quiet
                && (last.idleFor() != null
                        || (last.running() == null && last.readyCount() == 0 && first.completed() == last.completed()));
    }
}

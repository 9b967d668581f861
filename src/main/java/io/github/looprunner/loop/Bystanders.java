package io.github.looprunner.loop;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The threads that a kernel does not control: what they may be up to, as far as one can see. */
final class Bystanders {

    /*
     * Overview: a thread that waits without a bound, or for a monitor, can do nothing by itself. Of the others those are
     * idle that wait in a place where idle threads wait: a pool's worker for its next task, a selector for its next key.
     * Owned are the threads in the group of one of our loops, which code on a loop started; they hold time. Any other may
     * yet bring a result, and nobody can prove that it will not.
     */

    private static final long FRESH = Duration.ofMillis(20).toNanos(); // how long a look at all threads is good for
    private static final int FRAMES = 12; // an idle place is near the top of the stack

    private static final Set<String> IDLE_PLACES = Set.of(
            "java.util.concurrent.ThreadPoolExecutor.getTask",
            "java.util.concurrent.ForkJoinPool.awaitWork",
            "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue.take",
            "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue.poll",
            "java.util.concurrent.DelayScheduler.loop",
            "java.util.TimerThread.mainLoop",
            "sun.nio.ch.EPoll.wait",
            "sun.nio.ch.KQueue.poll",
            "sun.nio.ch.WEPoll.wait",
            "sun.nio.ch.Iocp.getQueuedCompletionStatus",
            "sun.nio.ch.SelectorImpl.lockAndDoSelect",
            "sun.nio.ch.NioSocketImpl.accept",
            "sun.nio.ch.ServerSocketChannelImpl.accept",
            "jdk.internal.misc.InnocuousThread.run");

    private static final String STANDARD_INPUT = "java.io.FileInputStream.readBytes"; // or a process's output

    private static final String ARMED_LOOP = "io.github.looprunner.loop.SingleThreadLoop.parkUntil";

    private static final Set<String> TIMER_PLACES = Set.of( // with a bound only where a timer is armed
            ARMED_LOOP,
            "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue.take",
            "java.util.concurrent.DelayScheduler.loop",
            "java.util.TimerThread.mainLoop");

    private static final Set<String> DELAYERS = // of CompletableFuture.orTimeout, delayedExecutor and their like
            Set.of("CompletableFutureDelayScheduler", "ForkJoinPool.commonPool-delayScheduler");

    private static final Set<String> SOCKET_PLACES = Set.of(
            "sun.nio.ch.Net.poll",
            "sun.nio.ch.Net.connect0",
            "sun.nio.ch.SocketDispatcher.read0",
            "sun.nio.ch.FileDispatcherImpl.read0",
            "sun.nio.ch.EPoll.wait");

    private static final Set<String> TOOLS = Set.of("Monitor Ctrl-Break", "DestroyJavaVM"); // an IDE's, the machine's
    /** How the names of threads start that wait for timers of their own for ever, and bring nothing. */
    private static final List<String> HOUSEKEEPERS = List.of(
            "junit-",
            "surefire-",
            "Monocle Timer",
            "vertx-blocked-thread-checker",
            "boundedElastic-evictor-",
            "RxCachedWorkerPoolEvictor-",
            "RxSchedulerPurge-");

    private static final String KERNEL = Kernel.class.getName();

    private static final int MOST_LINKS = 10; // of threads that wait for each other's locks, maybe in a circle

    private static final int LOOKS = 6; // in a row, for who was just woken and still seems to wait
    private static final long APART =
            Duration.ofMillis(1).toNanos(); // or more, where processors are busy: for all alike

    private final boolean ownsTimeouts = !isAnyTimeoutArmed(); // of the JDK; else they may be another test's
    private long startedThreads = -1; // as of the last look at the owned ones
    private List<Thread> owned = List.of();
    private final Sleepers sleepers = new Sleepers(); // of the owned ones
    private volatile @Nullable Thread busy; // the owned one that was seen at work last
    private volatile long busySince; // real time; written before that
    private int looksAtRest; // in a row, that saw all owned ones idle
    private long lookedAtRest; // when the last of them was
    private long activity; // of the owned ones, as of the last look
    private long lookedAt;
    private List<Thread> able = List.of(); // as of the last look at all threads

    /** Returns whether a thread is blocked, by whatever it is but a lock that somebody holds who runs, and gives it back. */
    static boolean isBlocked(Thread thread) {
        return switch (thread.getState()) {
            case BLOCKED -> !isLockedByWhoRuns(thread);
            case WAITING, TIMED_WAITING -> !(mayWaitForALock(thread) && isLockedByWhoRuns(thread));
            case RUNNABLE -> isIn(thread.getStackTrace(), SOCKET_PLACES, 2);
            case NEW -> false;
            case TERMINATED -> true;
        };
    }

    /** Returns whether a thread looks for its turn, for which it wakes from time to time. */
    private static boolean isInKernel(StackTraceElement[] stack) {
        return Arrays.stream(stack).anyMatch(frame -> frame.getClassName().startsWith(KERNEL));
    }

    /** Returns whether a thread is parked for a lock of the JDK's; its other synchronizers have no owner. */
    private static boolean mayWaitForALock(Thread thread) {
        Object blocker = LockSupport.getBlocker(thread);
        return blocker instanceof AbstractOwnableSynchronizer
                && blocker.getClass().getName().startsWith("java.util.concurrent.locks.");
    }

    /** Returns whether the lock that a thread waits for is held by one that runs, or was given back just now. */
    private static boolean isLockedByWhoRuns(Thread thread) {
        ThreadInfo waiting = Management.THREADS.getThreadInfo(thread.getId());
        for (int links = 0; waiting != null && links < MOST_LINKS; links++) {
            long ownerId = waiting.getLockOwnerId();
            ThreadInfo owner = ownerId < 0 ? null : Management.THREADS.getThreadInfo(ownerId, FRAMES);
            if (owner == null) {
                return waiting.getThreadState() == Thread.State.BLOCKED; // else for something that is no lock
            }
            if (owner.getThreadState() == Thread.State.RUNNABLE) {
                return ownerId != Thread.currentThread().getId() // who looks waits for its turn
                        && !isInKernel(owner.getStackTrace())
                        && !isIn(owner.getStackTrace(), SOCKET_PLACES, 2);
            }
            waiting = owner;
        }
        return false;
    }

    /** Takes note that a loop has made a step, and may have given the owned threads something to do. */
    void stirred() {
        looksAtRest = 0;
    }

    /** Returns whether a thread that code on one of these loops started is at work, or was until just now. */
    boolean ownedIsBusy(Kernel.LoopAgent[] loops) {
        long started = Management.THREADS.getTotalStartedThreadCount();
        if (started != startedThreads) {
            startedThreads = started;
            owned = ownedBy(loops);
            sleepers.forget();
        }
        return isAnyOwnedBusy() || (!owned.isEmpty() && !haveRested());
    }

    private boolean isAnyOwnedBusy() {
        for (Iterator<Thread> each = owned.iterator(); each.hasNext(); ) {
            Thread thread = each.next();
            if (!thread.isAlive()) {
                each.remove();
            } else if (!isIdle(thread)) {
                if (busy != thread) {
                    busySince = System.nanoTime();
                    busy = thread;
                }
                looksAtRest = 0;
                return true;
            }
        }
        busy = null;
        return false;
    }

    /**
     * Returns whether none of those that seem to wait has been woken meanwhile. What they did between two looks shows in how
     * often they have waited; where the operating system does not tell who is about to run, it takes several looks.
     */
    private boolean haveRested() {
        long waited = timesWaited();
        Sleepers.Seen seen = sleepers.look(owned);
        if (seen != Sleepers.Seen.UNKNOWN) {
            looksAtRest = 0;
            return seen == Sleepers.Seen.ALL_ASLEEP && !isAnyOwnedBusy() && timesWaited() == waited;
        }
        long time = System.nanoTime();
        if (looksAtRest == 0 || waited != activity) {
            activity = waited;
            looksAtRest = 1;
            lookedAtRest = time;
        } else if (time - lookedAtRest >= APART) {
            looksAtRest++;
            lookedAtRest = time;
        }
        return looksAtRest >= LOOKS;
    }

    private long timesWaited() {
        long[] ids = owned.stream().mapToLong(Thread::getId).toArray();
        return Arrays.stream(Management.THREADS.getThreadInfo(ids))
                .filter(Objects::nonNull)
                .mapToLong(info -> info.getWaitedCount() + info.getBlockedCount())
                .sum();
    }

    /** Returns whether some thread might yet do something, be it owned or not, except for those that wait. */
    boolean mayAct(Set<Thread> waiting) {
        long time = System.nanoTime();
        if (able.isEmpty() || time - lookedAt > FRESH) { // that there are none is never taken for granted
            lookedAt = time;
            able = findAble(waiting);
        }
        return !able.isEmpty();
    }

    List<String> inWords() {
        List<String> lines = new ArrayList<>();
        Thread holder = busy;
        if (holder != null) {
            long millis = Duration.ofNanos(System.nanoTime() - busySince).toMillis();
            lines.add(inWords(holder) + ", which was started on a loop, at work for " + millis + " ms");
        }
        able.stream()
                .filter(thread -> thread != holder)
                .map(Bystanders::inWords)
                .forEach(lines::add);
        return lines;
    }

    List<Standstill> standstills() {
        Thread holder = busy;
        return holder == null
                ? List.of()
                : List.of(
                        new Standstill(
                                "thread \"" + holder.getName() + "\", which was started on a loop, is at work"
                                        + LoopView.placeOf(holder),
                                "let it end, or wait without a bound where it has nothing to do: a sleep and a poll with a bound"
                                        + " count as work; a thread that need not be waited for is best started off the loops"));
    }

    /** Says which threads could act now, but for the calling one and those that serve timeouts, one line each. */
    static List<String> ableInWords() {
        return all().stream()
                .filter(thread -> thread != Thread.currentThread() && isAble(thread))
                .map(Bystanders::inWords)
                .toList();
    }

    private static String inWords(Thread thread) {
        return "thread \"" + thread.getName() + "\" (" + thread.getState() + ")" + LoopView.placeOf(thread);
    }

    /** Says which threads wait for a timer of the machine's time: it will fire, but no virtual time moves it. */
    static List<String> realTimersInWords() {
        return realTimers().stream()
                .map(thread -> "thread \"" + thread.getName() + "\" waits for one, which may be another test's")
                .sorted()
                .toList();
    }

    /** Returns the threads that wait for such a timer. */
    static List<Thread> realTimers() {
        return all().stream()
                .filter(thread -> thread.getState() == Thread.State.TIMED_WAITING
                        && isIn(thread.getStackTrace(), TIMER_PLACES, FRAMES)
                        && HOUSEKEEPERS.stream().noneMatch(thread.getName()::startsWith))
                .toList();
    }

    /** Returns whether a thread is of one of Reactor's schedulers. */
    static boolean isReactors(Thread thread) {
        return thread.getClass().getName().startsWith("reactor.core.scheduler.");
    }

    /** Returns whether a thread that code on one of these loops started is at work now. */
    static boolean isAnyAtWork(Kernel.LoopAgent[] loops) {
        return ownedBy(loops).stream().anyMatch(thread -> !isIdle(thread));
    }

    private static List<Thread> ownedBy(Kernel.LoopAgent[] loops) {
        List<Thread> owned = new ArrayList<>();
        for (Kernel.LoopAgent loop : loops) {
            Thread carrier = loop.thread;
            if (carrier != null && carrier.getThreadGroup() instanceof LoopThreadGroup group) {
                Thread[] threads = new Thread[group.activeCount() + 8];
                int found = group.enumerate(threads);
                for (int i = 0; i < found; i++) {
                    if (threads[i] != carrier
                            && !(threads[i] instanceof CoroutineThread)
                            && loopGroup(threads[i]) == group) {
                        owned.add(threads[i]);
                    }
                }
            }
        }
        return owned;
    }

    /** Returns the group of the loop that a thread was born on, directly or not; null if it was born elsewhere. */
    static @Nullable ThreadGroup loopGroup(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        while (group != null && !(group instanceof LoopThreadGroup)) {
            group = group.getParent();
        }
        return group;
    }

    /** Returns the live platform threads, also those that are about to start, which have no stack yet. */
    static List<Thread> all() {
        ThreadGroup root = LoopThreadGroup.root();
        Thread[] threads = new Thread[root.activeCount() + 64];
        return Arrays.asList(threads).subList(0, root.enumerate(threads));
    }

    private List<Thread> findAble(Set<Thread> waiting) {
        List<Thread> able = new ArrayList<>();
        for (Thread thread : all()) {
            if (thread != Thread.currentThread() && !waiting.contains(thread) && isAble(thread)) {
                able.add(thread); // the caller has the turn, and has nothing to bring
            }
        }
        if (ownsTimeouts) {
            all().stream()
                    .filter(thread -> isArmedDelayer(thread) && !able.contains(thread))
                    .forEach(able::add);
        }
        return List.copyOf(able);
    }

    /** Returns whether a thread is the machine's or a tool's. */
    private static boolean isOfOthers(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return group == null || group.getParent() == null || TOOLS.contains(thread.getName());
    }

    private static boolean isIdle(Thread thread) {
        return switch (thread.getState()) {
            case NEW, TERMINATED, WAITING, BLOCKED -> true;
            case TIMED_WAITING -> {
                StackTraceElement[] stack = thread.getStackTrace();
                yield (isOurs(stack) && !isIn(stack, Set.of(ARMED_LOOP), FRAMES)) || isIn(stack, IDLE_PLACES, FRAMES);
            }
            case RUNNABLE -> { // without a stack it is about to start
                StackTraceElement[] stack = thread.getStackTrace();
                yield isIn(stack, IDLE_PLACES, FRAMES)
                        || (loopGroup(thread) == null && isIn(stack, Set.of(STANDARD_INPUT), FRAMES));
            }
        };
    }

    private static boolean isAble(Thread thread) {
        return !isOfOthers(thread) && !isIdle(thread);
    }

    private static boolean isAnyTimeoutArmed() {
        return all().stream().anyMatch(Bystanders::isArmedDelayer);
    }

    /** Returns whether a thread is the one that serves the timeouts of the JDK's futures, and waits for one or serves it. */
    private static boolean isArmedDelayer(Thread thread) {
        return DELAYERS.contains(thread.getName()) && thread.getState() != Thread.State.WAITING;
    }

    /** Returns whether a thread waits in code of ours: a loop for its turn, or somebody for a loop. */
    static boolean isOurs(StackTraceElement[] stack) {
        for (int i = 0; i < Math.min(FRAMES, stack.length); i++) {
            if (stack[i].getClassName().startsWith("java.")
                    || stack[i].getClassName().startsWith("jdk.")) {
                continue;
            }
            return Site.isLibrary(stack[i]);
        }
        return false;
    }

    private static boolean isIn(StackTraceElement[] stack, Set<String> places, int frames) {
        for (int i = 0; i < Math.min(frames, stack.length); i++) {
            if (places.contains(stack[i].getClassName() + "." + stack[i].getMethodName())) {
                return true;
            }
        }
        return false;
    }

    /** Set up only where it is needed, which takes tens of milliseconds. */
    private static final class Management {

        static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    }
}

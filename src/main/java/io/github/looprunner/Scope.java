package io.github.looprunner;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.HoldKind;
import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.Kernel.End;
import io.github.looprunner.loop.LoopCarrier;
import io.github.looprunner.loop.LoopOwner;
import io.github.looprunner.loop.LoopState;
import io.github.looprunner.loop.LoopThreads;
import io.github.looprunner.loop.Site;
import io.github.looprunner.loop.Spin;
import io.github.looprunner.loop.TaskFailure;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one test owns: its loops, what it started and manages, and what went wrong unobserved. */
final class Scope {

    /*
     * Overview: a scope is open, closing, closed, in this order, by the thread that calls close. Everything that a loop
     * reports arrives here on the loop's threads: failures go to `findings`, steps wake the threads that watch. Who watches
     * is an array that is copied on a change, and null while nobody does, so that a step costs one read.
     *
     * Closing is ordered, and each step is bounded: settle; managed resources in reverse; settle; cancel what was started; settle;
     * close the loops; judge the findings. A failure that arrives after that goes to `late`.
     */

    /** How the name of a scope starts whose runner nobody named. */
    static final String UNNAMED = "a runner started at ";

    private static final Duration SETTLE_BOUND = Duration.ofSeconds(1); // for what is ready when a test ends
    private static final int MOST_CLOSINGS = 10_000; // in a row, where the closing of one manages the next
    private static final Duration RESOURCE_BOUND = Duration.ofSeconds(5); // for a server that drains its connections
    private static final int LOOKS_BEFORE_PARKING = 100; // a step that has given its result ends within a microsecond
    private static final long SETTLE_STEPS = 100_000; // at most: a task that submits itself again never settles
    private static final long QUIET_RECHECK = Duration.ofMillis(10).toNanos(); // a timer comes due without a signal

    private final String name;
    private final ClassLoader contextClassLoader;
    private final LoopSetup setup;
    private final @Nullable Kernel kernel; // null in real time
    private final boolean manual; // whether only Timeline moves virtual time
    private final List<Scope> enclosing;
    private final Consumer<LoopFailure> late;
    private final Findings findings = new Findings();
    private final BlockingFunctions blocking;
    private final List<EventLoop> loops = new CopyOnWriteArrayList<>(); // all that waits look at
    private final List<EventLoop> owned = new CopyOnWriteArrayList<>(); // those of them that close with the scope
    private final List<String> uncounted = new CopyOnWriteArrayList<>(); // why loops of this scope cannot be counted
    private final List<LoopTask<?>> started = new ArrayList<>(); // guarded by itself; swept when it doubles
    private boolean managesNoMore; // guarded by managed
    private final Deque<Managed> managed = new ArrayDeque<>(); // guarded by itself; last first
    private int sweepAt = 64; // guarded by started
    private volatile Watch @Nullable [] watches; // replaced under this
    private @Nullable Ports ports; // made when first asked for; guarded by this
    private boolean restless; // the loops did not settle when asked last; the closing thread only
    private volatile boolean closing; // written by the closing thread
    private volatile boolean stopping; // written by the closing thread
    private volatile boolean closed; // written by the closing thread

    /**
     * Creates an open scope.
     *
     * @param kernel gives the loops their time, which may be that of an enclosing scope; null for real time
     * @param manual whether waits for a result leave virtual time alone
     * @param enclosing the scopes around this one, whose loops count when it waits
     * @param late takes what fails after the end
     */
    Scope(
            String name,
            LoopSetup setup,
            @Nullable Kernel kernel,
            boolean manual,
            List<Scope> enclosing,
            Consumer<LoopFailure> late) {
        this.name = name;
        this.blocking = new BlockingFunctions(name);
        this.setup = setup;
        this.kernel = kernel;
        this.manual = manual;
        this.enclosing = enclosing;
        this.late = late;
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        this.contextClassLoader = loader == null ? ClassLoader.getSystemClassLoader() : loader;
    }

    String name() {
        return name;
    }

    Findings findings() {
        return findings;
    }

    /**
     * Takes note of what a wait throws at its caller. Code of the test has it, also where it fails a task of ours besides; where
     * a loop's task waited, or a thread that was born on a loop, it is a new failure once it lets that escape.
     */
    void thrownAtCaller(Throwable thrown) {
        if (LoopThreads.isCallerOnLoop()) {
            findings.thrown(thrown);
        } else {
            findings.handed(thrown);
        }
    }

    /** Returns the loops that this scope's waits look at: its own and those of the scopes around it. */
    List<EventLoop> loops() {
        if (enclosing.isEmpty()) {
            return loops;
        }
        List<EventLoop> all = new ArrayList<>(loops);
        enclosing.forEach(scope -> all.addAll(scope.loops));
        return all;
    }

    /** Opens a loop that closes with this scope. */
    EventLoop open(EventLoopFactory factory, String loopName) {
        requireOpen("open a loop");
        obstacle(factory, /* virtual= */ kernel != null).ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
        EventLoop loop = open(factory, new Member(loopName));
        loops.add(loop);
        owned.add(loop);
        factory.notCounted().ifPresent(reason -> noteUncounted(loop, reason));
        return loop;
    }

    /** Returns why a scope cannot have loops of a kind, in virtual time or in real time; empty where it can. */
    static Optional<String> obstacle(EventLoopFactory factory, boolean virtual) {
        String kind = "loop kind (" + factory.kind() + ")";
        Optional<String> absent = factory.unavailable().map(reason -> kind + " cannot run here: " + reason);
        return absent.isPresent() || !virtual
                ? absent
                : factory.noVirtualTime()
                        .map(reason -> kind + " cannot have virtual time: " + reason + "; kinds that have it are "
                                + kindsWithVirtualTime());
    }

    private static String kindsWithVirtualTime() {
        return kindsThatCan(EventLoopFactory::noVirtualTime);
    }

    /** Returns the kinds that can run here, and that nothing keeps from something. */
    private static String kindsThatCan(Function<EventLoopFactory, Optional<String>> obstacle) {
        return EventLoopFactory.all().stream()
                .filter(each ->
                        obstacle.apply(each).isEmpty() && each.unavailable().isEmpty())
                .map(EventLoopFactory::kind)
                .collect(Collectors.joining(", "));
    }

    private void noteUncounted(EventLoop loop, String reason) {
        uncounted.add("loop \"" + loop.name() + "\" of kind " + loop.kind() + " cannot be counted: " + reason);
    }

    /** Refuses what is exact only where everything on the loops is counted. */
    void requireCounted(String method) {
        Stream.concat(Stream.of(this), enclosing.stream())
                .flatMap(scope -> scope.uncounted.stream())
                .findFirst()
                .ifPresent(reason -> {
                    throw new IllegalStateException(method + " was called in " + name + ", whose " + reason
                            + "; wait for what the test is about with eventually(...), or use a kind that is counted: "
                            + kindsThatCan(EventLoopFactory::notCounted));
                });
    }

    private static EventLoop open(EventLoopFactory factory, LoopOwner owner) {
        try {
            return Objects.requireNonNull(factory.open(owner), () -> factory + " opened null instead of a loop");
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException(
                    "loop kind (" + factory.kind() + ") cannot run here: " + missing.getMessage()
                            + " is missing; add the library that brings it to the test class path",
                    missing);
        }
    }

    /** Lets waits look at a loop that belongs to somebody else. */
    void observe(EventLoop loop) {
        loops.add(loop);
        LoopCarrier.of(loop).ifPresent(carrier -> noteUncounted(loop, LoopCarrier.NOT_COUNTED));
    }

    /** Returns how a thread looks out for what it is about to submit to a loop, before it parks. */
    Spin spinFor(EventLoop loop) {
        return loop.thread() == null ? setup.starts() : setup.waits();
    }

    /** Returns how a waiting thread looks out for its result before it parks. */
    Spin spin() {
        return setup.waits();
    }

    void requireOpen(String action) {
        if (stopping) {
            throw isClosed(action);
        }
    }

    private IllegalStateException isClosed(String action) {
        String runner = name.startsWith(UNNAMED) ? "the" + name.substring(1) : "the runner of " + name;
        return new IllegalStateException(
                runner + " is closed, so it cannot " + action + "; use a runner of the running test");
    }

    void started(LoopTask<?> task) {
        synchronized (started) {
            if (started.size() >= sweepAt) {
                started.removeIf(LoopTask::isDone);
                sweepAt = Math.max(64, started.size() * 2);
            }
            started.add(task);
        }
    }

    void manage(AutoCloseable resource) {
        synchronized (managed) { // so that it is closed, or refused
            if (managesNoMore) {
                throw isClosed("manage a resource");
            }
            managed.push(new Managed(resource, Site.here()));
        }
    }

    /** Returns what runs each function that blocks on a thread of its own. */
    BlockingFunctions blocking() {
        return blocking;
    }

    /** Returns what gives free ports: that of the test run, or where there is none, one that closes with the scope. */
    Ports ports() {
        Ports run = setup.ports();
        return run == null ? ownPorts() : run;
    }

    private synchronized Ports ownPorts() {
        if (ports == null) {
            ports = new Ports();
            manage(ports);
        }
        return ports;
    }

    // Virtual time

    /** Returns who is in charge of the loops and their time, null in real time and while the scope ends. */
    @Nullable
    Kernel kernel() {
        return kernel == null || !kernel.isInCharge() ? null : kernel;
    }

    /** Returns whether the loops are being closed, and have not all ended. */
    boolean isEnding() {
        return stopping && !closed;
    }

    /** Returns who is, or was, in charge of the loops; null in real time. */
    @Nullable
    Kernel lastKernel() {
        return kernel;
    }

    /** Returns the kernel where loops of this scope are known to it, so that scopes inside share its time. */
    @Nullable
    Kernel kernelInUse() {
        return loops.isEmpty() ? null : kernel();
    }

    /** Returns up to when a wait for a result lets virtual time move. */
    long horizon(Kernel inCharge) {
        return manual ? inCharge.time().nanoTime() : Kernel.UNBOUNDED;
    }

    boolean isManual() {
        return manual;
    }

    End await(Kernel inCharge, BooleanSupplier reached, long horizon, boolean patient, Deadline deadline)
            throws InterruptedException {
        return inCharge.await(reached, horizon, patient, deadline.left(), setup.waits());
    }

    /** Moves virtual time to an instant, from deadline to deadline. */
    End drive(Kernel inCharge, long horizon, Deadline deadline) throws InterruptedException {
        return inCharge.drive(horizon, deadline.left(), setup.waits());
    }

    private boolean ownsKernel() {
        return kernel != null && enclosing.stream().noneMatch(scope -> scope.kernel == kernel);
    }

    // Watching

    /** Lets the caller be woken by what happens in this scope and those around it, until it stops watching. */
    Watch watch() {
        Watch watch = new Watch();
        add(watch);
        enclosing.forEach(scope -> scope.add(watch));
        return watch;
    }

    void unwatch(Watch watch) {
        remove(watch);
        enclosing.forEach(scope -> scope.remove(watch));
    }

    private synchronized void add(Watch watch) {
        Watch[] before = watches == null ? new Watch[0] : watches;
        Watch[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = watch;
        watches = after;
    }

    private synchronized void remove(Watch watch) {
        Watch[] before = watches == null ? new Watch[0] : watches;
        Watch[] left = Arrays.stream(before).filter(other -> other != watch).toArray(Watch[]::new);
        watches = left.length == 0 ? null : left;
    }

    private void signal() {
        Watch[] watching = watches;
        if (watching != null) {
            for (Watch watch : watching) {
                watch.signal();
            }
        }
    }

    /** Waits until nothing runs and nothing is ready on any loop; returns whether that came in time. */
    boolean settle(Deadline deadline) throws InterruptedException {
        return settle(loops(), deadline, () -> false);
    }

    private boolean settle(List<EventLoop> those, Deadline deadline, BooleanSupplier enough)
            throws InterruptedException {
        Kernel inCharge = kernel();
        if (inCharge != null) {
            return await(inCharge, enough, inCharge.time().nanoTime(), /* patient= */ false, deadline) == End.QUIET;
        }
        for (int look = 0; look < LOOKS_BEFORE_PARKING; look++) {
            if (isQuiet(those)) {
                return true;
            }
            Thread.onSpinWait();
        }
        Watch watch = watch();
        try {
            while (true) {
                watch.reset();
                if (isQuiet(those)) {
                    return true;
                }
                if (deadline.isPast() || enough.getAsBoolean()) {
                    return false;
                }
                watch.await(deadline, QUIET_RECHECK);
            }
        } finally {
            unwatch(watch);
        }
    }

    /** Returns a loop that has something to do, and does not just wait, as far as one look tells; null if there is none. */
    @Nullable
    EventLoop restless() {
        return loops().stream()
                .filter(loop -> !loop.isQuiet() && !isInWait(loop))
                .findFirst()
                .orElse(null);
    }

    /**
     * Proves that there was a moment at which all these loops were quiet: each was in two looks, between which nothing was
     * submitted to it, and all first looks came before all second ones.
     */
    private static boolean isQuiet(List<EventLoop> those) {
        long submitted = sumOfSubmitted(those);
        boolean first = allQuiet(those);
        return first && allQuiet(those) && submitted == sumOfSubmitted(those);
    }

    private static boolean allQuiet(List<EventLoop> those) {
        for (EventLoop loop : those) {
            if (!loop.isQuiet()) {
                return false;
            }
        }
        return true;
    }

    /** Each only grows, so that the sum of two looks is the same only where each is. */
    private static long sumOfSubmitted(List<EventLoop> those) {
        long sum = 0;
        for (EventLoop loop : those) {
            sum += loop.submitted();
        }
        return sum;
    }

    // Closing

    /** Ends the scope; what is wrong, and nobody observed, is returned as one failure. */
    @Nullable
    LoopFailure close() {
        if (!beginClose()) {
            return null;
        }
        owned.forEach(Scope::noticeIfGone);
        boolean interrupted = Thread.interrupted();
        if (!restless) { // else the end of the test has tried before
            interrupted |= settleAtEnd();
        }
        started().forEach(LoopTask::letGo); // closing what they use may fail them
        interrupted |= closeManaged();
        if (!restless) { // so that they notice before they are cancelled
            interrupted |= settleAtEnd();
        }
        started().forEach(LoopTask::cancel);
        interrupted |= settleAtEnd();
        manageNoMore();
        interrupted |= closeManaged(); // what they managed while they ended
        stopping = true;
        if (kernel != null && ownsKernel()) {
            judgeBlocking(kernel);
            for (HoldKind kind : HoldKind.values()) {
                judgeHolds(kind, kernel.outside().holdsInWords(kind));
            }
            kernel.end();
        }
        List<EventLoop> busy = owned.stream().filter(loop -> !loop.isQuiet()).toList();
        owned.stream().filter(loop -> !busy.contains(loop)).forEach(this::closeLoop); // and so free who waits for them
        List<EventLoop> inWaits = busy.stream().filter(Scope::isInWait).toList();
        busy.stream().filter(loop -> !inWaits.contains(loop)).forEach(this::closeLoop);
        interrupted |= closeTogether(inWaits);
        owned.forEach(this::judgeEnd);
        interrupted |= blocking.end(findings); // now that their futures are free, their ends are no news
        closed = true;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return findings.takeAll(name);
    }

    /** Tells of a test that was blocked in vain, for time could not move meanwhile. */
    private void judgeBlocking(Kernel mine) {
        StackTraceElement[] stack = mine.testThread().stuckAt();
        if (stack != null) {
            findings.add(new LoopFailure(
                    Verdict.NEVER,
                    Report.of(
                                    "the test's thread was blocked for more than a second outside the runner's calls, and virtual"
                                            + " time stood still meanwhile: it moves only while the test waits in a call of its runner")
                            .fact("test", name)
                            .fact("blocked at", Report.place(stack))
                            .stack("its stack", stack)
                            .next(
                                    BoundedSocket.isReadIn(stack)
                                            ? BoundedSocket.MOVE_TIME
                                            : "wait with runner.runCoroutine(future) or eventually(...); instead of Thread.sleep use"
                                                    + " runner.time().advanceBy(...)")
                            .toString()));
        }
    }

    /** Tells of holds that nobody closed: time would never have moved again. */
    private void judgeHolds(HoldKind kind, List<String> open) {
        if (!open.isEmpty()) {
            findings.add(new LoopFailure(
                    Verdict.NOT_CLOSED,
                    Report.of(Report.count(open.size(), kind.noun()) + " of " + name + " "
                                    + (open.size() == 1 ? "was " : "were ") + kind.atTheEnd()
                                    + ", so virtual time stood still for good")
                            .facts("open", open)
                            .next(kind.remedy())
                            .toString()));
        }
    }

    /** Lets a loop notice that whoever carries it has ended, which it does with the next task. */
    private static void noticeIfGone(EventLoop loop) {
        if (LoopCarrier.of(loop).filter(LoopCarrier::isGone).isPresent() && !loop.isShutdown()) {
            try {
                FutureTask<?> probe = new FutureTask<>(() -> {}, null);
                probe.cancel(/* mayInterruptIfRunning= */ false); // so that nobody misses it
                loop.execute(probe);
            } catch (RejectedExecutionException gone) {
                // and what it had to run is a finding
            }
        }
    }

    private synchronized boolean beginClose() {
        boolean first = !closing;
        closing = true;
        return first;
    }

    /** Refuses a wait for the whole scope on one of its loops, which would wait for itself. */
    void requireOffLoops(String method) {
        for (EventLoop loop : loops()) {
            if (loop.inEventLoop()) {
                throw new IllegalStateException(
                        method + " was called on loop \"" + loop.name()
                                + "\", and waits for all loops of the test, so also for itself; call it from the test's thread, or in a"
                                + " coroutine, which the body of a test with @OnLoop is, await what it is to wait for, or sleep(...)");
            }
        }
    }

    /**
     * Settles the scope's own loops as far as the bounds allow; one that is blocked is dealt with later, and those of the
     * scopes around it have their own end. Returns whether interrupted.
     */
    boolean settleAtEnd() {
        long enough = sumOfSubmitted(owned) + SETTLE_STEPS;
        try {
            restless = !settle(owned, Deadline.in(SETTLE_BOUND), () -> sumOfSubmitted(owned) > enough);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Closes what is managed, last first; an interrupt of one close does not reach the next. Returns whether there was one. */
    private boolean closeManaged() {
        boolean interrupted = false;
        Managed next = nextManaged();
        for (int closed = 1; next != null; closed++) {
            close(next);
            interrupted |= Thread.interrupted();
            next = closed < MOST_CLOSINGS || managesNoMore()
                    ? nextManaged()
                    : null; // the rest is left for the last call
        }
        return interrupted;
    }

    private void manageNoMore() {
        synchronized (managed) {
            managesNoMore = true;
        }
    }

    private boolean managesNoMore() {
        synchronized (managed) {
            return managesNoMore;
        }
    }

    private @Nullable Managed nextManaged() {
        synchronized (managed) {
            return managed.poll();
        }
    }

    private void close(Managed next) {
        Throwable thrown = null;
        boolean hung;
        try (Watchdog watchdog = new Watchdog()) {
            watchdog.watch(RESOURCE_BOUND);
            try {
                next.resource.close();
            } catch (Throwable t) {
                thrown = t;
            }
            hung = watchdog.end();
        }
        if (hung) {
            findings.add(notClosed(
                    "a managed resource did not close within " + Report.inWords(RESOURCE_BOUND)
                            + ", and was interrupted",
                    next,
                    thrown));
        } else if (thrown != null) {
            findings.add(notClosed("closing a managed resource failed: " + Report.summary(thrown), next, thrown));
        }
    }

    private LoopFailure notClosed(String verdict, Managed managed, @Nullable Throwable thrown) {
        Report report = Report.of(verdict)
                .fact("test", name)
                .fact("resource", Report.describeType(managed.resource))
                .fact("managed at", managed.site.inWords())
                .next(
                        "let close() end, without an exception, while the loops still run; resources close in reverse order"
                                + " of runner.manage(...)");
        return new LoopFailure(Verdict.NOT_CLOSED, report.toString(), thrown);
    }

    private List<LoopTask<?>> started() {
        synchronized (started) {
            return List.copyOf(started);
        }
    }

    private void closeLoop(EventLoop loop) {
        try {
            if (restless && !loop.isQuiet() && loop.state().carrier() == null) { // else what it never ran is told of
                loop.shutdownNow().forEach(Scope::free); // what did not end by now ends by an interrupt, if at all
            }
            loop.close();
        } catch (RuntimeException thrown) {
            findings.add(new LoopFailure(
                    Verdict.NOT_CLOSED,
                    Report.of("closing loop \"" + loop.name() + "\" failed: " + Report.summary(thrown))
                            .fact("test", name)
                            .next("see the cause")
                            .toString(),
                    thrown));
        }
    }

    /** Tells of a loop that did not end. */
    private void judgeEnd(EventLoop loop) {
        if (!loop.isTerminated() || loop.thread() != null) {
            findings.add(abandoned(loop));
        }
    }

    /**
     * Closes loops side by side, since the end of one frees what another waits for; the waits for that end, since each step of
     * closing a loop is bounded. Returns whether interrupted.
     */
    private boolean closeTogether(List<EventLoop> inWaits) {
        List<Thread> closers = inWaits.stream()
                .map(loop -> new Thread(() -> closeLoop(loop), "loop-runner " + name + " closing"))
                .toList();
        closers.forEach(Thread::start);
        boolean interrupted = false;
        for (Thread closer : closers) {
            while (closer.isAlive()) {
                try {
                    closer.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        return interrupted;
    }

    private static boolean isInWait(EventLoop loop) {
        return loop.state().waitsFor() != null;
    }

    /** Lets go of those who wait for a task that will never run. */
    private static void free(Runnable never) {
        if (never instanceof Future<?> future) {
            future.cancel(/* mayInterruptIfRunning= */ false);
        }
    }

    private LoopFailure abandoned(EventLoop loop) {
        LoopState state = loop.state();
        Thread thread = state.thread();
        boolean alive = thread == null || thread.isAlive();
        Report report = Report.of("loop \"" + loop.name() + "\" could not be "
                        + (alive
                                ? "stopped: its task does not end, not even when interrupted; its thread is abandoned"
                                : "closed: its thread has ended without running it to its end"))
                .fact("test", name)
                .loop(loop, state);
        if (thread != null) {
            report.fact("thread", thread.getName()).stack("stack", thread.getStackTrace());
        }
        return new LoopFailure(
                Verdict.NOT_CLOSED,
                report.next(alive ? "let the task end: " + LoopProbe.howToEnd(thread) : LoopProbe.LET_IT_RUN)
                        .toString());
    }

    private void failed(TaskFailure failure) {
        if (stopping && !closed && failure.thrown() instanceof RejectedExecutionException) {
            return; // what submits itself again and again has its loop stopped under it: by us, and so innocently
        }
        findings.failed(failure);
        if (closed) { // read after it was added: whichever of the two drains, it is not lost
            findings.drain().forEach(drained -> late.accept(Findings.late(drained, name)));
        } else {
            signal();
        }
    }

    /** Returns what takes failures for a scope, as long as somebody has that. */
    private static Consumer<TaskFailure> sinkOf(WeakReference<Scope> scope, String test, Consumer<LoopFailure> late) {
        return failure -> {
            Scope open = scope.get();
            if (open == null) {
                late.accept(Findings.late(failure, test));
            } else {
                open.failed(failure);
            }
        };
    }

    /** A resource, and where it was handed over. */
    private record Managed(AutoCloseable resource, Site site) {}

    /** What one loop of the scope reports. */
    private final class Member implements LoopOwner {

        private final String loopName;

        Member(String loopName) {
            this.loopName = loopName;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String loopName() {
            return loopName;
        }

        @Override
        public ClassLoader contextClassLoader() {
            return contextClassLoader;
        }

        @Override
        public @Nullable LoopThreads reusedThreads() {
            return setup.reusedThreads();
        }

        @Override
        public long nextSite(long ordinal) {
            return setup.sites().next(ordinal);
        }

        @Override
        public Spin spin() {
            return setup.loops();
        }

        @Override
        public @Nullable Kernel kernel() {
            return kernel;
        }

        @Override
        public boolean isEnding() {
            return stopping;
        }

        @Override
        public void failed(TaskFailure failure) {
            Scope.this.failed(failure);
        }

        @Override
        public Consumer<TaskFailure> afterEnd() {
            return sinkOf(new WeakReference<>(Scope.this), name, late);
        }

        @Override
        public void handed(Throwable thrown) {
            findings.handed(thrown);
        }

        @Override
        public void raised(Throwable thrown) {
            findings.thrown(thrown);
        }

        @Override
        public void stepped() {
            signal();
        }
    }
}

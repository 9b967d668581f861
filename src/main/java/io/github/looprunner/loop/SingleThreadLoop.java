package io.github.looprunner.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.AsynchronousChannelGroup;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The event loop: one thread, one task queue, one timer queue. */
final class SingleThreadLoop extends AbstractExecutorService implements PolledLoop, Dependent {

    /*
     * Overview: whoever submits puts a task into the task queue, or a timer into the timer queue, and then looks at
     * `attention`: only if the loop's thread is parked, or was never started, is there more to do. The thread runs turns
     * until the task queue is closed and empty. Before it parks it says so in `attention` and looks at both queues once
     * more; all of these are volatile, so of a submission and a parking thread that race one sees the other.
     *
     * The thread starts with the first submission: a loop that is injected and never used costs no thread.
     *
     *   NOT_STARTED --first submission--> AWAKE <--> PARKED        (ended: `terminated` is down)
     *
     * Shutting down closes the timer queue, then the task queue; what got in before still runs. Closing the task queue is
     * what decides races: an offer after it is rejected.
     *
     * A loop with a poller polls where another would park, and looks for input once in each turn. Its shutdown takes one
     * step more: `draining` rejects what others submit, the loop's thread closes the input once the queue is empty, and
     * closes the queue when that has submitted nothing more. A task that submits itself for ever does not keep the loop
     * alive: what is in the queue at a time is a generation, and after a thousand of these both are done although it is
     * not empty.
     *
     * A loop on somebody else's thread has none of its own: `carried` gives turns to that thread where another loop would wake
     * its own, `attention` is PARKED for good, and `thread` is set during a turn only.
     *
     * While a coroutine has the turn, the loop's thread waits for it inside a step; `turnHolder` names the coroutine's
     * thread then, so that it counts as being in the loop.
     */

    private static final int AWAKE = 0;
    private static final int PARKED = 1;
    private static final int NOT_STARTED = 2;

    /** Real nanoseconds for a task: where they come faster, it is better to let them gather than to look for each. */
    private static final long FLOOD = 500;

    private static final int MOST_IN_BATCH = 16; // for a poller: frameworks warn of what takes long, all in all

    private static final int MOST_GENERATIONS = 1000; // until the input is closed; frameworks need a few to close all
    private static final long LEAST_DRAINING = Duration.ofMillis(100).toNanos(); // real time; be they ever so many
    private static final long MOST_DRAINING = Duration.ofMillis(500).toNanos(); // real time; be they ever so few

    private static final Duration RETIRE_BOUND = Duration.ofSeconds(1); // for what bodies clean up when the loop ends

    private static final long ORIGIN =
            System.nanoTime(); // so that all loops share one timeline, which starts near zero

    private static final VarHandle ATTENTION;
    private static final VarHandle SHUT_DOWN_AT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ATTENTION = lookup.findVarHandle(SingleThreadLoop.class, "attention", int.class);
            SHUT_DOWN_AT = lookup.findVarHandle(SingleThreadLoop.class, "shutDownAt", Site.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Spin spin;
    private final @Nullable Kernel kernel;
    private final Kernel.@Nullable LoopAgent agent; // this loop, as the kernel sees it
    private final BooleanSupplier hasWork = this::hasWork;
    private final Runnable batch = this::runBatch;
    private final SiteSampler taskSites;
    private final SiteSampler sites; // of all but plain tasks
    private final String kind;
    private final LoopOwner owner;
    private final LoopGroup group;
    private final LoopThread threads;
    private final @Nullable LoopPoller poller;
    private final @Nullable CarriedTurns carried; // null where the loop has a thread of its own
    final TaskQueue tasks = new TaskQueue();
    final TimerQueue timers = new TimerQueue();
    private final FutureRegistry futures = new FutureRegistry();
    private final ChannelExecutor channels = new ChannelExecutor(this);
    private final FutureWaits waits;
    private final CoroutineThreads coroutineThreads;
    private final CountDownLatch terminated = new CountDownLatch(1);

    private volatile int attention;
    private volatile @Nullable Thread thread; // written by whoever starts the loop, under this, or by who carries it
    private volatile @Nullable CoroutineThread turnHolder; // written by the loop's thread
    private volatile @Nullable String pollerFailedIn; // a method; written by whoever ran it
    private volatile @Nullable Site shutDownAt; // written once, by whoever shuts down first
    private volatile @Nullable BlockingWait blockedIn; // written by the task that runs
    private volatile boolean endedUnstarted; // guarded by this for writing
    private boolean gone; // the thread has left; guarded by this
    private volatile boolean draining; // shut down, but the input is not closed yet
    private long endOfGeneration; // how many tasks were taken when one that drains ends; the loop's thread only
    private int generations; // that were drained; the loop's thread only
    private long drainingSince; // real time; the loop's thread only
    private volatile @Nullable Runnable handling; // input; written by the loop's thread
    private volatile long inputs; // how many were handled; written by the loop's thread
    private long handled; // inputs; the loop's thread only
    private long endOfBatch; // how many tasks were taken when it ends; the loop's thread only
    private long takenAtIdle; // the loop's thread only
    private volatile long idleSince; // written by the loop's thread before it parks

    SingleThreadLoop(String kind, LoopOwner owner, LoopThread threads) {
        this(kind, owner, new LoopGroup(owner), threads);
    }

    /** Opens a loop whose thread belongs to a group, which is left in the end. */
    SingleThreadLoop(String kind, LoopOwner owner, LoopGroup group, LoopThread threads) {
        this(kind, owner, group, threads, loop -> null, null);
    }

    /** Opens a loop whose thread polls a framework where others park. */
    static SingleThreadLoop polling(String kind, LoopOwner owner, Function<PolledLoop, LoopPoller> poller) {
        return new SingleThreadLoop(kind, owner, new LoopGroup(owner), null, poller, null);
    }

    /** Opens a loop that runs on somebody else's thread. */
    static SingleThreadLoop carried(String kind, LoopOwner owner, LoopCarrier carrier) {
        return new SingleThreadLoop(kind, owner, new LoopGroup(owner), LoopThread.ofCarrier(), loop -> null, carrier);
    }

    @SuppressWarnings("this-escape") // the poller keeps it, and the kernel looks at it only when there is work
    private SingleThreadLoop(
            String kind,
            LoopOwner owner,
            LoopGroup group,
            @Nullable LoopThread threads,
            Function<PolledLoop, ? extends @Nullable LoopPoller> pollers,
            @Nullable LoopCarrier carrier) {
        this.kind = kind;
        this.owner = owner;
        this.group = group;
        this.taskSites = new SiteSampler(owner);
        this.sites = new SiteSampler(owner);
        this.spin = owner.spin();
        this.kernel = owner.kernel();
        this.agent = kernel == null ? null : kernel.join(this);
        this.poller = pollers.apply(this);
        this.threads = threads == null
                ? LoopThread.of(poller, owner, group, ThreadedLoopFactory.threadName(owner, kind))
                : threads;
        this.waits = new FutureWaits(this, kernel, spin);
        this.coroutineThreads = new CoroutineThreads(this, ThreadedLoopFactory.threadName(owner, kind));
        this.carried = carrier == null ? null : new CarriedTurns(this, carrier, owner.contextClassLoader());
        this.attention = carrier == null ? NOT_STARTED : PARKED;
    }

    // Submitting

    @Override
    public void execute(Runnable command) {
        Objects.requireNonNull(command, "command");
        publish(sited(command));
    }

    /** Returns a task together with where it was submitted, if that is to be recorded. */
    private Runnable sited(Runnable command) {
        return taskSites.takes(tasks.published()) ? sitedNow(command) : command;
    }

    /** Apart: an instance test against an interface that is not there is dearer than a submission. */
    private static Runnable sitedNow(Runnable command) {
        boolean saysItself = command instanceof Described || command instanceof AwaitedTask;
        return saysItself ? command : new SitedTask(command, Site.here());
    }

    /** Puts a task into the queue as it is. */
    void publish(Runnable task) {
        publish(task, task);
    }

    /** Puts a task into the queue that nobody would submit again, were it rejected because nobody carries the loop. */
    void resume(Runnable task) {
        publish(task, /* submitted= */ null);
    }

    /** Runs what a channel brings, as a task that nobody would submit again. */
    void handleChannel(Runnable handler) {
        resume(sited(handler));
    }

    private void publish(Runnable task, @Nullable Runnable submitted) {
        calling();
        if ((draining && !inEventLoop()) || !tasks.offer(task)) {
            throw rejected(task);
        }
        if (attention != AWAKE) {
            wake(submitted);
        }
        if (agent != null) {
            agent.published();
        }
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> supply(Callable<? extends T> task) {
        Objects.requireNonNull(task, "task");
        LoopFuture<T> future = futures.add(SuppliedTask.newFuture(this, site()));
        publish(new SuppliedTask<>(task, future));
        return future;
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> async(Callable<? extends T> body) {
        Objects.requireNonNull(body, "body");
        SequentialTask<T> coroutine = new SequentialTask<>(this, body, site(), inEventLoop() ? tasks.running() : null);
        LoopFuture<T> future = futures.add(coroutine.future()); // before it can run, and the loop can close
        publish(coroutine);
        return future;
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> supplyStage(
            Callable<? extends CompletionStage<? extends T>> task) {
        Objects.requireNonNull(task, "task");
        StageTask<T> started = new StageTask<>(this, task, task instanceof AwaitedTask ? null : site());
        LoopFuture<T> future = futures.add(started.future());
        publish(started);
        return future;
    }

    @Override
    protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Callable<T> callable) {
        return new SubmittedTask<>(this, callable, site());
    }

    @Override
    protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Runnable runnable, T value) {
        return new SubmittedTask<>(this, runnable, value, site());
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
            throws InterruptedException {
        requireOffLoop("invokeAll");
        return SubmittedTask.merelyWaiting(() -> super.invokeAll(tasks));
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit) throws InterruptedException {
        requireOffLoop("invokeAll");
        return SubmittedTask.merelyWaiting(() -> super.invokeAll(tasks, timeout, unit));
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
            throws InterruptedException, ExecutionException {
        requireOffLoop("invokeAny");
        return super.invokeAny(expendable(tasks));
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        requireOffLoop("invokeAny");
        return super.invokeAny(expendable(tasks), timeout, unit);
    }

    /** What fails while another succeeds is no news: invokeAny is asked for any result. */
    private <T extends @Nullable Object> List<Callable<T>> expendable(Collection<? extends Callable<T>> tasks) {
        List<Callable<T>> expendable = new ArrayList<>(tasks.size());
        for (Callable<T> task : tasks) {
            Objects.requireNonNull(task, "task");
            expendable.add(() -> {
                try {
                    return task.call();
                } catch (Throwable thrown) {
                    owner.handed(Outcome.peel(thrown));
                    throw thrown;
                }
            });
        }
        return expendable;
    }

    // Timers

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        Objects.requireNonNull(command, "command");
        return this.<@Nullable Void>arm(
                new ScheduledTask<@Nullable Void>(this, command, null, unit.toNanos(delay), 0, site()));
    }

    @Override
    public <V extends @Nullable Object> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        Objects.requireNonNull(callable, "callable");
        return arm(new ScheduledTask<>(this, callable, unit.toNanos(delay), site()));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        Objects.requireNonNull(command, "command");
        requirePositive("period", period, unit);
        return this.<@Nullable Void>arm(new ScheduledTask<@Nullable Void>(
                this, command, null, unit.toNanos(initialDelay), unit.toNanos(period), site()));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        Objects.requireNonNull(command, "command");
        requirePositive("delay", delay, unit);
        return this.<@Nullable Void>arm(new ScheduledTask<@Nullable Void>(
                this, command, null, unit.toNanos(initialDelay), -unit.toNanos(delay), site()));
    }

    /** Arms a timer of this library's own, which knows where it comes from. */
    Future<?> timer(Runnable command, long delay, TimeUnit unit) {
        return this.<@Nullable Void>arm(new ScheduledTask<@Nullable Void>(
                this, command, null, unit.toNanos(delay), 0, Described.siteOf(command)));
    }

    private <V extends @Nullable Object> ScheduledTask<V> arm(ScheduledTask<V> timer) {
        calling();
        if (!timers.add(timer)) {
            throw rejected(timer);
        }
        if (timers.next() == timer.deadline()) { // else the thread is awake before this one is due
            wakeForTimer();
        }
        called();
        return timer;
    }

    private void wakeForTimer() {
        if (agent == null) {
            VarHandle.fullFence(); // the loop says that it parks, and then looks at the timers
        }
        if (carried != null) {
            carried.timerArmed();
        } else if (attention != AWAKE) {
            wake(null);
        }
    }

    /** Arms a periodic timer again after a run; once shut down, cancels it. */
    void rearm(ScheduledTask<?> timer) {
        if (!timers.add(timer)) {
            timer.cancel(/* mayInterruptIfRunning= */ false);
        } else if (timer.isCancelled()) {
            timers.cancelled(timer);
        }
    }

    void cancelled(ScheduledTask<?> timer) {
        timers.cancelled(timer);
    }

    @Override
    public Executor delayedExecutor(Duration delay) {
        long nanos = toNanos(delay);
        return task -> schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public long nanoTime() {
        return kernel == null ? System.nanoTime() - ORIGIN : kernel.time().nanoTime();
    }

    @Override
    public Clock clock() {
        return kernel == null
                ? Clock.system(ZoneId.systemDefault())
                : kernel.time().clock();
    }

    // Futures and channels

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> newFuture() {
        return newLoopFuture();
    }

    private <T extends @Nullable Object> LoopFuture<T> newLoopFuture() {
        return futures.add(new LoopFuture<>(this, site()));
    }

    /** Returns a future for the end of a coroutine's sleep. */
    LoopFuture<@Nullable Void> newSleep() {
        return futures.add(new Sleep(this, site()));
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> adopt(CompletionStage<? extends T> stage) {
        Objects.requireNonNull(stage, "stage");
        return adopt(stage, stage instanceof LoopFuture);
    }

    /** What a future of ours passes on to another that nobody asks is still reported; what foreign ones do is theirs. */
    private <T extends @Nullable Object> LoopFuture<T> adopt(CompletionStage<? extends T> stage, boolean ofOurs) {
        LoopFuture<T> adopted = newLoopFuture();
        LoopFuture.relay(
                stage,
                (value, thrown) -> onLoop(() -> {
                    if (thrown == null) {
                        adopted.complete(value);
                    } else if (ofOurs) {
                        adopted.fail(Outcome.peel(thrown));
                    } else {
                        adopted.completeExceptionally(thrown);
                    }
                }));
        return adopted;
    }

    @Override
    public CompletableFuture<@Nullable Void> allOf(CompletionStage<?>... stages) {
        CompletableFuture<?>[] all =
                Arrays.stream(stages).map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new);
        boolean ofOurs = Arrays.stream(stages).anyMatch(LoopFuture.class::isInstance);
        return adopt(CompletableFuture.allOf(all), ofOurs);
    }

    /** Runs a task on the loop or, once that takes no more, where we are: a result is better late than lost. */
    void onLoop(Runnable task) {
        try {
            resume(new Errand(task));
        } catch (RejectedExecutionException closed) {
            task.run();
        }
    }

    @Override
    public AsynchronousChannelGroup channelGroup() {
        return channels.group();
    }

    // The loop

    private void run() {
        thread = Thread.currentThread();
        CurrentLoop.set(this);
        noteBirths();
        try {
            boolean goesOn = poller == null || guarded("begin", poller::begin);
            if (!goesOn) {
                tasks.close(); // there is no input to close first
                runUntil(tasks.published()); // what those who were freed have submitted
            }
            while (goesOn) {
                goesOn = agent == null ? turn() : step(agent);
            }
        } finally {
            end();
            CurrentLoop.set(null);
            Births.noteOn(null);
        }
    }

    /** Runs one task when the kernel says so; returns false when there will be no more. */
    private boolean step(Kernel.LoopAgent self) {
        if (!self.awaitTurn(spin)) {
            return turn();
        }
        moveDue();
        boolean closed = tasks.isClosed();
        long before = handled;
        if (self.shouldPoll(tasks.head() < tasks.published())) {
            poll(0);
            self.polled();
        }
        if (tasks.head() < tasks.published()) {
            runTasks(tasks.head() + 1);
            drain();
        } else if (draining && !closed) {
            drain();
        } else if (closed || (poller != null && handled == before)) {
            self.passOn(); // nothing was done
            return !closed;
        }
        self.stepped();
        return true;
    }

    /** Puts timers that are due behind what is ready. The loop's thread, or who has the turn. */
    void moveDue() {
        if (timers.next() != TimerQueue.NONE) {
            timers.moveDue(dueTime(), tasks);
        }
    }

    /** Runs what is ready, or waits for more if that is nothing; returns false when there will be no more. */
    private boolean turn() {
        moveDue();
        boolean closed = tasks.isClosed(); // read before the look at the queue: after it nothing gets in
        long end = tasks.published();
        if (tasks.head() < end) {
            runTasks(end);
            poll(0);
            drain();
            return true;
        }
        if (draining) {
            drain();
        } else if (!closed) {
            park();
        }
        return !closed;
    }

    /** Looks for input, where there is anything that it could come from, and handles it. */
    private void poll(long nanos) {
        if (poller != null && (nanos > 0 || poller.isOpen())) {
            guarded("poll", () -> poller.poll(nanos));
        }
    }

    /** Runs a part of the poller's; where that fails the loop ends, as it would be deaf from then on. */
    private boolean guarded(String method, Runnable part) {
        try {
            part.run();
            return true;
        } catch (Throwable thrown) {
            failed(thrown, new PollerCall(method));
            pollerFailedIn = pollerFailedIn == null ? method : pollerFailedIn; // what fails then may be a consequence
            shutdownNow().forEach(LoopCloser::free);
            freeWaiters();
            return false;
        }
    }

    @Override
    public void handle(Runnable input) {
        handling = input;
        inputs = ++handled; // after `handling`, so that of two looks at a quiet loop one sees it
        try {
            input.run();
        } catch (Throwable thrown) {
            failed(thrown, input);
        }
        Thread.interrupted();
        handling = null;
        owner.stepped();
    }

    /** Where the loop is shut down and has run a generation: ends the input, and with it the loop, once it is time. */
    private void drain() {
        if (!draining || tasks.isClosed() || tasks.head() < endOfGeneration) {
            return;
        }
        endOfGeneration = tasks.published();
        drainingSince = generations++ == 0 ? System.nanoTime() : drainingSince;
        if (tasks.head() == tasks.published() || drainsForEver(1)) {
            LoopPoller open = Objects.requireNonNull(poller, "only a poller has input to drain");
            boolean isClosed = guarded("closeInput", open::closeInput);
            if (!isClosed || tasks.head() == tasks.published() || drainsForEver(2)) {
                tasks.close();
            }
        }
    }

    private boolean drainsForEver(int times) {
        long since = System.nanoTime() - drainingSince;
        return since > times * MOST_DRAINING
                || (since > times * LEAST_DRAINING && generations > times * MOST_GENERATIONS);
    }

    private void runTasks(long end) {
        if (poller == null) {
            runUntil(end);
            return;
        }
        while (tasks.head() < end) {
            endOfBatch = Math.min(end, tasks.head() + MOST_IN_BATCH);
            guarded("run", () -> poller.run(batch));
            runUntil(endOfBatch); // what it has left
        }
    }

    private void runBatch() {
        runUntil(endOfBatch);
    }

    private void runUntil(long end) {
        while (tasks.head() < end) {
            Runnable task = tasks.take();
            if (task != null) {
                run(task);
            }
            tasks.complete();
            owner.stepped();
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            failed(thrown, task);
        }
        Thread.interrupted(); // an interrupt was meant for this task, not for the next
    }

    private void park() {
        long idle = nanoTime();
        boolean flooded = idle - idleSince < (tasks.head() - takenAtIdle) * FLOOD;
        idleSince = idle;
        takenAtIdle = tasks.head();
        if (flooded) {
            spin.letGather();
        }
        if (flooded ? hasWork() : spin.sees(hasWork)) {
            return;
        }
        attention = PARKED;
        if (tasks.head() == tasks.published() && !tasks.isClosed() && !draining) {
            parkUntil(timers.next());
        }
        attention = AWAKE;
    }

    @Override
    public boolean hasWork() {
        return tasks.head() < tasks.published()
                || tasks.isClosed()
                || draining
                || (timers.next() != TimerQueue.NONE && timers.next() <= dueTime());
    }

    /** Returns the latest deadline that has come. */
    private long dueTime() {
        return agent == null ? nanoTime() : agent.dueTime();
    }

    private void parkUntil(long deadline) {
        if (poller != null) {
            poll(deadline == TimerQueue.NONE ? Long.MAX_VALUE : Math.max(0, deadline - nanoTime()));
        } else if (deadline == TimerQueue.NONE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, deadline - nanoTime()); // zero or less returns at once
        }
        Thread.interrupted();
    }

    private void wake(@Nullable Runnable submitted) {
        if (carried != null) {
            carried.wake(submitted);
        } else if (attention == NOT_STARTED) {
            start();
        } else if (ATTENTION.compareAndSet(this, PARKED, AWAKE)) {
            try {
                if (poller == null) {
                    LockSupport.unpark(thread);
                } else {
                    poller.wakeUp();
                }
            } catch (Throwable thrown) { // as where the stack ends
                attention = PARKED; // else nobody would try again
                throw thrown;
            }
        }
    }

    /** Without a thread nothing would ever run, so the loop then ends rather than queue in vain. */
    private void start() {
        try {
            startOnce();
        } catch (RuntimeException | Error failed) {
            List<Runnable> never = shutdownNow();
            reportLost(never, failed);
            never.forEach(LoopCloser::free);
            end();
            freeWaiters();
            throw failed;
        }
    }

    /** Reports what others have submitted while one failed to start the loop: he is told himself, they were not. */
    private void reportLost(List<Runnable> never, Throwable cause) {
        long lost = never.stream().filter(task -> !LoopCloser.isDone(task)).count() - 1;
        if (lost > 0) {
            failed(
                    new IllegalStateException(
                            inWords() + " has ended, and " + lost
                                    + " of its tasks, which others had submitted, never ran, since its thread could not be"
                                    + " started; let the thread factory give one each time",
                            cause),
                    never.get(1));
        }
    }

    private synchronized void startOnce() {
        if (attention == NOT_STARTED && !endedUnstarted) {
            attention = AWAKE;
            thread = threads.start(this::run);
        }
    }

    /** Gives the loop's turn to a coroutine until it suspends or ends. */
    void giveTurn(CoroutineThread to, SequentialTask<?> step) {
        turnHolder = to;
        to.runStep(step);
        turnHolder = null;
        if (to.isIdle()) {
            coroutineThreads.giveBack(to);
        }
    }

    /** Lets virtual time know of threads that the calling thread makes. */
    void noteBirths() {
        Births.noteOn(kernel == null ? null : kernel.outside().births());
    }

    CoroutineThreads coroutineThreads() {
        return coroutineThreads;
    }

    /** Ends the loop, once there is nothing left to run. */
    void end() {
        retireCoroutines();
        if (poller != null) {
            guarded("end", poller::end);
        }
        synchronized (this) {
            gone = true; // its thread may carry another loop from now on
        }
        terminated.countDown();
        if (agent != null) {
            agent.leave();
        }
        group.leave();
    }

    /** Lets the bodies that are suspended clean up, one after the other as ever, unless one takes too long. */
    private void retireCoroutines() {
        List<CoroutineThread> carriers = coroutineThreads.all();
        if (carriers.isEmpty()) {
            return;
        }
        long deadline = System.nanoTime() + RETIRE_BOUND.toNanos();
        for (CoroutineThread carrier : carriers) {
            turnHolder = carrier;
            carrier.retire();
            try {
                TimeUnit.NANOSECONDS.timedJoin(carrier, deadline - System.nanoTime());
            } catch (InterruptedException e) {
                carrier.interrupt(); // a shutdownNow, meant for whoever has the turn
            }
        }
        turnHolder = null;
    }

    // On somebody else's thread

    /** Runs what is ready, on a carrier's thread; returns whether there may be more some day. The owner of the turn. */
    boolean runReady() {
        moveDue();
        runUntil(tasks.published());
        return !tasks.isClosed() || tasks.head() < tasks.published();
    }

    /** Takes note of who runs a turn, null at its end. The owner of the turn. */
    void carriedBy(@Nullable Thread who) {
        thread = who;
    }

    /** Returns whether the loop can end without another turn. */
    boolean hasNothingLeft() {
        return tasks.isClosed() && tasks.isEmpty() && coroutineThreads.all().isEmpty();
    }

    /** Returns what carries the loop, null where that has a thread of its own. */
    @Nullable
    LoopCarrier turnsCarrier() {
        return carried == null ? null : carried.carrier();
    }

    /** Returns who has been given a turn that has not begun, null if there is none. */
    @Nullable
    String awaitedCarrier() {
        return carried == null ? null : carried.awaited();
    }

    /** Ends a loop that was shut down and drained, where its carrier does not run it. */
    void endUncarried() {
        if (carried != null) {
            carried.endUncarried();
        }
    }

    // Shutting down

    @Override
    public void shutdown() {
        noteShutdown();
        timers.close(nanoTime(), tasks).forEach(timer -> timer.cancel(/* mayInterruptIfRunning= */ false));
        closeTasks();
        if (carried != null) {
            carried.wake();
        }
    }

    @Override
    public List<Runnable> shutdownNow() {
        noteShutdown();
        List<Runnable> never = new ArrayList<>();
        List<ScheduledTask<?>> armed = timers.close(nanoTime(), null);
        closeTasks();
        tasks.drain().forEach(task -> never.add(task instanceof SitedTask sited ? sited.task() : task));
        never.addAll(armed);
        interrupt();
        if (carried != null) {
            carried.wake(); // only now: nothing may be left that needs a carrier
        }
        return never;
    }

    private void noteShutdown() {
        if (shutDownAt == null) {
            SHUT_DOWN_AT.compareAndSet(this, null, owner.isEnding() ? Site.unknown() : Site.here());
        }
    }

    private void closeTasks() {
        if (poller == null || attention == NOT_STARTED) {
            tasks.close();
        } else if (!tasks.isClosed()) {
            draining = true;
        }
        if (carried == null && !endUnstarted() && attention != AWAKE) {
            wake(null);
        }
    }

    /** Ends a loop that never got a task, and so has no thread to do it. */
    private synchronized boolean endUnstarted() {
        if (attention == NOT_STARTED && tasks.published() == 0 && !endedUnstarted) {
            endedUnstarted = true;
            end();
        }
        return endedUnstarted;
    }

    private synchronized void interrupt() {
        if (gone) {
            return;
        }
        Thread target = turnHolder;
        if (target == null && carried != null) {
            carried.interrupt();
            return;
        }
        target = target == null ? thread : target;
        if (target != null && target != Thread.currentThread()) {
            target.interrupt();
        }
    }

    @Override
    public void close() {
        if (inEventLoop()) {
            shutdown();
            return;
        }
        try {
            channels.close();
        } finally {
            new LoopCloser(this).close();
        }
    }

    /** Frees those who wait for what will not come any more. */
    void freeWaiters() {
        freeWaitersBut(future -> false);
    }

    /** Frees those who wait, but for some futures. */
    void freeWaitersBut(Predicate<? super LoopFuture<?>> kept) {
        List<LoopFuture<?>> incomplete = futures.takeIncomplete(kept);
        if (!incomplete.isEmpty()) {
            String lost = carried == null ? null : carried.lostBecause();
            CancellationException closed = new CancellationException(
                    inWords() + (lost == null ? " was closed before this completed" : " has ended, since " + lost));
            incomplete.forEach(future -> future.free(closed));
        }
    }

    /** Begins to close what stands on the loop. */
    CompletionStage<?> closeFirst() {
        return poller == null || attention == NOT_STARTED || isShutdown()
                ? CompletableFuture.completedStage(null)
                : poller.closeFirst();
    }

    /** Waits until a moment, at the longest, for something that the loop brings. */
    void await(CountDownLatch latch, long deadline) throws InterruptedException {
        if (kernel != null && kernel.isInCharge()) {
            kernel.await(
                    () -> latch.getCount() == 0, nanoTime(), /* patient= */ true, deadline - System.nanoTime(), spin);
        }
        latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Waits until a moment, at the longest, for the loop and its threads to end. */
    void awaitEnd(long deadline) throws InterruptedException {
        if (kernel != null && kernel.isInCharge()) {
            kernel.await(this::isTerminated, nanoTime(), /* patient= */ false, deadline - System.nanoTime(), spin);
        }
        Thread main = thread;
        if (main != null && main != Thread.currentThread()) {
            threads.join(
                    main, deadline - System.nanoTime(), spin); // first, since it ends last: so the caller wakes once
        }
        if (!spin.sees(this::isTerminated) && !terminated.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return;
        }
        for (CoroutineThread carrier : coroutineThreads.all()) {
            TimeUnit.NANOSECONDS.timedJoin(carrier, deadline - System.nanoTime());
        }
    }

    @Override
    public boolean isShutdown() {
        return draining || tasks.isClosed();
    }

    @Override
    public boolean isTerminated() {
        return terminated.getCount() == 0;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        Objects.requireNonNull(unit, "unit");
        if (isTerminated()) {
            return true;
        }
        if (timeout > 0) {
            requireOffLoop("awaitTermination");
            await(terminated, System.nanoTime() + unit.toNanos(timeout));
        }
        return isTerminated();
    }

    // Looking

    @Override
    public String name() {
        return owner.loopName();
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public boolean inEventLoop() {
        Thread current = Thread.currentThread();
        if (current == thread) {
            return !isTerminated();
        }
        return current == turnHolder || (carried != null && carried.carrier().isCarrying() && !isTerminated());
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        T found = poller != null
                ? poller.unwrap(type)
                : carried != null ? carried.carrier().unwrap(type) : null;
        found = found == null ? LoopFaces.of(this, type) : found;
        if (found != null) {
            return found;
        }
        throw new IllegalArgumentException(inWords() + " of kind " + kind + " has no native object of type "
                + type.getName() + "; take a loop of a kind that is built on one");
    }

    @Override
    public long submitted() {
        return tasks.published() + inputs;
    }

    @Override
    public boolean isQuiet() {
        if (isTerminated()) {
            return true;
        }
        long completed =
                tasks.completed(); // these first: where as many are published in the end, nothing ran meanwhile
        long before = inputs;
        if (handling != null || timers.next() <= nanoTime()) {
            return false;
        }
        return completed == tasks.published() && inputs == before;
    }

    /** Returns how many tasks the loop has taken. The loop's thread, or who has the turn. */
    long taken() {
        return tasks.head();
    }

    boolean hasChannels() {
        return channels.isOpen();
    }

    /** Returns the ends of connections that its poller has open. */
    Collection<Connection> connections() {
        Collection<Connection> found = poller == null ? List.of() : poller.connections();
        if (found == null) {
            throw new IllegalStateException("connections of the loop's poller (" + poller
                    + ") returned null; return an empty list where there are none");
        }
        return found;
    }

    /** Returns whether what its poller sent, or waits for, may be on its way. */
    boolean mayBeInFlight() {
        return poller != null && poller.mayBeInFlight();
    }

    /** Takes note that what was on its way has arrived. */
    void arrived() {
        if (poller != null) {
            poller.arrived();
        }
    }

    /** Returns whether there is anything that it has to poll. */
    boolean isOpenForInput() {
        return poller != null && poller.isOpen();
    }

    /** Returns the input that is being handled, null if none is. */
    @Nullable
    Runnable handling() {
        return handling;
    }

    @Override
    public boolean isCarrier(Thread candidate) {
        return candidate == thread && !isTerminated();
    }

    @Override
    public @Nullable Thread carrier() {
        return thread;
    }

    @Override
    public ThreadGroup threadGroup() {
        return group.get();
    }

    @Override
    public LoopState state() {
        return new LoopView(this).state();
    }

    @Override
    public @Nullable Thread thread() {
        Thread holder = turnHolder;
        return isTerminated() ? leftBehind() : holder == null ? thread : holder;
    }

    /** Returns for how long the loop has had nothing to do, null if it has; under virtual time that has no length. */
    @Nullable
    Duration idleFor() {
        if (agent != null) {
            return hasWork() ? null : Duration.ZERO;
        }
        if (carried != null) {
            return carried.idleFor();
        }
        return attention == PARKED ? Duration.ofNanos(Math.max(0, nanoTime() - idleSince)) : null;
    }

    /** Returns a thread of a coroutine that goes on although the loop has ended, null if there is none. */
    private @Nullable Thread leftBehind() {
        return coroutineThreads.all().stream()
                .filter(Thread::isAlive)
                .findFirst()
                .orElse(null);
    }

    @Nullable
    String shutDownInWords() {
        Site at = shutDownAt;
        if (at == null || at.isKnown()) {
            return at == null ? null : at.inWords();
        }
        String failedIn = pollerFailedIn;
        return failedIn == null ? "the end of " + owner.name() : "a failure in " + failedIn + " of its poller";
    }

    String inWords() {
        return "loop \"" + name() + "\"";
    }

    @Override
    public String toString() {
        String state = isTerminated() ? "terminated" : isShutdown() ? "shut down" : "running";
        return inWords() + " of " + owner.name() + " (" + kind + ", " + state + ")";
    }

    // Virtual time

    /** Takes note that somebody is about to do what may change who can move. */
    void calling() {
        if (agent != null) {
            agent.calling();
        }
    }

    /** Takes note that it is done. */
    void called() {
        if (agent != null) {
            agent.called();
        }
    }

    // Waits for what this loop brings, or that it is in

    /** Returns what guards waits for the futures of this loop. */
    FutureWaits waits() {
        return waits;
    }

    /** Returns what the task that runs waits for, null if it is in no wait of ours. */
    @Nullable
    String waitsFor() {
        BlockingWait wait = blockedIn;
        return wait == null ? null : wait.awaitedInWords();
    }

    /** Takes note that the task that runs waits for another loop, null when it goes on. */
    void blockedIn(@Nullable BlockingWait wait) {
        blockedIn = wait;
    }

    @Override
    public List<Dependent> needs() {
        BlockingWait wait = blockedIn;
        return wait == null ? List.of() : List.of(wait);
    }

    void failed(Throwable thrown, Object task) {
        owner.failed(new TaskFailure(Outcome.peel(thrown), name(), Described.nameOf(task), Described.siteOf(task)));
    }

    void handed(Throwable thrown) {
        owner.handed(thrown);
    }

    void raised(Throwable thrown) {
        owner.raised(thrown);
    }

    private void requireOffLoop(String method) {
        if (inEventLoop()) {
            throw new IllegalStateException(
                    method + " was called on " + inWords()
                            + ", whose thread would wait for itself; call it from another thread, or submit the tasks one by one");
        }
    }

    private static void requirePositive(String name, long value, TimeUnit unit) {
        Objects.requireNonNull(unit, "unit");
        if (value <= 0) {
            throw new IllegalArgumentException(name + " (" + value + " " + unit
                    + ") must be positive; to run a task again at once, let it submit itself with execute");
        }
    }

    private static long toNanos(Duration delay) {
        try {
            return delay.toNanos();
        } catch (ArithmeticException e) {
            return delay.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }

    private RejectedExecutionException rejected(Runnable task) {
        String lost = carried == null ? null : carried.lostBecause();
        return new RejectedExecutionException(Described.nameOf(task) + " was submitted to " + inWords() + " of "
                + owner.name() + ", which "
                + (lost == null ? "was shut down at " + shutDownInWords() : "has ended, since " + lost)
                + "; submit before that, or use a loop of the running test");
    }

    private @Nullable Site site() {
        return sites.takesNext() ? Site.here() : null;
    }
}

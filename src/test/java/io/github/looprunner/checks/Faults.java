package io.github.looprunner.checks;

import static io.github.looprunner.checks.Planted.loop;
import static io.github.looprunner.checks.Planted.owner;
import static io.github.looprunner.checks.Planted.realLoop;
import static io.github.looprunner.checks.Planted.virtualLoop;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.ForwardingEventLoop;
import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.LoopOwner;
import io.github.looprunner.loop.LoopState;
import io.github.looprunner.loop.Patience;
import io.github.looprunner.loop.TaskFailure;
import io.github.looprunner.loop.TimerOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Faults that loops may have, at least one for each check. */
final class Faults {

    static final String KIND = "a kind has a name in lower case with hyphens";
    static final String OPENS = "a kind opens loops where it can run, and says so where it cannot";
    static final String NAMES = "a loop has the name that its owner gives it, and its kind";
    static final String INDEPENDENT = "the end of a loop leaves other loops of the kind alone";
    static final String UNWRAP = "unwrap refuses a type that the loop has nothing of";

    static final String ORDER = "tasks run in the order in which they were submitted";
    static final String ONE_ORDER = "all ways to submit a task share one order";
    static final String PRODUCERS = "the tasks of each of several threads keep their order";
    static final String ONE_AT_A_TIME = "one task runs at a time";
    static final String HAPPENS_BEFORE = "what a task did, and what its submitter did, is seen by the next task";

    static final String EARLY = "a timer is never early";
    static final String CALLABLE = "a callable timer answers with its result";
    static final String DEADLINES = "timers run in the order of their deadlines";
    static final String AT_ONCE = "a delay of zero or less is due at once";
    static final String AS_ARMED = "timers that are due at once run in the order in which they were armed";
    static final String DECLARED = "a timer that is due runs where its kind declares";
    static final String TASKS_STARVE = "tasks that submit themselves do not starve timers";
    static final String TIMERS_STARVE = "timers that are always due do not starve tasks";
    static final String PACE = "in real time the loop's time is the machine's";
    static final String DELAY = "a timer tells the delay that is left";

    static final String RATE = "a fixed rate counts from the first deadline";
    static final String CATCHES_UP = "a fixed rate catches up with what it missed";
    static final String FIXED_DELAY = "a fixed delay counts from the end of a run";
    static final String SERIES_ENDS = "a periodic timer that throws ends";
    static final String PERIOD = "a period must be positive";

    static final String CANCEL_QUEUED = "a task that is cancelled while it is queued never runs";
    static final String CANCEL_ARMED = "a timer that is cancelled while it is armed never runs";
    static final String CANCEL_SERIES = "a periodic timer that is cancelled runs no more";
    static final String CANCEL_WITHIN = "a periodic timer may cancel itself";
    static final String CANCEL_RUNNING =
            "a task that is cancelled while it runs is interrupted where that is asked for";
    static final String CANCEL_SOFTLY = "a task that is cancelled without an interrupt runs to its end";
    static final String INTERRUPT = "an interrupt does not reach the next task";
    static final String CANCEL_STAGE = "cancelling a stage that was started cancels it";

    static final String IN_TASK = "a task knows that it runs on its loop";
    static final String IN_TIMER = "a timer knows that it runs on its loop";
    static final String IN_STAGE = "a stage knows that it runs on its loop";
    static final String IN_BODY = "a body in sequential style knows that it runs on its loop";
    static final String ELSEWHERE = "who is elsewhere knows that too";
    static final String NO_THREAD = "a loop has no thread before its first task, and none after its end";
    static final String THREADS = "threads have the owner's name and class loader";

    static final String CHAIN = "asynchronous stages stay on the loop, for the whole chain";
    static final String SUPPLY = "supply answers with the result, or with the original failure";
    static final String SUPPLY_STAGE = "supplyStage answers as its stage does";
    static final String ADOPT = "an adopted stage completes on the loop";
    static final String ALL_OF = "allOf completes on the loop, when all have completed";
    static final String DELAYED = "a delayed executor runs tasks on the loop, and not early";
    static final String TIMEOUTS = "timeouts of futures come on the loop, and not early";
    static final String WAITING = "waiting for a future on its own loop is refused";
    static final String INVOKE = "invokeAll answers all, and invokeAny one";

    static final String AWAIT_FREES = "an await frees the loop";
    static final String AWAIT_RESULT = "an await gives the result, or throws the original failure";
    static final String AWAIT_CANCELLED = "a cancelled body is freed from its await";
    static final String BODY_INTERRUPTED = "a cancelled body that blocks is interrupted";
    static final String SLEEP = "a sleep is not early, and frees the loop";
    static final String HANDLERS = "completion handlers of channels run on the loop";
    static final String GROUP = "shutting the group of channels down leaves the loop alone";

    static final String REPORTED = "what a task throws is reported once, and the task is named";
    static final String GOES_ON = "a loop goes on after a task that throws";
    static final String UNASKED = "a failure that nobody asks for is reported once, however it was submitted";
    static final String RAISED = "a failure that somebody asks for is taken back";
    static final String HANDED = "a failure that a callback is handed is taken back";

    static final String STATE = "a state tells what runs, is ready and is armed";
    static final String STEPS = "the owner hears of every step";
    static final String QUIET = "a loop is quiet when nothing runs, is ready or is due";
    static final String SUBMITTED = "tasks and due timers are counted";
    static final String LOOKS = "two quiet looks with one count mean that it was quiet all along";

    static final String QUEUED_RUN = "tasks that are queued run after shutdown";
    static final String DUE_RUN = "timers that are due run after shutdown";
    static final String OTHERS_CANCELLED = "timers that are not due are cancelled by shutdown";
    static final String REJECTED = "what is submitted after shutdown is rejected, and told why";
    static final String LATE = "what a queued task submits after shutdown runs or is rejected";
    static final String NOW = "shutdownNow returns what never began, and nothing else";
    static final String NOW_INTERRUPTS = "shutdownNow interrupts the task that runs";
    static final String TERMINATION = "awaitTermination tells whether the loop has ended";
    static final String CLOSE = "close ends the loop, twice or unused as well";
    static final String CLOSE_ON_LOOP = "close on the loop itself does not wait";
    static final String CLOSE_RUNS = "close runs what is queued";
    static final String CLOSE_INTERRUPTS = "close interrupts what does not end";
    static final String CLOSE_FREES = "close frees those who wait for futures of the loop";
    static final String RACE = "a task that races shutdown is run once or rejected";
    static final String RACE_NOW = "a task that races shutdownNow is run once, returned or rejected";
    static final String RACE_TIMERS = "a timer that races shutdown is run once, cancelled or rejected";

    static final String RUNNER_WAITS = "a runner waits for what runs on the loop";
    static final String RUNNER_LOOKS = "a runner looks again after a step of the loop";
    static final String RUNNER_SETTLES = "a runner settles when the loop is quiet";
    static final String RUNNER_TELLS = "a runner tells of a failure that reached nobody";
    static final String RUNNER_REPORTS = "a runner's wait that times out says what the loop does";
    static final String RUNNER_REFUSES = "a runner refuses virtual time, and says why";

    static final String HOUR = "a timer of an hour fires after exactly one hour, in no time";
    static final String CLOCK = "the loop's clock and its nanoTime agree";
    static final String TIMELINE = "two loops share one timeline";
    static final String VIRTUAL_AS_ARMED = "timers with one deadline fire in the order in which they were armed";
    static final String VIRTUAL_DECLARED = "a timer that is due runs where its kind declares, in virtual time as well";
    static final String VIRTUAL_SERIES = "periodic timers fire at exact instants";
    static final String VIRTUAL_TIMEOUTS = "timeouts, sleeps and delays take virtual time";
    static final String VIRTUAL_CANCEL = "a cancelled timer does not move time";
    static final String SAME_ORDER = "the order is the same on every run";

    private static final LoopState EMPTY =
            new LoopState(null, null, null, null, null, 0, 0, List.of(), 0, List.of(), List.of(), null, null);

    private Faults() {}

    /** Returns all of them. */
    static List<Fault> all() {
        return List.of(
                // what a factory says
                new Fault(
                        "has a name that no annotation would say",
                        () -> new Planted() {
                            @Override
                            public String kind() {
                                return "My Loop";
                            }
                        },
                        KIND,
                        NAMES),
                new Fault(
                        "says that it can run, and cannot",
                        () -> new Planted() {
                            @Override
                            public EventLoop open(LoopOwner owner) {
                                throw new IllegalStateException("no display");
                            }
                        },
                        Set.of(OPENS),
                        everythingBut(KIND, OPENS)),
                new Fault(
                        "says that it cannot run, and can",
                        () -> new Planted() {
                            @Override
                            public Optional<String> unavailable() {
                                return Optional.of("no display");
                            }
                        },
                        OPENS),
                new Fault(
                        "does not say why it has no virtual time",
                        () -> new Planted() {
                            @Override
                            public Optional<String> noVirtualTime() {
                                return Optional.of(" ");
                            }
                        },
                        RUNNER_REFUSES),
                new Fault(
                        "claims another order of timers",
                        () -> new Planted() {
                            @Override
                            public TimerOrder timerOrder() {
                                return TimerOrder.BEFORE_READY_TASKS;
                            }
                        },
                        DECLARED,
                        VIRTUAL_DECLARED),
                new Fault(
                                "claims virtual time that it has not",
                                () -> owner(owner -> new ForwardingOwner(owner) {
                                    @Override
                                    public Kernel kernel() {
                                        return null;
                                    }
                                }),
                                HOUR,
                                CLOCK,
                                TIMELINE,
                                VIRTUAL_AS_ARMED,
                                VIRTUAL_SERIES,
                                VIRTUAL_TIMEOUTS,
                                VIRTUAL_CANCEL,
                                SAME_ORDER)
                        .orElse(VIRTUAL_DECLARED),
                new Fault(
                        "has a timeline for each loop",
                        () -> owner(owner -> new ForwardingOwner(owner) {
                            @Override
                            public Kernel kernel() {
                                return owner.kernel() == null
                                                || !owner.loopName().equals("second")
                                        ? owner.kernel()
                                        : new Kernel(Scene.START, 1, false, Patience.DEFAULT);
                            }
                        }),
                        TIMELINE,
                        SAME_ORDER),
                new Fault(
                        "has threads with names of their own",
                        () -> new Planted() {
                            @Override
                            public EventLoop open(LoopOwner owner) {
                                return EventLoopFactory.onThreads("jdk", Thread::new)
                                        .open(owner);
                            }
                        },
                        THREADS),
                new Fault(
                                "gives one loop to two owners",
                                () -> new Planted() {
                                    private EventLoop last; // guarded by this

                                    @Override
                                    public synchronized EventLoop open(LoopOwner owner) {
                                        last = last == null || last.isShutdown() ? super.open(owner) : last;
                                        return last;
                                    }
                                },
                                INDEPENDENT)
                        .orElse(CLOSE, TIMELINE, SAME_ORDER),
                new Fault(
                        "unwraps to nothing",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public <T> T unwrap(Class<T> type) {
                                return type == EventLoop.class ? super.unwrap(type) : null;
                            }
                        }),
                        UNWRAP),
                new Fault(
                        "forgets its name",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public String name() {
                                return "";
                            }
                        }),
                        NAMES),

                // order
                new Fault(
                                "runs the last task first",
                                () -> loop(Lifo::new),
                                ORDER,
                                PRODUCERS,
                                DECLARED,
                                VIRTUAL_DECLARED,
                                REPORTED)
                        .orElse(ONE_AT_A_TIME, CLOSE_ON_LOOP, SAME_ORDER, HAPPENS_BEFORE, RACE, RACE_NOW, AWAIT_FREES),
                new Fault(
                        "lets what its own tasks execute wait for a turn",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public void execute(Runnable task) {
                                super.execute(inEventLoop() && !isShutdown() ? () -> loop.execute(task) : task);
                            }
                        }),
                        ONE_ORDER,
                        DECLARED,
                        VIRTUAL_DECLARED,
                        CLOSE_ON_LOOP),
                new Fault(
                        "drops a task",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            private final AtomicInteger count = new AtomicInteger();

                            @Override
                            public void execute(Runnable task) {
                                super.execute(count.incrementAndGet() == 150 ? () -> {} : task);
                            }
                        }),
                        ORDER,
                        PRODUCERS,
                        HAPPENS_BEFORE,
                        LOOKS),
                new Fault(
                        "runs a second task where the first one waits",
                        () -> realLoop(Impatient::new),
                        ONE_AT_A_TIME,
                        STATE,
                        NOW),

                // timers
                new Fault(
                                "runs timers in half of the time",
                                () -> timers(
                                        (loop, task, delay) -> loop.schedule(task, delay / 2, TimeUnit.NANOSECONDS)),
                                EARLY,
                                HOUR,
                                CLOCK,
                                TIMELINE,
                                VIRTUAL_CANCEL)
                        .orElse(DELAY),
                new Fault(
                        "answers a timer with nothing",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
                                return super.schedule(
                                        () -> {
                                            task.call();
                                            return null;
                                        },
                                        delay,
                                        unit);
                            }
                        }),
                        CALLABLE),
                new Fault(
                                "runs timers of about one deadline as they were armed",
                                () -> timers((loop, task, delay) -> loop.schedule(
                                        task, (delay + 4_999_999) / 5_000_000 * 5_000_000, TimeUnit.NANOSECONDS)),
                                DEADLINES)
                        .orElse(DELAY),
                new Fault(
                        "refuses a delay that is negative",
                        () -> timers((loop, task, delay) -> {
                            if (delay < 0) {
                                throw new IllegalArgumentException("delay");
                            }
                            return loop.schedule(task, delay, TimeUnit.NANOSECONDS);
                        }),
                        AT_ONCE,
                        AS_ARMED),
                new Fault(
                                "runs the last of equal timers first",
                                () -> timers(new Reversed()),
                                AS_ARMED,
                                VIRTUAL_AS_ARMED)
                        .orElse(DECLARED, SAME_ORDER, RACE_TIMERS, CANCEL_ARMED),
                new Fault(
                                "runs timers only when no task is ready",
                                () -> loop(Starving::new),
                                TASKS_STARVE,
                                DECLARED,
                                VIRTUAL_DECLARED,
                                REPORTED,
                                UNASKED)
                        .orElse(SAME_ORDER),
                new Fault(
                        "runs tasks only when there are few series", () -> loop(Polite::new), TIMERS_STARVE, REPORTED),
                new Fault(
                                "has a clock that runs fast",
                                () -> loop(loop -> new ForwardingEventLoop(loop) {
                                    @Override
                                    public long nanoTime() {
                                        return super.nanoTime() * 20;
                                    }
                                }),
                                PACE,
                                HOUR,
                                CLOCK,
                                TIMELINE,
                                VIRTUAL_SERIES,
                                VIRTUAL_TIMEOUTS,
                                VIRTUAL_CANCEL)
                        .orElse(EARLY, CATCHES_UP, FIXED_DELAY, DEADLINES),
                new Fault(
                        "counts the delay of a timer up",
                        () -> timers((loop, task, delay) ->
                                new ForwardingTimer<>(loop.schedule(task, delay, TimeUnit.NANOSECONDS)) {
                                    @Override
                                    public long getDelay(TimeUnit unit) {
                                        return -super.getDelay(unit);
                                    }
                                }),
                        DELAY),
                new Fault(
                                "runs a periodic task twice in a period",
                                () -> rates((loop, task, first, period) -> loop.scheduleAtFixedRate(
                                        () -> {
                                            task.run();
                                            task.run();
                                        },
                                        first,
                                        period,
                                        TimeUnit.NANOSECONDS)),
                                RATE,
                                VIRTUAL_SERIES)
                        .orElse(CANCEL_SERIES, CANCEL_WITHIN),
                new Fault(
                        "takes a rate for a delay",
                        () -> rates((loop, task, first, period) ->
                                loop.scheduleWithFixedDelay(task, first, period, TimeUnit.NANOSECONDS)),
                        CATCHES_UP),
                new Fault(
                        "takes a delay for a rate",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public ScheduledFuture<?> scheduleWithFixedDelay(
                                    Runnable task, long first, long delay, TimeUnit unit) {
                                return super.scheduleAtFixedRate(task, first, delay, unit);
                            }
                        }),
                        FIXED_DELAY),
                new Fault(
                        "goes on with a series that throws",
                        () -> rates((loop, task, first, period) -> loop.scheduleAtFixedRate(
                                () -> {
                                    try {
                                        task.run();
                                    } catch (RuntimeException e) {
                                        // as if nothing had happened
                                    }
                                },
                                first,
                                period,
                                TimeUnit.NANOSECONDS)),
                        SERIES_ENDS,
                        UNASKED),
                new Fault(
                        "takes a period of zero for one of a nanosecond",
                        () -> rates((loop, task, first, period) ->
                                loop.scheduleAtFixedRate(task, first, Math.max(1, period), TimeUnit.NANOSECONDS)),
                        PERIOD),

                // cancel
                new Fault(
                        "runs a cancelled task",
                        () -> submits((loop, future) -> new ForwardingTimer<>(future) {
                            private volatile boolean cancelled;

                            @Override
                            public boolean cancel(boolean mayInterruptIfRunning) {
                                cancelled = true;
                                return !mayInterruptIfRunning || super.cancel(true);
                            }

                            @Override
                            public boolean isCancelled() {
                                return cancelled;
                            }
                        }),
                        CANCEL_QUEUED),
                new Fault(
                        "does not interrupt what is cancelled",
                        () -> submits((loop, future) -> new ForwardingTimer<>(future) {
                            @Override
                            public boolean cancel(boolean mayInterruptIfRunning) {
                                return super.cancel(false);
                            }
                        }),
                        CANCEL_RUNNING),
                new Fault(
                        "always interrupts what is cancelled",
                        () -> submits((loop, future) -> new ForwardingTimer<>(future) {
                            @Override
                            public boolean cancel(boolean mayInterruptIfRunning) {
                                return super.cancel(true);
                            }
                        }),
                        CANCEL_SOFTLY),
                new Fault(
                        "runs a cancelled timer",
                        () -> timers((loop, task, delay) ->
                                new Uncancellable(loop.schedule(task, delay, TimeUnit.NANOSECONDS))),
                        CANCEL_ARMED,
                        VIRTUAL_CANCEL),
                new Fault(
                        "goes on with a series that is cancelled",
                        () -> rates((loop, task, first, period) ->
                                new Uncancellable(loop.scheduleAtFixedRate(task, first, period, TimeUnit.NANOSECONDS))),
                        CANCEL_SERIES,
                        CANCEL_WITHIN),
                new Fault("leaks an interrupt", () -> loop(Leaking::new), INTERRUPT, REPORTED),
                new Fault(
                        "lets go of a stage",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public <T> CompletableFuture<T> supplyStage(
                                    Callable<? extends CompletionStage<? extends T>> task) {
                                CompletableFuture<T> kept = super.supplyStage(task);
                                return kept.thenApply(value -> value);
                            }
                        }),
                        CANCEL_STAGE,
                        UNASKED),

                // identity
                new Fault(
                        "says that everybody is on the loop",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public boolean inEventLoop() {
                                return true;
                            }
                        }),
                        ELSEWHERE,
                        RUNNER_WAITS,
                        RUNNER_LOOKS,
                        RUNNER_SETTLES,
                        RUNNER_TELLS,
                        RUNNER_REPORTS),
                new Fault(
                        "does not know its thread",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public Thread thread() {
                                return null;
                            }
                        }),
                        IN_TASK,
                        IN_TIMER,
                        IN_STAGE,
                        IN_BODY,
                        STATE),
                new Fault(
                                "has a thread for ever",
                                () -> loop(loop -> new ForwardingEventLoop(loop) {
                                    @Override
                                    public Thread thread() {
                                        Thread thread = super.thread();
                                        return thread == null ? Thread.currentThread() : thread;
                                    }
                                }),
                                NO_THREAD,
                                RUNNER_WAITS,
                                RUNNER_LOOKS,
                                RUNNER_SETTLES,
                                RUNNER_REPORTS)
                        .orElse(RUNNER_TELLS),

                // futures
                new Fault(
                                "gives futures of the JDK",
                                () -> loop(loop -> new ForwardingEventLoop(loop) {
                                    @Override
                                    public <T> CompletableFuture<T> newFuture() {
                                        return new CompletableFuture<>();
                                    }
                                }),
                                CHAIN,
                                IN_STAGE,
                                TIMEOUTS,
                                WAITING,
                                CLOSE_FREES,
                                VIRTUAL_TIMEOUTS)
                        .orElse(ONE_ORDER, SAME_ORDER),
                new Fault(
                        "wraps what a supplied task throws",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public <T> CompletableFuture<T> supply(Callable<? extends T> task) {
                                return super.supply(() -> {
                                    try {
                                        return task.call();
                                    } catch (Exception e) {
                                        throw new CompletionException(new IllegalStateException(e));
                                    }
                                });
                            }
                        }),
                        SUPPLY,
                        UNASKED,
                        RAISED),
                new Fault(
                        "answers before the stage does",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public <T> CompletableFuture<T> supplyStage(
                                    Callable<? extends CompletionStage<? extends T>> task) {
                                super.supplyStage(task);
                                return CompletableFuture.completedFuture(null);
                            }
                        }),
                        SUPPLY_STAGE,
                        CANCEL_STAGE,
                        RUNNER_WAITS),
                new Fault(
                        "completes an adopted future anywhere",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public <T> CompletableFuture<T> adopt(CompletionStage<? extends T> stage) {
                                CompletableFuture<T> adopted = newFuture();
                                stage.whenComplete((value, thrown) -> adopted.complete(value));
                                return adopted;
                            }
                        }),
                        ADOPT),
                new Fault(
                        "completes allOf anywhere",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public CompletableFuture<Void> allOf(CompletionStage<?>... stages) {
                                return CompletableFuture.allOf(Arrays.stream(stages)
                                        .map(CompletionStage::toCompletableFuture)
                                        .toArray(CompletableFuture<?>[]::new));
                            }
                        }),
                        ALL_OF),
                new Fault(
                        "runs delayed tasks elsewhere",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public Executor delayedExecutor(Duration delay) {
                                return task -> new Thread(task, "elsewhere").start(); // and leaves no timer behind
                            }
                        }),
                        DELAYED,
                        VIRTUAL_TIMEOUTS),
                new Fault(
                        "forgets what it was to invoke",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public <T> List<Future<T>> invokeAll(
                                    Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit) {
                                return List.of();
                            }
                        }),
                        INVOKE),
                new Fault(
                        "runs a body as a plain task",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public <T> CompletableFuture<T> async(Callable<? extends T> body) {
                                return super.supply(body);
                            }
                        }),
                        IN_BODY,
                        AWAIT_FREES,
                        AWAIT_RESULT,
                        AWAIT_CANCELLED,
                        BODY_INTERRUPTED,
                        SLEEP,
                        VIRTUAL_TIMEOUTS),
                new Fault(
                        "calls channel handlers on threads of their own",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public AsynchronousChannelGroup channelGroup() {
                                try {
                                    return AsynchronousChannelGroup.withThreadPool(
                                            Executors.newCachedThreadPool(Faults::daemon));
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            }
                        }),
                        HANDLERS,
                        GROUP),

                // failures
                new Fault("swallows failures", () -> failures((owner, failure) -> {}), REPORTED, UNASKED, RUNNER_TELLS),
                new Fault(
                        "reports failures twice",
                        () -> failures((owner, failure) -> {
                            owner.failed(failure);
                            owner.failed(failure);
                        }),
                        REPORTED,
                        UNASKED),
                new Fault(
                        "does not say what failed",
                        () -> failures((owner, failure) ->
                                owner.failed(new TaskFailure(failure.thrown(), failure.loop(), "?", failure.site()))),
                        REPORTED),
                new Fault(
                                "does not tell who was thrown a failure",
                                () -> owner(owner -> new ForwardingOwner(owner) {
                                    @Override
                                    public void raised(Throwable thrown) {}
                                }),
                                RAISED)
                        .orElse(HANDED, UNASKED),
                new Fault(
                        "does not tell who was handed a failure",
                        () -> owner(owner -> new ForwardingOwner(owner) {
                            @Override
                            public void handed(Throwable thrown) {}

                            @Override
                            public void raised(Throwable thrown) {}
                        }),
                        RAISED,
                        HANDED),
                new Fault(
                        "ends with a task that throws",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public void execute(Runnable task) {
                                super.execute(() -> {
                                    try {
                                        task.run();
                                    } catch (AssertionError e) {
                                        shutdownNow();
                                        throw e;
                                    }
                                });
                            }
                        }),
                        GOES_ON,
                        REPORTED),

                // state
                new Fault(
                        "tells nothing of itself",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public LoopState state() {
                                return EMPTY;
                            }
                        }),
                        STATE),
                new Fault(
                        "does not tell of steps",
                        () -> owner(owner -> new ForwardingOwner(owner) {
                            @Override
                            public void stepped() {}
                        }),
                        STEPS),
                new Fault(
                                "always says that it is quiet",
                                () -> loop(loop -> new ForwardingEventLoop(loop) {
                                    @Override
                                    public boolean isQuiet() {
                                        return true;
                                    }
                                }),
                                QUIET,
                                RUNNER_SETTLES)
                        .orElse(LOOKS),
                new Fault(
                        "never says that it is quiet",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public boolean isQuiet() {
                                return false;
                            }
                        }),
                        QUIET,
                        SUBMITTED,
                        LOOKS,
                        RUNNER_SETTLES),
                new Fault(
                        "does not count",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public long submitted() {
                                return 0;
                            }
                        }),
                        SUBMITTED),

                // the end
                new Fault(
                                "loses what is queued at its shutdown",
                                () -> loop(loop -> new ForwardingEventLoop(loop) {
                                    @Override
                                    public void execute(Runnable task) {
                                        super.execute(() -> {
                                            if (!loop.isShutdown()) {
                                                task.run();
                                            }
                                        });
                                    }
                                }),
                                QUEUED_RUN,
                                CLOSE_ON_LOOP,
                                NOW,
                                REPORTED)
                        .orElse(CLOSE_RUNS, RACE, RACE_NOW),
                new Fault(
                                "loses timers that are due at its shutdown",
                                () -> timers((loop, task, delay) -> loop.schedule(
                                        () -> loop.isShutdown() ? null : task.call(), delay, TimeUnit.NANOSECONDS)),
                                DUE_RUN)
                        .orElse(NOW, RACE_TIMERS),
                new Fault(
                                "keeps its timers at its shutdown",
                                () -> timers((loop, task, delay) ->
                                        new ForwardingTimer<>(loop.schedule(task, delay, TimeUnit.NANOSECONDS)) {
                                            @Override
                                            public boolean isCancelled() {
                                                return false;
                                            }
                                        }),
                                OTHERS_CANCELLED)
                        .orElse(RACE_TIMERS),
                new Fault(
                                "takes tasks after its shutdown, and loses them",
                                () -> loop(loop -> new ForwardingEventLoop(loop) {
                                    @Override
                                    public void execute(Runnable task) {
                                        if (!loop.isShutdown()) {
                                            super.execute(task);
                                        }
                                    }
                                }),
                                REJECTED,
                                LATE)
                        .orElse(RACE, RACE_NOW),
                new Fault(
                        "does not say why it rejects",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public void execute(Runnable task) {
                                try {
                                    super.execute(task);
                                } catch (RejectedExecutionException e) {
                                    throw new RejectedExecutionException("no");
                                }
                            }
                        }),
                        REJECTED),
                new Fault(
                                "returns nothing from shutdownNow",
                                () -> loop(loop -> new ForwardingEventLoop(loop) {
                                    @Override
                                    public List<Runnable> shutdownNow() {
                                        super.shutdownNow();
                                        return List.of();
                                    }
                                }),
                                NOW)
                        .orElse(RACE_NOW),
                new Fault(
                        "is in no hurry with shutdownNow",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public List<Runnable> shutdownNow() {
                                super.shutdown();
                                return List.of();
                            }
                        }),
                        NOW,
                        NOW_INTERRUPTS),
                new Fault(
                        "says that it has ended when it has not",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
                                return super.awaitTermination(timeout, unit) || unit == TimeUnit.MILLISECONDS;
                            }
                        }),
                        TERMINATION),
                new Fault(
                                "never closes",
                                () -> loop(loop -> new ForwardingEventLoop(loop) {
                                    @Override
                                    public void close() {}
                                }),
                                CLOSE,
                                CLOSE_ON_LOOP,
                                CLOSE_INTERRUPTS,
                                CLOSE_FREES,
                                RUNNER_WAITS,
                                RUNNER_LOOKS,
                                RUNNER_SETTLES,
                                RUNNER_REPORTS)
                        .orElse(CLOSE_RUNS, RUNNER_TELLS),
                new Fault(
                        "closes for ever",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public void close() {
                                if (loop.inEventLoop()) {
                                    super.close();
                                    return;
                                }
                                super.shutdown();
                                try {
                                    new CountDownLatch(1).await();
                                } catch (InterruptedException e) {
                                    super.close();
                                }
                            }
                        }),
                        CLOSE,
                        CLOSE_RUNS,
                        CLOSE_INTERRUPTS,
                        CLOSE_FREES,
                        RUNNER_WAITS,
                        RUNNER_LOOKS,
                        RUNNER_SETTLES,
                        RUNNER_TELLS,
                        RUNNER_REPORTS),
                new Fault(
                                "drops what is queued when it closes",
                                () -> loop(loop -> new ForwardingEventLoop(loop) {
                                    @Override
                                    public void close() {
                                        super.shutdownNow();
                                        super.close();
                                    }
                                }),
                                CLOSE_ON_LOOP)
                        .orElse(CLOSE_RUNS),

                // virtual time
                new Fault(
                        "has a clock on the wall",
                        () -> loop(loop -> new ForwardingEventLoop(loop) {
                            @Override
                            public Clock clock() {
                                return Clock.systemUTC();
                            }
                        }),
                        CLOCK),
                new Fault("is moody in virtual time", () -> moody(), SAME_ORDER).orElse(VIRTUAL_DECLARED));
    }

    private static Set<String> everythingBut(String... names) {
        List<String> without = List.of(names);
        return LoopChecks.of(new Planted()).checks().stream()
                .map(LoopCheck::name)
                .filter(name -> !without.contains(name))
                .collect(Collectors.toSet());
    }

    private static Planted moody() {
        AtomicInteger submissions = new AtomicInteger(); // of all loops of the kind
        return virtualLoop(loop -> new ForwardingEventLoop(loop) {
            @Override
            public void execute(Runnable task) {
                super.execute(submissions.incrementAndGet() % 5 == 0 ? () -> loop.execute(task) : task);
            }
        });
    }

    /** The fault may keep something for all loops of the kind. */
    private static Planted timers(ArmsTimer fault) {
        return loop(loop -> new ForwardingEventLoop(loop) {
            @Override
            public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
                return fault.arm(loop, Executors.callable(task), unit.toNanos(delay));
            }

            @Override
            @SuppressWarnings("unchecked")
            public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
                return (ScheduledFuture<V>) fault.arm(loop, (Callable<Object>) task, unit.toNanos(delay));
            }
        });
    }

    private static Planted rates(ArmsSeries fault) {
        return loop(loop -> new ForwardingEventLoop(loop) {
            @Override
            public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
                return fault.arm(loop, task, unit.toNanos(first), unit.toNanos(period));
            }
        });
    }

    private static Planted submits(HandsOut fault) {
        return loop(loop -> new ForwardingEventLoop(loop) {
            @Override
            public Future<?> submit(Runnable task) {
                return fault.handOut(loop, cast(super.submit(task)));
            }

            @Override
            public <T> Future<T> submit(Callable<T> task) {
                return cast(fault.handOut(loop, cast(super.submit(task))));
            }
        });
    }

    private static Planted failures(Reporting fault) {
        return owner(owner -> new ForwardingOwner(owner) {
            @Override
            public void failed(TaskFailure failure) {
                fault.report(owner, failure);
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static <T> Future<T> cast(Future<?> future) {
        return (Future<T>) future;
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body);
        thread.setDaemon(true);
        return thread;
    }

    private interface ArmsTimer {

        ScheduledFuture<Object> arm(EventLoop loop, Callable<Object> task, long delay);
    }

    private interface ArmsSeries {

        ScheduledFuture<?> arm(EventLoop loop, Runnable task, long first, long period);
    }

    private interface HandsOut {

        Future<Object> handOut(EventLoop loop, Future<Object> future);
    }

    private interface Reporting {

        void report(LoopOwner owner, TaskFailure failure);
    }

    /** A timer that says that it is cancelled, and is not. */
    private static final class Uncancellable extends ForwardingTimer<Object> {

        private volatile boolean cancelled;

        Uncancellable(ScheduledFuture<?> target) {
            super(cast(target));
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            cancelled = true;
            return true;
        }

        @Override
        public boolean isCancelled() {
            return cancelled || super.isCancelled();
        }

        @Override
        public Object get(long timeout, TimeUnit unit)
                throws InterruptedException, ExecutionException, TimeoutException {
            if (cancelled) {
                throw new CancellationException();
            }
            return super.get(timeout, unit);
        }
    }

    /** Takes the last of the tasks that wait. */
    private static final class Lifo extends ForwardingEventLoop {

        private final Deque<Runnable> waiting = new ArrayDeque<>(); // guarded by itself

        Lifo(EventLoop target) {
            super(target);
        }

        @Override
        public void execute(Runnable task) {
            synchronized (waiting) {
                super.execute(() -> take().run());
                waiting.push(task);
            }
        }

        private Runnable take() {
            synchronized (waiting) {
                return waiting.pop();
            }
        }
    }

    /** Runs the second task that it is given at once, on the thread of the caller, where the first one waits. */
    private static final class Impatient extends ForwardingEventLoop {

        private final EventLoop target;
        private final AtomicInteger submissions = new AtomicInteger();

        Impatient(EventLoop target) {
            super(target);
            this.target = target;
        }

        @Override
        public void execute(Runnable task) {
            if (submissions.incrementAndGet() == 2
                    && !target.inEventLoop()
                    && !target.isShutdown()
                    && firstOneWaits()) {
                task.run();
            } else {
                super.execute(task);
            }
        }

        private boolean firstOneWaits() {
            while (target.state().completed() == 0) {
                Thread thread = target.thread();
                if (thread != null
                        && List.of(Thread.State.WAITING, Thread.State.TIMED_WAITING)
                                .contains(thread.getState())
                        && target.state().running() != null) { // looked at last: idle threads wait too
                    return true;
                }
                Thread.onSpinWait();
            }
            return false;
        }
    }

    /** Runs the last timer first of those with the same delay. */
    private static final class Reversed implements ArmsTimer {

        private final Map<Long, Deque<Callable<Object>>> waiting = new ConcurrentHashMap<>();

        @Override
        public ScheduledFuture<Object> arm(EventLoop loop, Callable<Object> task, long delay) {
            Deque<Callable<Object>> stack = waiting.computeIfAbsent(delay, key -> new ConcurrentLinkedDeque<>());
            stack.push(task);
            return loop.schedule(() -> stack.pop().call(), delay, TimeUnit.NANOSECONDS);
        }
    }

    /** Lets a timer wait for as long as tasks are ready that were executed. */
    private static final class Starving extends ForwardingEventLoop {

        private final AtomicInteger ready = new AtomicInteger();

        Starving(EventLoop target) {
            super(target);
        }

        @Override
        public void execute(Runnable task) {
            ready.incrementAndGet();
            try {
                super.execute(() -> {
                    ready.decrementAndGet();
                    task.run();
                });
            } catch (RejectedExecutionException e) {
                ready.decrementAndGet();
                throw e;
            }
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return super.schedule(() -> runOrWait(task), delay, unit);
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            CompletableFuture<V> result = new CompletableFuture<>();
            ScheduledFuture<?> timer = schedule((Runnable) () -> complete(result, task), delay, unit);
            return new ForwardingTimer<>(cast(timer)) {
                @Override
                public V get(long timeout, TimeUnit unit)
                        throws InterruptedException, ExecutionException, TimeoutException {
                    return result.get(timeout, unit);
                }
            };
        }

        private void runOrWait(Runnable task) {
            if (ready.get() > 0 && !isShutdown()) {
                super.schedule(() -> runOrWait(task), 0, TimeUnit.NANOSECONDS);
            } else {
                task.run();
            }
        }

        private static <V> void complete(CompletableFuture<V> result, Callable<V> task) {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
                throw new IllegalStateException(e);
            }
        }
    }

    /** Lets tasks wait for as long as there are many periodic timers. */
    private static final class Polite extends ForwardingEventLoop {

        private final List<Future<?>> series = new CopyOnWriteArrayList<>();

        Polite(EventLoop target) {
            super(target);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
            ScheduledFuture<?> timer = super.scheduleAtFixedRate(task, first, period, unit);
            series.add(timer);
            return timer;
        }

        @Override
        public void execute(Runnable task) {
            super.execute(() -> {
                if (series.stream().filter(timer -> !timer.isDone()).count() > 10) {
                    execute(task);
                } else {
                    task.run();
                }
            });
        }
    }

    /** Hands an interrupt on to the next task. */
    private static final class Leaking extends ForwardingEventLoop {

        private final AtomicBoolean leak = new AtomicBoolean();

        Leaking(EventLoop target) {
            super(target);
        }

        @Override
        public void execute(Runnable task) {
            super.execute(() -> {
                if (leak.getAndSet(false)) {
                    Thread.currentThread().interrupt();
                }
                try {
                    task.run();
                } finally {
                    leak.set(Thread.currentThread().isInterrupted());
                }
            });
        }
    }
}

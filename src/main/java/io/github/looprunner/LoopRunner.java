package io.github.looprunner;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.Hold;
import io.github.looprunner.loop.HoldKind;
import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.Outcome;
import io.github.looprunner.loop.Site;
import io.github.looprunner.loop.Spin;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that runs on a thread of its own, and the calls by which a test waits for results only.
 *
 * <p>In JUnit Jupiter {@link LoopRunnerExtension} injects one. Anywhere else:
 *
 * <pre>{@code
 * try (LoopRunner runner = LoopRunner.start()) {
 *     String reply = runner.runCoroutine(() -> client.ask("who?"));
 * }
 * }</pre>
 *
 * <h2>Waiting</h2>
 *
 * Every wait is bounded, by ten seconds unless {@link Builder#timeout}, {@link #within}, an annotation or the setting
 * {@code looprunner.timeout} say otherwise; {@code looprunner.timeout.multiplier} stretches all of them on slow machines.
 * Under a debugger nothing is bounded. A wait that runs out throws a {@link LoopFailure} that says what was awaited and
 * what the loop was doing. An interrupted wait throws an {@link InterruptedException}, although no method declares it.
 *
 * <h2>Failures</h2>
 *
 * What the code under test throws is thrown at the test as it is: the same object, checked or not, without
 * {@link java.util.concurrent.CompletionException}s around it; where the test waited is attached as suppressed. The
 * compiler refuses {@code catch (IOException e)} around a call that does not declare it: assert it, as in
 * {@code assertThatThrownBy(() -> runner.runCoroutine(reply)).isInstanceOf(IOException.class)}. What fails on the loop and
 * reaches nobody is thrown by {@link #close}, and in JUnit fails the test.
 *
 * <h2>Thread safety</h2>
 *
 * All methods may be called from any thread; those that wait must not be called on the runner's own loop.
 */
public final class LoopRunner implements AutoCloseable {

    private static final int MAX_PORT = 65_535;
    private static final String COMPOSE =
            "compose the stage with thenApply and its like, say await(stage) in a coroutine,"
                    + " which the body of a test with @OnLoop is, or use runner.start(...)";
    private static final String NO_STAGE = "stage (null) must not be null; give runCoroutine what the code under test"
            + " returned: a mock returns null unless it is told to return, say, CompletableFuture.completedFuture(...)";
    static final Instant START = Instant.parse("2000-01-01T00:00:00Z"); // as VirtualTime.start() has it
    private static final long PERIODIC_LIMIT = 1_000_000; // as VirtualTime.periodicLimit() has it
    private static final String FROM_TEST = "call it on the test's thread; in a coroutine, which the body of a"
            + " test with @OnLoop is, await what it is to wait for, or sleep(...)";

    private final Scope scope;
    private final EventLoop loop;
    private final Limit limit;

    LoopRunner(Scope scope, EventLoop loop, Limit limit) {
        this.scope = scope;
        this.loop = loop;
        this.limit = limit;
    }

    /** Starts a runner with a new loop of kind {@code jdk}, to be closed by the caller. */
    public static LoopRunner start() {
        return builder().start();
    }

    /** Returns a builder of a runner. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the loop, for code that takes an executor, a scheduler, a clock or an event loop. */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Returns the virtual time of the test.
     *
     * @throws IllegalStateException in real time, or after {@link #close}
     */
    public Timeline time() {
        Kernel kernel = scope.isEnding() ? scope.lastKernel() : null; // what still runs then may ask what time it is
        return new Timeline(scope, kernel == null ? requireVirtual("time") : kernel, limit);
    }

    /**
     * Makes virtual time stand until the returned hold is closed, because somebody outside the loops is at work for the
     * test. Waits for a result are still bounded in real time.
     *
     * @param why what reports say
     * @throws IllegalStateException in real time, or after {@link #close}
     */
    public Hold hold(String why) {
        Objects.requireNonNull(why, "why");
        return requireVirtual("hold").outside().hold(why);
    }

    /**
     * Returns an executor whose tasks make virtual time stand from their submission to their end; in real time the executor
     * as it is.
     */
    public Executor track(Executor executor) {
        Objects.requireNonNull(executor, "executor");
        return track(executor, HoldKind.TRACKED);
    }

    private Executor track(Executor executor, HoldKind kind) {
        Kernel kernel = scope.kernel();
        return kernel == null ? executor : task -> Tracked.execute(executor, task, kernel, kind);
    }

    /**
     * Runs a function that blocks on a thread of its own, which makes virtual time stand until it ends; its future completes
     * on the loop.
     *
     * <p>Where it has not ended by the end of the test it is interrupted, and under virtual time fails the test.
     */
    public <T extends @Nullable Object> CompletableFuture<T> blocking(Callable<T> function) {
        Objects.requireNonNull(function, "function");
        scope.requireOpen("run a blocking function");
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture<T> onLoop =
                loop.supplyStage(() -> loop.adopt(result)); // whose failure is seen to be observed
        track(scope.blocking(), HoldKind.BLOCKING).execute(() -> Tracked.complete(result, function));
        return onLoop;
    }

    private Kernel requireVirtual(String method) {
        scope.requireOpen("answer " + method + "(...)");
        Kernel kernel = scope.kernel();
        if (kernel == null) {
            throw new IllegalStateException(method + " was called in " + scope.name()
                    + ", whose time is real; annotate the test with @VirtualTime, in another mode than REAL, or build the runner"
                    + " with virtualTime()");
        }
        return kernel;
    }

    /** Returns a runner of the same loop whose waits are bounded by another time. */
    public LoopRunner within(Duration bound) {
        return new LoopRunner(scope, loop, limit.within(bound));
    }

    /**
     * Waits until a stage has completed, whoever completes it, and returns its result.
     *
     * @throws LoopFailure if the bound passes first; the stage is left alone
     * @throws IllegalStateException if called on this runner's loop, which would wait for itself
     */
    public <T extends @Nullable Object> T runCoroutine(CompletionStage<T> stage) {
        Objects.requireNonNull(stage, NO_STAGE);
        requireMayWait("runCoroutine", COMPOSE);
        if (!Outcome.isDone(stage)) {
            scope.requireOpen("wait for a stage");
        }
        return Await.ofStage("runCoroutine", stage, this).result(() -> {});
    }

    /**
     * Starts a coroutine on the loop, waits until its stage has completed, and returns the result.
     *
     * @throws LoopFailure if the bound passes first; the coroutine is then cancelled
     * @throws IllegalStateException if called on this runner's loop, which would wait for itself; or if the coroutine
     *     returns null instead of a stage
     */
    public <T extends @Nullable Object> T runCoroutine(Coroutine<T> coroutine) {
        Objects.requireNonNull(coroutine, "coroutine");
        requireMayWait("runCoroutine", COMPOSE);
        ResultWait<T> wait = new ResultWait<>(scope.spinFor(loop));
        LoopTask<T> task = started(new WaitedCoroutine<>(coroutine, wait));
        Outcome.relay(task.future(), wait);
        return Await.ofSubmitted("runCoroutine", "a coroutine", task.future(), wait, this)
                .result(task::cancel);
    }

    /**
     * Starts a coroutine that may never end; returns at once.
     *
     * <p>It is cancelled when the runner closes. Its failure fails the test unless somebody asks for it, or a callback that takes
     * a throwable, as of {@code whenComplete}, was given what it failed with.
     */
    public <T extends @Nullable Object> LoopTask<T> start(Coroutine<T> coroutine) {
        Objects.requireNonNull(coroutine, "coroutine");
        return started(coroutine::start);
    }

    private <T extends @Nullable Object> LoopTask<T> started(Callable<CompletionStage<T>> start) {
        scope.requireOpen("start a coroutine");
        LoopTask<T> task = new LoopTask<>(loop.supplyStage(start));
        scope.started(task);
        return task;
    }

    /**
     * Runs a plain function on the loop, waits for it, and returns its result.
     *
     * <p>A future that the function returns is a result like any other: nothing waits for it. For that there is
     * {@link #runCoroutine(Coroutine)}.
     *
     * @throws LoopFailure if the bound passes first; the function is then interrupted
     * @throws IllegalStateException if called on this runner's loop
     */
    public <T extends @Nullable Object> T call(Callable<T> function) {
        Objects.requireNonNull(function, "function");
        requireMayWait("call", "call the function directly");
        scope.requireOpen("call a function");
        ResultWait<T> wait = new ResultWait<>(scope.spinFor(loop));
        CallTask<T> task = new CallTask<>(function, loop, wait);
        loop.execute(task);
        return Await.ofSubmitted("call", "a function", loop, wait, this)
                .result(() -> task.cancel(/* mayInterruptIfRunning= */ true));
    }

    /** Runs a plain function that returns nothing on the loop, and waits for it, as {@link #call(Callable)} does. */
    public void call(CheckedRunnable function) {
        Objects.requireNonNull(function, "function");
        call(Checked.callable(function));
    }

    /** Runs a task on the loop some time soon, in order; returns at once. What it throws fails the test. */
    public void execute(Runnable task) {
        Objects.requireNonNull(task, "task");
        scope.requireOpen("execute a task");
        loop.execute(task);
    }

    /**
     * Waits until nothing runs and nothing is ready, on all loops of this runner's test.
     *
     * <p>Timers that are not due yet are left alone. Work of other threads is not seen before it reaches a loop.
     *
     * @throws LoopFailure if the bound passes first
     * @throws IllegalStateException if a loop is of a kind that cannot be counted; the message says which kinds are
     */
    public void settle() {
        requireMayWait("settle", FROM_TEST);
        scope.requireOpen("settle");
        scope.requireCounted("settle");
        scope.requireOffLoops("settle");
        new ScopeWait(scope, limit).settle();
    }

    /**
     * Waits until an assertion holds: runs it on the calling thread, again after each step of the test's loops, and from
     * time to time for what other threads write.
     *
     * <p>An {@link AssertionError} or an exception means <em>not yet</em>; the last of them is the cause of the failure.
     * What the lambda returns is dropped, so that a mere {@code () -> queue.isEmpty()} always holds: assert it.
     * The assertion runs beside the loops: what only a loop may touch, such as a plain list, is read with {@link #call}.
     * It must not block: soon after the bound it is interrupted.
     *
     * @throws LoopFailure if the bound passes first
     */
    public void eventually(CheckedRunnable assertion) {
        Objects.requireNonNull(assertion, "assertion");
        requireMayWait("eventually", FROM_TEST);
        scope.requireOpen("check an assertion");
        new ScopeWait(scope, limit).eventually(assertion);
    }

    /**
     * Waits until something on the test's loops has failed with a type and reached nobody, and takes that failure back.
     *
     * @return what was thrown
     * @throws LoopFailure if the bound passes first
     */
    public <X extends Throwable> X expectUncaught(Class<X> type) {
        Objects.requireNonNull(type, "type");
        requireMayWait("expectUncaught", FROM_TEST);
        scope.requireOpen("expect a failure");
        return new ScopeWait(scope, limit).uncaught(type);
    }

    /** Closes a resource when the test ends: in reverse order, before the loops stop. Returns the resource. */
    public <C extends AutoCloseable> C manage(C resource) {
        Objects.requireNonNull(resource, "resource");
        scope.manage(resource);
        return resource;
    }

    /**
     * Returns a TCP port of this machine that is free, for code under test that insists on a number. Where it takes port 0
     * let it, and ask it which one it got: that can never be in use.
     *
     * <p>No port is given twice while a test run lasts, up to the last thousand. On Linux nobody else is given it either, in
     * whichever process, and it is there for whoever asks for it with {@code SO_REUSEADDR}, which servers of the JDK, Netty
     * and Vert.x do unless told otherwise. On other systems it is only free when this returns.
     */
    public int freePort() {
        scope.requireOpen("give a port");
        return scope.ports().free();
    }

    /**
     * Connects to a server at a port of the loopback interface, as {@link #connectTo(SocketAddress)} does.
     *
     * @throws LoopFailure if the bound passes before somebody listens
     * @throws IllegalArgumentException if there is no such port
     * @throws IllegalStateException if called on this runner's loop
     */
    public Socket connectTo(int port) {
        if (port <= 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port (" + port + ") must be between 1 and " + MAX_PORT
                    + (port == 0 ? "; ask the server that was given it which one it got" : ""));
        }
        return connectTo(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * Connects a blocking socket to a server, waiting until that listens; the socket closes when the test ends.
     *
     * <p>What is read from it waits for input no longer than this runner's bound, then throws a {@link LoopFailure} that
     * says what the loops were doing; {@link Socket#setSoTimeout} sets another bound, which throws what it always does.
     * Under virtual time the loops move while the test reads, but time stands.
     *
     * @throws LoopFailure if the bound passes before somebody listens
     * @throws IllegalArgumentException if the address is not one of a socket, or not resolved
     * @throws IllegalStateException if called on this runner's loop
     */
    public Socket connectTo(SocketAddress address) {
        Objects.requireNonNull(address, "address");
        if (!(address instanceof InetSocketAddress server) || server.isUnresolved() || server.getPort() == 0) {
            throw new IllegalArgumentException("address (" + address
                    + ") must be one that a socket can connect to: ask the server for the port that it got instead of"
                    + " 0, and for a channel in memory use the client of its framework");
        }
        requireMayWait("connectTo", FROM_TEST);
        scope.requireOpen("connect to a server");
        AtomicReference<@Nullable Socket> connected = new AtomicReference<>();
        Deadline deadline = Deadline.in(limit);
        try {
            new ScopeWait(scope, limit)
                    .eventually(
                            () -> connected.set(BoundedSocket.connect(server, this, deadline)),
                            BoundedSocket.listening(server));
        } finally {
            Socket socket = connected.get();
            if (socket != null) {
                manage(socket); // also one that came too late
            }
        }
        return Objects.requireNonNull(connected.get(), "set by what has succeeded");
    }

    /**
     * Ends the test's scope: closes managed resources, cancels what was started, stops its loops; each step is bounded.
     *
     * <p>Where JUnit injected the runner it does this; calling it twice does nothing.
     *
     * @throws LoopFailure if something failed on a loop and reached nobody, or could not be closed; further such findings
     *     are suppressed in it
     */
    @Override
    public void close() {
        requireMayWait("close", "close the runner from the thread that started it");
        scope.requireOffLoops("close");
        LoopFailure failure = scope.close();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public String toString() {
        return "LoopRunner[" + loop + "]";
    }

    Scope scope() {
        return scope;
    }

    Limit limit() {
        return limit;
    }

    private void requireMayWait(String method, String instead) {
        if (loop.inEventLoop()) {
            throw new IllegalStateException(method + " was called on loop \"" + loop.name() + "\" itself, on thread \""
                    + Thread.currentThread().getName() + "\", where it would wait for itself; " + instead);
        }
    }

    /**
     * Sets up a runner. Unless set otherwise: a new loop of kind {@code jdk}, named after its kind, and the timeout of the
     * setting {@code looprunner.timeout}, which is ten seconds. Of {@link #kind} and both {@code loop} methods the one that
     * is called last counts.
     */
    public static final class Builder {

        private String kind = "jdk";
        private @Nullable EventLoopFactory factory;
        private @Nullable EventLoop existing;
        private @Nullable String name;
        private @Nullable Duration timeout;
        private VirtualTime.Mode time = VirtualTime.Mode.REAL;

        private Builder() {}

        /** Sets the kind of the loop, such as {@code virtual-thread}. */
        public Builder kind(String kind) {
            this.kind = Objects.requireNonNull(kind, "kind");
            factory = null;
            existing = null;
            return this;
        }

        /** Sets the name that reports and threads bear; the thread of a loop that exists already keeps its own. */
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /** Sets the bound of every wait. */
        public Builder timeout(Duration timeout) {
            this.timeout = Limit.requirePositive("timeout", timeout);
            return this;
        }

        /** Gives the loop virtual time, which waits for a result move; it starts with the year 2000. */
        public Builder virtualTime() {
            return virtualTime(VirtualTime.Mode.AUTOMATIC);
        }

        /** Sets what time the loop has, and what moves it. */
        public Builder virtualTime(VirtualTime.Mode mode) {
            this.time = Objects.requireNonNull(mode, "mode");
            return this;
        }

        /** Opens the loop with a factory of the user's own, instead of a kind. */
        public Builder loop(EventLoopFactory factory) {
            this.factory = Objects.requireNonNull(factory, "factory");
            existing = null;
            return this;
        }

        /**
         * Runs on a loop that exists already; closing the runner leaves that loop open.
         *
         * <p>What fails on it and reaches nobody is reported to whoever opened it, not here.
         */
        public Builder loop(EventLoop existing) {
            this.existing = Objects.requireNonNull(existing, "existing");
            return this;
        }

        /**
         * Starts the runner.
         *
         * @throws IllegalArgumentException if the kind is unknown; the message lists those that are known
         * @throws IllegalStateException if the kind cannot run here, or not in virtual time; the message says what to add
         *     or which kinds have it
         */
        public LoopRunner start() {
            Duration bound = timeout == null ? Limit.timeout(System::getProperty) : timeout;
            Limit limit = Limit.of(bound, System::getProperty);
            String test = name == null ? Scope.UNNAMED + Site.here().inWords() : name;
            SubmissionSites sites = SubmissionSites.of(System.getProperty(SubmissionSites.KEY));
            Scope scope = new Scope(
                    test,
                    new LoopSetup(sites, null, Spin.adaptive(), Spin.adaptive(), Spin.adaptiveToStarts(), null),
                    time == VirtualTime.Mode.REAL
                            ? null
                            : new Kernel(START, PERIODIC_LIMIT, /* alone= */ true, Limit.patience(System::getProperty)),
                    time == VirtualTime.Mode.MANUAL,
                    List.of(),
                    Findings::log);
            if (existing != null && time != VirtualTime.Mode.REAL) {
                throw new IllegalStateException("virtualTime() cannot be given to a loop that exists already; let the"
                        + " builder open it, with kind(...) or loop(factory)");
            }
            if (existing != null) {
                scope.observe(existing);
                return new LoopRunner(scope, existing, limit);
            }
            EventLoopFactory opens = factory == null ? EventLoopFactory.of(kind) : factory;
            return new LoopRunner(scope, scope.open(opens, opens.kind()), limit);
        }
    }
}

package io.github.looprunner.loop;

import java.nio.channels.AsynchronousChannelGroup;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A loop that hands every call on to another one; override what shall be different.
 *
 * <p>No call goes through another: who changes {@link #execute} does not change {@link #submit(Runnable)} with it, nor what
 * the futures of the other loop do. In its tasks {@link EventLoop#current()} is the other loop, which is also what
 * {@code unwrap(EventLoop.class)} gives.
 */
public class ForwardingEventLoop implements EventLoop {

    private final EventLoop target;

    /** Creates a loop that hands calls on to the given one. */
    protected ForwardingEventLoop(EventLoop target) {
        this.target = Objects.requireNonNull(target, "target");
    }

    // Submitting

    @Override
    public void execute(Runnable command) {
        target.execute(command);
    }

    @Override
    public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
        return target.submit(task);
    }

    @Override
    public <T extends @Nullable Object> Future<T> submit(Runnable task, T result) {
        return target.submit(task, result);
    }

    @Override
    public Future<?> submit(Runnable task) {
        return target.submit(task);
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
            throws InterruptedException {
        return target.invokeAll(tasks);
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit) throws InterruptedException {
        return target.invokeAll(tasks, timeout, unit);
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
            throws InterruptedException, ExecutionException {
        return target.invokeAny(tasks);
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(
            Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return target.invokeAny(tasks, timeout, unit);
    }

    // Timers

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return target.schedule(command, delay, unit);
    }

    @Override
    public <V extends @Nullable Object> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return target.schedule(callable, delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return target.scheduleAtFixedRate(command, initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return target.scheduleWithFixedDelay(command, initialDelay, delay, unit);
    }

    @Override
    public Executor delayedExecutor(Duration delay) {
        return target.delayedExecutor(delay);
    }

    @Override
    public long nanoTime() {
        return target.nanoTime();
    }

    @Override
    public Clock clock() {
        return target.clock();
    }

    // Futures and channels

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> newFuture() {
        return target.newFuture();
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> supply(Callable<? extends T> task) {
        return target.supply(task);
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> supplyStage(
            Callable<? extends CompletionStage<? extends T>> task) {
        return target.supplyStage(task);
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> async(Callable<? extends T> body) {
        return target.async(body);
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> adopt(CompletionStage<? extends T> stage) {
        return target.adopt(stage);
    }

    @Override
    public CompletableFuture<@Nullable Void> allOf(CompletionStage<?>... stages) {
        return target.allOf(stages);
    }

    @Override
    public AsynchronousChannelGroup channelGroup() {
        return target.channelGroup();
    }

    // Looking

    @Override
    public String name() {
        return target.name();
    }

    @Override
    public String kind() {
        return target.kind();
    }

    @Override
    public boolean inEventLoop() {
        return target.inEventLoop();
    }

    @Override
    public @Nullable Thread thread() {
        return target.thread();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return target.unwrap(type);
    }

    @Override
    public LoopState state() {
        return target.state();
    }

    @Override
    public long submitted() {
        return target.submitted();
    }

    @Override
    public boolean isQuiet() {
        return target.isQuiet();
    }

    // Shutting down

    @Override
    public void shutdown() {
        target.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return target.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return target.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return target.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return target.awaitTermination(timeout, unit);
    }

    @Override
    public void close() {
        target.close();
    }

    @Override
    public String toString() {
        return target.toString();
    }
}

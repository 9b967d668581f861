package background;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A node of a cluster, which tells the others that it is alive. */
public final class Node {

    private final ScheduledExecutorService loop;
    private final Duration interval;
    private final Runnable beat;

    public Node(ScheduledExecutorService loop, Duration interval, Runnable beat) {
        this.loop = loop;
        this.interval = interval;
        this.beat = beat;
    }

    /** Beats for ever; the answer comes only if a beat fails. Cancelling it ends the heartbeat. */
    public CompletableFuture<Void> heartbeat() {
        CompletableFuture<Void> running = new CompletableFuture<>();
        ScheduledFuture<?> beats =
                loop.scheduleAtFixedRate(() -> beatOnce(running), 0, interval.toNanos(), TimeUnit.NANOSECONDS);
        running.whenComplete((nothing, thrown) -> beats.cancel(false));
        return running;
    }

    private void beatOnce(CompletableFuture<Void> running) {
        try {
            beat.run();
        } catch (RuntimeException e) {
            running.completeExceptionally(e);
        }
    }
}

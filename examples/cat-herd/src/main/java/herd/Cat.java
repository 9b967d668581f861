package herd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A cat: whatever it is asked for, it naps first, and it moves only if it was petted. */
public final class Cat {

    private static final long LONGEST_NAP = Duration.ofSeconds(5).toMillis();

    private final String name;
    private final ScheduledExecutorService loop;
    private final Supplier<Duration> naps;
    private boolean petted; // touched on the loop only

    /** Creates a cat that naps for up to five seconds. */
    public Cat(String name, ScheduledExecutorService loop) {
        this(name, loop, Cat::someNap);
    }

    /** Creates a cat whose naps are as long as the supplier says. */
    public Cat(String name, ScheduledExecutorService loop, Supplier<Duration> naps) {
        this.name = name;
        this.loop = loop;
        this.naps = naps;
    }

    /** Pets the cat, after its nap. */
    public CompletableFuture<Void> pet() {
        return nap().thenRun(() -> petted = true);
    }

    /** Moves the cat, after its nap; answers whether it moved. */
    public CompletableFuture<Boolean> move(String direction) {
        return nap().thenApply(rested -> {
            if (direction.isBlank()) {
                throw new IllegalArgumentException(name + " does not know where to go");
            }
            return petted;
        });
    }

    private CompletableFuture<Void> nap() {
        CompletableFuture<Void> nap = new CompletableFuture<>();
        loop.schedule(() -> nap.complete(null), naps.get().toNanos(), TimeUnit.NANOSECONDS);
        return nap;
    }

    private static Duration someNap() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(LONGEST_NAP));
    }
}

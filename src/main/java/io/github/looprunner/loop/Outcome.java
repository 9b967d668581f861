package io.github.looprunner.loop;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a stage came to: a value, or the original throwable.
 *
 * @param value the value; null where it failed
 * @param thrown what it failed with, without the wrappers that futures put around it; null where it did not
 */
public record Outcome<T extends @Nullable Object>(@Nullable T value, @Nullable Throwable thrown) {

    private static final int MOST_WRAPPERS = 100; // around each other, maybe in a circle

    /** Returns the outcome that a callback of {@link CompletionStage#whenComplete} was given. */
    public static <T extends @Nullable Object> Outcome<T> of(@Nullable T value, @Nullable Throwable thrown) {
        return new Outcome<>(value, thrown == null ? null : peel(thrown));
    }

    /** Returns the outcome of a future that is done. */
    public static <T extends @Nullable Object> Outcome<T> of(CompletableFuture<T> done) {
        try {
            return of(LoopFuture.peek(done), null);
        } catch (CompletionException e) {
            return of(null, e);
        } catch (CancellationException e) {
            return of(null, e.getCause() instanceof CancellationException given ? given : e); // JDK 23 on wraps it
        }
    }

    /** Passes what a stage comes to on, which observes nothing: whoever gets a failure next is in charge of it. */
    public static <T extends @Nullable Object> void relay(
            CompletionStage<T> stage, BiConsumer<? super T, ? super Throwable> action) {
        LoopFuture.relay(stage, action);
    }

    /** Returns whether something is a future that says that it is done; a minimal stage of the JDK's says nothing. */
    public static boolean isDone(@Nullable Object stage) {
        try {
            return stage instanceof Future<?> future && future.isDone();
        } catch (UnsupportedOperationException minimal) {
            return false;
        }
    }

    /** Returns a throwable without the {@link CompletionException}s around it; one without a cause stays. */
    public static Throwable peel(Throwable thrown) {
        Throwable peeled = thrown;
        for (int wrappers = 0; wrappers < MOST_WRAPPERS && peeled instanceof CompletionException; wrappers++) {
            Throwable cause = peeled instanceof TaskException carrier ? carrier.original() : causeOf(peeled);
            if (cause == null) {
                return peeled;
            }
            peeled = cause;
        }
        return peeled;
    }

    /** A subclass may make of {@code getCause} what it likes. */
    private static @Nullable Throwable causeOf(Throwable wrapper) {
        try {
            return wrapper.getCause();
        } catch (Throwable broken) {
            return null;
        }
    }

    /** Returns what a {@code get} or {@code join} that threw this was about. */
    static Throwable original(Throwable thrown) {
        Throwable cause = thrown instanceof ExecutionException ? thrown.getCause() : null;
        return peel(cause == null ? thrown : cause);
    }

    /** Returns the value, or throws the very throwable that the stage failed with, checked or not. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // the value is null only where T admits it
    public T get() {
        if (thrown != null) {
            throw Outcome.<RuntimeException>sneaky(thrown);
        }
        return value;
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> X sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }
}

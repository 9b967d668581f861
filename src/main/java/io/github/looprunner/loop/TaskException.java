package io.github.looprunner.loop;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Carries what a task threw, as {@code supplyAsync} does; whoever asks for the cause has observed it. */
final class TaskException extends CompletionException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable SingleThreadLoop loop; // null once serialized

    TaskException(Throwable thrown, SingleThreadLoop loop) {
        super(textOf(thrown), thrown);
        this.loop = loop;
    }

    /** Reads as its cause, also where that fails to say what it is. */
    private static String textOf(Throwable thrown) {
        try {
            return thrown.toString();
        } catch (RuntimeException | Error mute) {
            return thrown.getClass().getName();
        }
    }

    @Override
    public @Nullable Throwable getCause() {
        Throwable cause = original();
        if (loop != null && cause != null) {
            loop.raised(cause);
        }
        return cause;
    }

    /** Reads as what it stands for, in stack traces and in the future's own text. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // it is the type that shall read differently, not the message
    public String toString() {
        return CompletionException.class.getName() + ": " + getMessage();
    }

    /** Returns the cause, for this library's own use: that observes nothing. */
    @Nullable
    Throwable original() {
        return super.getCause();
    }
}

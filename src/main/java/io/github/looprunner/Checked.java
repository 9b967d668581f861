package io.github.looprunner;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Turns code that may throw anything into what the JDK's interfaces admit. */
final class Checked {

    private Checked() {}

    static Callable<@Nullable Void> callable(CheckedRunnable code) {
        return () -> {
            try {
                code.run();
                return null;
            } catch (Throwable thrown) {
                throw Checked.<RuntimeException>sneaky(thrown);
            }
        };
    }

    /** Throws what it is given, checked or not; declared to return so that a caller can write {@code throw}. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <X extends Throwable> X sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }
}

package io.github.looprunner;

import io.github.looprunner.loop.LoopThreads;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The threads that the loops of one test run hand on, where {@code looprunner.reuseThreads} asks for it. */
@SuppressWarnings("deprecation") // JUnit before 5.13 closes only a CloseableResource, later ones want AutoCloseable too
final class ReusedThreads implements ExtensionContext.Store.CloseableResource, AutoCloseable {

    static final String KEY = "looprunner.reuseThreads";

    private final LoopThreads threads = new LoopThreads();

    private ReusedThreads() {}

    /** Returns the threads that the tests of a run share, or null where they shall not share any. */
    static @Nullable LoopThreads of(ExtensionContext context, Function<String, @Nullable String> settings) {
        return isAskedFor(settings.apply(KEY))
                ? ScopeStore.get(context.getRoot(), KEY, key -> new ReusedThreads(), ReusedThreads.class).threads
                : null;
    }

    @Override
    public void close() {
        threads.close();
    }

    private static boolean isAskedFor(@Nullable String setting) {
        if (setting == null || setting.trim().equalsIgnoreCase("false")) {
            return false;
        }
        if (setting.trim().equalsIgnoreCase("true")) {
            return true;
        }
        throw new IllegalArgumentException(KEY + " (" + setting + ") must be true or false");
    }
}

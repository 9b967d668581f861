package io.github.looprunner;

import io.github.looprunner.LoopRunnerExtension.Preset;
import io.github.looprunner.loop.EventLoopFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The scope of a test or a class in JUnit's store, with its runners by name; closing the store ends it. */
@SuppressWarnings("deprecation") // JUnit before 5.13 closes only a CloseableResource, later ones want AutoCloseable too
final class TestScope implements ExtensionContext.Store.CloseableResource, AutoCloseable {

    private final Scope scope;
    private final RunSettings settings;
    private final @Nullable Duration annotatedTimeout;
    private final Map<String, LoopRunner> runners = new LinkedHashMap<>(); // guarded by this
    private @Nullable String annotatedKind; // guarded by this
    private @Nullable String countedKind; // the default when a loop was opened last; guarded by this

    TestScope(Scope scope, RunSettings settings, @Nullable Duration annotatedTimeout, @Nullable String annotatedKind) {
        this.scope = scope;
        this.settings = settings;
        this.annotatedTimeout = annotatedTimeout;
        this.annotatedKind = annotatedKind;
    }

    /** Sets the kind of the loops that do not say theirs; refuses where loops were opened while another one counted. */
    synchronized void require(String kind) {
        if (countedKind != null && !countedKind.equals(kind)) {
            throw new IllegalStateException("a constructor took a loop before it was known that the test is for kind \""
                    + kind + "\", not for \"" + countedKind
                    + "\"; take the loop in a @BeforeEach method instead, or use JUnit 5.12 or later");
        }
        annotatedKind = kind;
    }

    /** Returns the runner of a loop, which is opened when it is first asked for. */
    synchronized LoopRunner runner(String name, String kind, Preset preset) {
        String wanted = kind.isEmpty() ? defaultKind(preset) : kind;
        String key = key(name, kind, preset);
        LoopRunner runner = runners.get(key);
        if (runner == null) {
            runner = open(key.isEmpty() ? wanted : key, wanted, preset);
            runners.put(key, runner);
            countedKind = defaultKind(preset);
        } else if (!kind.isEmpty() && !runner.loop().kind().equals(kind)) {
            throw new IllegalArgumentException("@Loop(value = \"" + name + "\", kind = \"" + kind
                    + "\") asks for a loop that exists already with kind \""
                    + runner.loop().kind() + "\"; give them two names");
        }
        return runner;
    }

    /** Returns whether somebody has asked for this loop. */
    synchronized boolean has(String name, String kind, Preset preset) {
        return runners.containsKey(key(name, kind, preset));
    }

    Scope scope() {
        return scope;
    }

    void settle() {
        if (scope.settleAtEnd()) {
            Thread.currentThread().interrupt();
        }
    }

    void reachedTest(Throwable thrown) {
        scope.findings().reachedTest(thrown);
    }

    @Override
    public void close() {
        LoopFailure failure = scope.close();
        if (failure != null) {
            throw failure;
        }
    }

    private LoopRunner open(String name, String kind, Preset preset) {
        return new LoopRunner(scope, scope.open(EventLoopFactory.of(kind), name), settings.limit(timeout(preset)));
    }

    /** Returns what a loop is known by: its name; without one its kind; without one, or that of the test, nothing. */
    private String key(String name, String kind, Preset preset) {
        if (!name.isEmpty()) {
            return name;
        }
        return kind.equals(defaultKind(preset)) ? "" : kind;
    }

    private String defaultKind(Preset preset) {
        if (annotatedKind != null) {
            return annotatedKind;
        }
        return preset.kind() != null ? preset.kind() : settings.kind();
    }

    private Duration timeout(Preset preset) {
        if (annotatedTimeout != null) {
            return annotatedTimeout;
        }
        return preset.timeout() != null ? preset.timeout() : settings.timeout();
    }
}

package io.github.looprunner;

import io.github.looprunner.loop.LoopThreads;
import io.github.looprunner.loop.Patience;
import io.github.looprunner.loop.Spin;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the configuration parameters of one test run say, read once, and the threads and ports that its tests hand on. */
@SuppressWarnings("deprecation") // JUnit before 5.13 closes only a CloseableResource, later ones want AutoCloseable too
final class RunSettings implements ExtensionContext.Store.CloseableResource, AutoCloseable {

    static final String KIND_KEY = "looprunner.kind";
    static final String REUSE_KEY = "looprunner.reuseThreads";

    private static final String PARALLEL_KEY = "junit.jupiter.execution.parallel.enabled"; // of JUnit's

    private final boolean parallel;
    private final Ports ports = new Ports();
    private final LoopSetup alone;
    private final LoopSetup amongOthers; // whose processors have better things to do than to spin
    private final String kind;
    private final Duration timeout;
    private final double multiplier;
    private final Patience patience;

    private RunSettings(Function<String, @Nullable String> settings) {
        this.parallel = Boolean.parseBoolean(settings.apply(PARALLEL_KEY));
        SubmissionSites sites = SubmissionSites.of(settings.apply(SubmissionSites.KEY));
        LoopThreads threads = reusesThreads(settings.apply(REUSE_KEY)) ? new LoopThreads(Spin.adaptive()) : null;
        this.alone = new LoopSetup(sites, threads, Spin.adaptive(), Spin.adaptive(), Spin.adaptiveToStarts(), ports);
        this.amongOthers = new LoopSetup(sites, threads, Spin.NEVER, Spin.NEVER, Spin.NEVER, ports);
        String setKind = settings.apply(KIND_KEY);
        this.kind = setKind == null ? "jdk" : setKind;
        this.timeout = Limit.timeout(settings);
        this.multiplier = Limit.multiplier(settings);
        this.patience = Limit.patience(settings);
    }

    static RunSettings of(ExtensionContext context) {
        ExtensionContext run = context.getRoot();
        return ScopeStore.get(
                run,
                RunSettings.class,
                key -> new RunSettings(
                        name -> run.getConfigurationParameter(name).orElse(null)),
                RunSettings.class);
    }

    LoopSetup setup(ExtensionContext context) {
        return isAlone(context) ? alone : amongOthers;
    }

    /** Returns whether no other test runs beside this one. */
    boolean isAlone(ExtensionContext context) {
        return !parallel || context.getExecutionMode() != ExecutionMode.CONCURRENT; // which takes microseconds
    }

    /** Returns the kind of the loops that no annotation and no builder gives one. */
    String kind() {
        return kind;
    }

    /** Returns the bound of the waits that no annotation and no builder gives one. */
    Duration timeout() {
        return timeout;
    }

    /** Returns how long virtual time waits for what it cannot see. */
    Patience patience() {
        return patience;
    }

    /** Returns the bound for a timeout on the machine of this run. */
    Limit limit(Duration bound) {
        return Limit.of(bound, multiplier);
    }

    @Override
    public void close() throws IOException {
        ports.close();
        LoopThreads threads = alone.reusedThreads();
        if (threads != null) {
            threads.close();
        }
    }

    private static boolean reusesThreads(@Nullable String setting) {
        if (setting == null || setting.trim().equalsIgnoreCase("false")) {
            return false;
        }
        if (setting.trim().equalsIgnoreCase("true")) {
            return true;
        }
        throw new IllegalArgumentException(REUSE_KEY + " (" + setting + ") must be true or false");
    }
}

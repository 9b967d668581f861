package io.github.looprunner.checks;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Holds one kind of loops against the written contract: that of {@link EventLoop}, of {@link EventLoopFactory}, and of
 * {@link java.util.concurrent.ScheduledExecutorService}.
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> keepsTheContract() {
 *     return LoopChecks.of(new MyLoopFactory()).checks().stream()
 *             .map(check -> DynamicTest.dynamicTest(check.name(), check::run));
 * }
 * }</pre>
 *
 * <p>A kind is held to what it declares. What it does not offer, such as virtual time, is left out, and
 * {@link #leftOut()} says why.
 *
 * <p>Each check opens loops of its own and has a bound, so a loop that hangs is a breach like any other. Checks may run at
 * the same time.
 */
public final class LoopChecks {

    private static final Duration BOUND = Duration.ofSeconds(10);

    private final EventLoopFactory factory;
    private final Duration bound;

    private LoopChecks(EventLoopFactory factory, Duration bound) {
        this.factory = factory;
        this.bound = bound;
    }

    /** Returns the checks of a kind, each of which may take ten seconds. */
    public static LoopChecks of(EventLoopFactory factory) {
        return new LoopChecks(Objects.requireNonNull(factory, "factory"), BOUND);
    }

    /** Returns the same checks with another bound for each; those about the end of a loop take some three seconds. */
    public LoopChecks within(Duration bound) {
        if (bound.isZero() || bound.isNegative()) {
            throw new IllegalArgumentException("bound (" + bound + ") must be positive");
        }
        return new LoopChecks(factory, bound);
    }

    /** Returns the checks that concern the kind, in order; each has a name of its own. */
    public List<LoopCheck> checks() {
        return rules().filter(rule -> rule.needs().missing(factory).isEmpty())
                .map(rule -> new LoopCheck(rule, factory, bound))
                .toList();
    }

    /** Returns the names of the checks that do not concern the kind, in order, and why. */
    public Map<String, String> leftOut() {
        Map<String, String> reasons = new LinkedHashMap<>();
        rules().forEach(rule -> rule.needs().missing(factory).ifPresent(reason -> reasons.put(rule.name(), reason)));
        return Collections.unmodifiableMap(reasons);
    }

    /**
     * Runs all checks, one after the other.
     *
     * @throws AssertionError if there are breaches: the message lists them, and each is suppressed in it
     */
    public void run() {
        List<LoopCheck> checks = checks();
        List<AssertionError> breaches = new ArrayList<>();
        for (LoopCheck check : checks) {
            try {
                check.run();
            } catch (AssertionError breach) {
                breaches.add(breach);
                if (Thread.currentThread().isInterrupted()) {
                    break; // who interrupts wants an end, and no more breaches
                }
            }
        }
        if (!breaches.isEmpty()) {
            AssertionError all = new AssertionError(inWords(breaches, checks.size()));
            breaches.forEach(all::addSuppressed);
            throw all;
        }
    }

    private String inWords(List<AssertionError> breaches, int checks) {
        StringBuilder text = new StringBuilder("loop kind (" + factory.kind() + ") breaks " + breaches.size() + " of "
                + checks + " rules; " + leftOut().size() + " do not concern it");
        for (int i = 0; i < breaches.size(); i++) {
            text.append("\n\n")
                    .append(i + 1)
                    .append(". ")
                    .append(breaches.get(i).getMessage());
        }
        return text.toString();
    }

    private static Stream<Rule> rules() {
        return Stream.of(
                        KindRules.ALL,
                        OrderRules.ALL,
                        TimerRules.ALL,
                        PeriodicRules.ALL,
                        CancelRules.ALL,
                        IdentityRules.ALL,
                        FutureRules.ALL,
                        CoroutineRules.ALL,
                        ChannelRules.ALL,
                        FailureRules.ALL,
                        StateRules.ALL,
                        ShutdownRules.ALL,
                        RaceRules.ALL,
                        RunnerRules.ALL,
                        VirtualTimeRules.ALL)
                .flatMap(List::stream);
    }
}

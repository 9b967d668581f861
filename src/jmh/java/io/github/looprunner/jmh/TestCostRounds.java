package io.github.looprunner.jmh;

import com.sun.management.OperatingSystemMXBean;
import io.github.looprunner.jmh.TestBody.Kind;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * What a trivial test costs, with a loop and without, discovery included; in turns, as {@link RoundTripRounds}.
 *
 * <p>In each round every kind runs a thousand tests. What counts is how much dearer they are than plain ones in the same
 * round, and which part that is of what a bare thread costs. The CPU time is the whole JVM's, and the steadier number
 * where other programs want the cores too.
 */
public final class TestCostRounds {

    private static final int ROUNDS = 21;
    private static final int WARMUP_ROUNDS = 4;

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Launcher launcher = LauncherFactory.create();
    private final Map<Kind, LauncherDiscoveryRequest> requests = new EnumMap<>(Kind.class);
    private final Map<Kind, List<Cost>> costs = new EnumMap<>(Kind.class); // by round

    private TestCostRounds() throws Exception {
        TestSource source = new TestSource(Files.createTempDirectory("test-cost"));
        for (Kind kind : Kind.values()) {
            requests.put(kind, request(kind, source.compile(kind)));
            costs.put(kind, new ArrayList<>());
        }
    }

    /** Runs the rounds. */
    public static void main(String[] arguments) throws Exception {
        TestCostRounds rounds = new TestCostRounds();
        rounds.run();
        rounds.print();
    }

    private static LauncherDiscoveryRequest request(Kind kind, List<Class<?>> classes) {
        List<ClassSelector> selectors =
                classes.stream().map(DiscoverySelectors::selectClass).toList();
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(selectors)
                .configurationParameter("looprunner.reuseThreads", Boolean.toString(kind.reusesThreads))
                .build();
    }

    private void run() {
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        Random random = new Random(1);
        for (int round = -WARMUP_ROUNDS; round < ROUNDS; round++) {
            Collections.shuffle(kinds, random);
            for (Kind kind : kinds) {
                Cost cost = turn(kind);
                if (round >= 0) {
                    costs.get(kind).add(cost);
                }
            }
        }
    }

    private Cost turn(Kind kind) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        long start = System.nanoTime();
        long startCpu = SYSTEM.getProcessCpuTime();
        launcher.execute(requests.get(kind), summary);
        Cost cost = new Cost(
                (System.nanoTime() - start) / 1e3 / TestSource.TESTS,
                (SYSTEM.getProcessCpuTime() - startCpu) / 1e3 / TestSource.TESTS);
        if (summary.getSummary().getTestsSucceededCount() != TestSource.TESTS) {
            throw new IllegalStateException(
                    kind + " failed: " + summary.getSummary().getFailures());
        }
        return cost;
    }

    private void print() {
        System.out.println("| test | us a test | over plain | of a thread's | CPU us a test | over plain |");
        System.out.println("|---|---:|---:|---:|---:|---:|");
        for (Kind kind : Kind.values()) {
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %+.1f | %.2f | %.1f | %+.1f |",
                    kind,
                    median(kind, Cost::time),
                    medianOverPlain(kind, Cost::time),
                    medianOfThread(kind),
                    median(kind, Cost::cpu),
                    medianOverPlain(kind, Cost::cpu)));
        }
    }

    private double median(Kind kind, ToDoubleFunction<Cost> part) {
        return median(costs.get(kind).stream().mapToDouble(part).toArray());
    }

    private double medianOverPlain(Kind kind, ToDoubleFunction<Cost> part) {
        double[] over = new double[ROUNDS];
        Arrays.setAll(over, round -> overPlain(kind, round, part));
        return median(over);
    }

    private double medianOfThread(Kind kind) {
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(ratios, round -> overPlain(kind, round, Cost::time) / overPlain(Kind.THREAD, round, Cost::time));
        return median(ratios);
    }

    private double overPlain(Kind kind, int round, ToDoubleFunction<Cost> part) {
        return part.applyAsDouble(costs.get(kind).get(round))
                - part.applyAsDouble(costs.get(Kind.PLAIN).get(round));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** What one test cost on average in one round, in microseconds. */
    private record Cost(double time, double cpu) {}
}

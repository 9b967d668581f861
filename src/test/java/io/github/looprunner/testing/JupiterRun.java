package io.github.looprunner.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.ClassSelector;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.EventType;

/**
 * What became of test classes that JUnit Jupiter ran inside a test.
 *
 * <p>A test is known by its method, one of several as {@code adds[2]}, a dynamic test by its display name, and a class by
 * its simple name.
 */
public final class JupiterRun {

    private final List<Finished> tests = new ArrayList<>();
    private final List<Finished> containers = new ArrayList<>();
    private final Map<String, String> skipped = new LinkedHashMap<>();
    private final List<String> displayNames = new ArrayList<>();
    private final Map<String, String> reported = new HashMap<>();

    private JupiterRun(List<Event> events) {
        for (Event event : events) {
            if (event.getType() == EventType.FINISHED) {
                TestDescriptor descriptor = event.getTestDescriptor();
                TestExecutionResult result = event.getRequiredPayload(TestExecutionResult.class);
                (descriptor.isTest() ? tests : containers).add(new Finished(nameOf(descriptor), result));
            } else if (event.getType() == EventType.SKIPPED) {
                skipped.put(nameOf(event.getTestDescriptor()), event.getRequiredPayload(String.class));
            } else if (event.getType() == EventType.DYNAMIC_TEST_REGISTERED) {
                displayNames.add(event.getTestDescriptor().getDisplayName());
            } else if (event.getType() == EventType.REPORTING_ENTRY_PUBLISHED) {
                reported.putAll(event.getRequiredPayload(ReportEntry.class).getKeyValuePairs());
            }
        }
    }

    /** Runs classes one test after the other, without configuration. */
    public static JupiterRun of(Class<?>... classes) {
        return with(Map.of()).run(classes);
    }

    /** Runs classes with configuration parameters. */
    public static Setup with(Map<String, String> parameters) {
        return new Setup(parameters);
    }

    /** Runs classes, their classes and methods on a number of threads of JUnit's default executor. */
    public static Setup inParallel(int threads) {
        return with(Map.of(
                "junit.jupiter.execution.parallel.enabled", "true",
                "junit.jupiter.execution.parallel.mode.default", "concurrent",
                "junit.jupiter.execution.parallel.mode.classes.default", "concurrent",
                "junit.jupiter.execution.parallel.config.strategy", "fixed",
                "junit.jupiter.execution.parallel.config.fixed.parallelism", String.valueOf(threads),
                "junit.jupiter.execution.parallel.config.fixed.max-pool-size", "256"));
    }

    /** Returns the tests that succeeded. */
    public List<String> succeeded() {
        return named(tests, Status.SUCCESSFUL);
    }

    /** Returns the tests that failed. */
    public List<String> failed() {
        return named(tests, Status.FAILED);
    }

    /** Returns the tests that were aborted. */
    public List<String> aborted() {
        return named(tests, Status.ABORTED);
    }

    /** Returns the tests and containers that were skipped, in order, and why. */
    public Map<String, String> skipped() {
        return Collections.unmodifiableMap(skipped);
    }

    /** Returns the display names of the tests that are one of several, in order. */
    public List<String> displayNames() {
        return List.copyOf(displayNames);
    }

    /** Returns the classes, and other containers, that failed. */
    public List<String> failedContainers() {
        return named(containers, Status.FAILED);
    }

    /** Returns what the one test or class of a name failed with. */
    public Throwable failureOf(String name) {
        List<Throwable> failures = finished()
                .filter(each -> each.name.equals(name))
                .flatMap(each -> each.result.getThrowable().stream())
                .toList();
        assertThat(failures).as("failures of %s in %s", name, this).hasSize(1);
        return failures.get(0);
    }

    /** Asserts that nothing failed, and that so many tests succeeded. */
    public JupiterRun isGreen(int tests) {
        assertThat(finished().filter(each -> each.result.getThrowable().isPresent()))
                .isEmpty();
        assertThat(succeeded()).hasSize(tests);
        return this;
    }

    /** Asserts that no class failed. */
    public JupiterRun hasGreenContainers() {
        assertThat(failedContainers()).isEmpty();
        return this;
    }

    /** Returns what a test published under a key. */
    public String reported(String key) {
        assertThat(reported).containsKey(key);
        return reported.get(key);
    }

    @Override
    public String toString() {
        return finished().toList().toString();
    }

    private Stream<Finished> finished() {
        return Stream.of(tests, containers).flatMap(List::stream);
    }

    private static List<String> named(List<Finished> finished, Status status) {
        return finished.stream()
                .filter(each -> each.result.getStatus() == status)
                .map(Finished::name)
                .toList();
    }

    private static String nameOf(TestDescriptor descriptor) {
        UniqueId.Segment segment = descriptor.getUniqueId().getLastSegment();
        if (segment.getType().startsWith("dynamic")) {
            return descriptor.getDisplayName();
        }
        return descriptor
                .getSource()
                .map(source -> source instanceof MethodSource method
                        ? method.getMethodName() + invocationOf(segment)
                        : source instanceof ClassSource type
                                ? type.getJavaClass().getSimpleName()
                                : segment.getValue())
                .orElse(segment.getValue());
    }

    private static String invocationOf(UniqueId.Segment segment) {
        return segment.getValue().startsWith("#") ? "[" + segment.getValue().substring(1) + "]" : "";
    }

    /** How to run test classes. */
    public record Setup(Map<String, String> parameters) {

        /** Runs classes. */
        public JupiterRun run(Class<?>... classes) {
            ClassSelector[] selectors =
                    Arrays.stream(classes).map(type -> selectClass(type)).toArray(ClassSelector[]::new);
            return new JupiterRun(EngineTestKit.engine("junit-jupiter")
                    .configurationParameters(parameters)
                    .selectors(selectors)
                    .execute()
                    .allEvents()
                    .list());
        }
    }

    /** A test or container, and what became of it. */
    private record Finished(String name, TestExecutionResult result) {}
}

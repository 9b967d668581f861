package io.github.looprunner.checks;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.looprunner.loop.EventLoopFactory;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.function.Executable;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("battery")
class EveryKindTests {

    /** Waits for seconds until a close gives up; so all kinds are shown it at the same time. */
    private static final String SLOW = Faults.CLOSE_INTERRUPTS;

    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterAll
    void end() {
        pool.shutdownNow();
    }

    @TestFactory
    Stream<DynamicContainer> keepsTheContract() {
        return Stream.concat(
                EventLoopFactory.all().stream(),
                Stream.of(EventLoopFactory.onThreads("mine", body -> new Thread(body, "mine"))))
                .map(factory -> dynamicContainer(factory.kind(), checksOf(factory)))
                .toList() // so that all have begun
                .stream();
    }

    private List<DynamicNode> checksOf(EventLoopFactory factory) {
        LoopChecks checks = LoopChecks.of(factory);
        return Stream.<DynamicNode>concat(
                        checks.checks().stream().map(check -> dynamicTest(check.name(), body(check))),
                        checks.leftOut().entrySet().stream()
                                .map(left -> dynamicTest(left.getKey(), () -> Assumptions.abort(left.getValue()))))
                .toList();
    }

    private Executable body(LoopCheck check) {
        if (!check.name().equals(SLOW)) {
            return check::run;
        }
        Future<?> verdict = pool.submit(check::run);
        return () -> {
            try {
                verdict.get();
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        };
    }
}

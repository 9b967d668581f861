package io.github.looprunner.checks;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.looprunner.loop.EventLoopFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

@Tag("battery")
class EveryKindTests {

    @TestFactory
    Stream<DynamicContainer> keepsTheContract() {
        return Stream.concat(
                        EventLoopFactory.all().stream(),
                        Stream.of(EventLoopFactory.onThreads("mine", body -> new Thread(body, "mine"))))
                .map(factory -> dynamicContainer(factory.kind(), checksOf(factory)));
    }

    private static Stream<DynamicNode> checksOf(EventLoopFactory factory) {
        LoopChecks checks = LoopChecks.of(factory);
        return Stream.concat(
                checks.checks().stream().map(check -> dynamicTest(check.name(), check::run)),
                checks.leftOut().entrySet().stream()
                        .map(left -> dynamicTest(left.getKey(), () -> Assumptions.abort(left.getValue()))));
    }
}

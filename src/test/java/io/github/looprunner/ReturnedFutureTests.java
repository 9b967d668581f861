package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.JupiterRun;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnedFutureTests {

    @Test
    void failsTheClassOfATestThatReturnsAFuture() {
        JupiterRun run = JupiterRun.of(ReturningCases.class);

        assertThat(run.succeeded()).isEmpty();
        assertThat(run.failureOf("ReturningCases"))
                .isInstanceOf(ExtensionConfigurationException.class)
                .hasMessage("ReturningCases.test returns a CompletableFuture, and JUnit does not run tests that return"
                        + " something; make it void, and wait with runner.runCoroutine(...)");
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ReturningCases {

        @Test
        CompletableFuture<String> test() {
            return new CompletableFuture<>();
        }

        @Test
        void other() {}
    }

    @Test
    void namesEachOfThem() {
        JupiterRun run = JupiterRun.of(SeveralCases.class);

        assertThat(run.failureOf("SeveralCases").getMessage().lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("SeveralCases.repeated returns a Future, "))
                .anyMatch(line -> line.startsWith("SeveralCases.parameterized returns a CompletableFuture, "))
                .anyMatch(line -> line.startsWith("SeveralCases.inherited returns a CompletableFuture, "));
    }

    abstract static class ParentCases {

        @Test
        CompletableFuture<String> inherited() {
            return new CompletableFuture<>();
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class SeveralCases extends ParentCases {

        @RepeatedTest(2)
        Future<String> repeated() {
            return new CompletableFuture<>();
        }

        @ParameterizedTest
        @ValueSource(strings = "tabby")
        CompletableFuture<String> parameterized(String cat) {
            return new CompletableFuture<>();
        }

        @Test
        void plain() {}
    }

    @Test
    void acceptsHelpersThatReturnFutures() {
        JupiterRun.of(HelperCases.class).isGreen(2);
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class HelperCases {

        @Test
        void test(LoopRunner runner) {
            runner.runCoroutine(helper());
        }

        @TestFactory
        Stream<DynamicTest> factory(LoopRunner runner) {
            return Stream.of(DynamicTest.dynamicTest("dynamic", () -> runner.runCoroutine(helper())));
        }

        private CompletableFuture<String> helper() {
            return CompletableFuture.completedFuture("tabby");
        }
    }
}

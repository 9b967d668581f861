package herd;

import static herd.Herder.herd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs the tests below, which are all wrong, and shows what comes of each. */
class WaysThatDoNotWorkTests {

    /** Nobody waits: the test is over before the cat wakes up. It is green, although what it says is wrong. */
    static class NobodyWaits extends NappingCat {

        @Test
        void aPettedCatStays(LoopRunner runner) {
            herd(garfield(runner), "forward")
                    .thenAccept(moved -> assertThat(moved).isFalse());
        }
    }

    /** The assertion is about the future, not about what it will hold: it fails, whatever the cat does. */
    static class AssertsTheFuture extends NappingCat {

        @Test
        void aPettedCatMoves(LoopRunner runner) {
            assertThat((Object) herd(garfield(runner), "forward")).isEqualTo(true);
        }
    }

    /** The assertion is true of every future: it is green, whatever the cat does. */
    static class AssertsThatThereIsAFuture extends NappingCat {

        @Test
        void aPettedCatMoves(LoopRunner runner) {
            assertThat((Object) herd(garfield(runner), " ")).isNotNull();
        }
    }

    /** Started as background work, the assertion cannot get lost: the test fails. */
    static class IsStarted extends NappingCat {

        @Test
        void aPettedCatStays(LoopRunner runner) {
            Cat garfield = garfield(runner);
            var stays = runner.start(() -> herd(garfield, "forward")
                    .thenAccept(moved -> assertThat(moved).isFalse()));
            runner.eventually(() -> assertThat(stays.isDone()).isTrue());
        }
    }

    @Test
    void nobodyWaitsAndTheWrongTestIsGreen() {
        run(NobodyWaits.class).assertStatistics(tests -> tests.succeeded(1));
    }

    @Test
    void theFutureIsNotTheResult() {
        assertThat(failureOf(AssertsTheFuture.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected: true")
                .hasMessageContaining("CompletableFuture");
    }

    @Test
    void everyFutureIsSomething() {
        run(AssertsThatThereIsAFuture.class).assertStatistics(tests -> tests.succeeded(1));
    }

    @Test
    void whatWasStartedFailsTheTest() {
        assertThat(failureOf(IsStarted.class)).hasStackTraceContaining("Expecting value to be false but was true");
    }

    @ExtendWith(LoopRunnerExtension.class)
    abstract static class NappingCat {

        Cat garfield(LoopRunner runner) {
            return new Cat("Garfield", runner.loop(), () -> Duration.ofMillis(20));
        }
    }

    private static Events run(Class<?> wrong) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(wrong))
                .execute()
                .testEvents();
    }

    private static Throwable failureOf(Class<?> wrong) {
        return run(wrong).failed().stream()
                .findFirst()
                .orElseThrow()
                .getRequiredPayload(org.junit.platform.engine.TestExecutionResult.class)
                .getThrowable()
                .orElseThrow();
    }
}

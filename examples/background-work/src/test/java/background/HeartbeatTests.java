package background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.cause;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.LoopTask;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineTestKit;

@ExtendWith(LoopRunnerExtension.class)
class HeartbeatTests {

    private static final Duration OFTEN = Duration.ofMillis(1);

    @Test
    void beatsUntilTheTestEnds(LoopRunner runner) {
        AtomicInteger beats = new AtomicInteger();
        Node node = new Node(runner.loop(), OFTEN, beats::incrementAndGet);

        runner.start(node::heartbeat); // never ends; the runner cancels it

        runner.eventually(() -> assertThat(beats).hasValueGreaterThan(3));
    }

    @Test
    void stopsWhenItIsCancelled(LoopRunner runner) {
        AtomicInteger beats = new AtomicInteger();
        LoopTask<Void> heartbeat = runner.start(new Node(runner.loop(), OFTEN, beats::incrementAndGet)::heartbeat);
        runner.eventually(() -> assertThat(beats).hasPositiveValue());

        heartbeat.cancel();

        runner.settle();
        assertThat(heartbeat.isDone()).isTrue();
        assertThat(runner.loop().state().timerCount()).isZero();
    }

    @Test
    void failsTheTestWhenABeatFails() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(BrokenHeart.class))
                .execute()
                .testEvents()
                .assertThatEvents()
                .haveExactly(1, finishedWithFailure(instanceOf(LoopFailure.class), cause(message("no more lives"))));
    }

    /** Run by the test above. Nothing waits for the heartbeat, and yet its failure is not lost. */
    @ExtendWith(LoopRunnerExtension.class)
    static class BrokenHeart {

        @Test
        void beats(LoopRunner runner) {
            runner.start(new Node(runner.loop(), OFTEN, BrokenHeart::beat)::heartbeat);
        }

        private static void beat() {
            throw new IllegalStateException("no more lives");
        }
    }
}

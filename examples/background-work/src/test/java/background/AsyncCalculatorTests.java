package background;

import static io.github.looprunner.LoopFailure.Verdict.BLOCKED_LOOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LoopRunnerExtension.class)
class AsyncCalculatorTests {

    @Test
    void countsDown(LoopRunner runner) {
        AsyncCalculator calculator = new AsyncCalculator(runner.loop());

        assertThat(runner.runCoroutine(() -> calculator.countDown(1000))).isZero();
    }

    @Test
    void blocksItsLoopWhenItStartsBelowZero(LoopRunner runner) {
        AsyncCalculator calculator = new AsyncCalculator(runner.loop());
        CompletableFuture<Integer> result = calculator.countDown(-1);

        LoopFailure failure = catchThrowableOfType(
                LoopFailure.class, () -> runner.within(Duration.ofMillis(100)).runCoroutine(result));

        assertThat(failure.verdict()).isEqualTo(BLOCKED_LOOP);
        assertThat(failure)
                .hasMessageContaining("is blocked by one task, so nothing else can run on it")
                .hasMessageContaining("at background.AsyncCalculator.countDown(AsyncCalculator.java:");
        result.cancel(true); // lets the calculator go
    }
}

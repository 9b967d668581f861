package herd;

import static herd.Herder.herd;
import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.LoopTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LoopRunnerExtension.class)
class CatTests {

    private final Random random = new Random(42);
    private final Supplier<Duration> shortNaps = () -> Duration.ofMillis(random.nextInt(20));

    @Test
    void aPettedCatMoves(LoopRunner runner) {
        Cat garfield = new Cat("Garfield", runner.loop(), shortNaps);

        boolean moved = runner.runCoroutine(() -> herd(garfield, "forward"));

        assertThat(moved).isTrue();
    }

    @Test
    void aCatThatIsNotPettedStays(LoopRunner runner) {
        Cat garfield = new Cat("Garfield", runner.loop(), shortNaps);

        boolean moved = runner.runCoroutine(() -> garfield.move("forward"));

        assertThat(moved).isFalse();
    }

    @Test
    void aFutureThatRunsAlreadyWillDo(LoopRunner runner) {
        CompletableFuture<Boolean> moving = herd(new Cat("Garfield", runner.loop(), shortNaps), "forward");

        assertThat(runner.runCoroutine(moving)).isTrue();
    }

    @Test
    void theOriginalExceptionReachesTheTest(LoopRunner runner) {
        Cat garfield = new Cat("Garfield", runner.loop(), shortNaps);

        assertThatThrownBy(() -> runner.runCoroutine(() -> herd(garfield, " ")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Garfield does not know where to go");
    }

    @Test
    void sequentialStyle(LoopRunner runner) {
        Cat garfield = new Cat("Garfield", runner.loop(), shortNaps);

        boolean moved = runner.runCoroutine(async(() -> {
            await(garfield.pet());
            return await(garfield.move("forward"));
        }));

        assertThat(moved).isTrue();
    }

    @Test
    void twoCoroutinesTakeTurns(LoopRunner runner) {
        List<String> seen = new ArrayList<>(); // no lock: only one of them runs at a time
        CompletableFuture<String> called = new CompletableFuture<>();

        LoopTask<Boolean> waiting = runner.start(async(() -> {
            seen.add("waits");
            return seen.add("hears " + await(called)); // the loop goes on meanwhile
        }));
        runner.runCoroutine(async(() -> {
            seen.add("calls");
            called.complete("Garfield");
        }));
        runner.runCoroutine(waiting.future());

        assertThat(seen).containsExactly("waits", "calls", "hears Garfield");
    }

    @Test
    void aCatThatSleepsForAnHourIsNamed(LoopRunner runner) {
        Cat garfield = new Cat("Garfield", runner.loop(), () -> Duration.ofHours(1));

        assertThatThrownBy(() -> runner.within(Duration.ofMillis(50)).runCoroutine(garfield::pet))
                .isInstanceOf(LoopFailure.class)
                .hasMessageContaining("timer")
                .hasMessageContaining("Cat.java");
    }
}

package io.github.looprunner.docs;

// tag::first[]
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LoopRunnerExtension.class)
class CatTests {

    @Test
    void aCatMovesAfterItsNap(LoopRunner runner) { // a fresh loop, running on a thread of its own
        Cat garfield = new Cat(runner.loop()); // the loop is a ScheduledExecutorService

        boolean moved = runner.runCoroutine(() -> garfield.move()); // starts on the loop; only this line waits

        assertTrue(moved);
    }

    record Cat(ScheduledExecutorService loop) { // the code under test knows nothing of the test

        CompletableFuture<Boolean> move() {
            CompletableFuture<Boolean> moved = new CompletableFuture<>();
            loop.schedule(() -> moved.complete(true), 50, TimeUnit.MILLISECONDS);
            return moved;
        }
    }
}
// end::first[]

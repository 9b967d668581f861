package background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An asynchronous dependency is mocked like any other: it returns a future. */
@ExtendWith(LoopRunnerExtension.class)
class FeederTests {

    private final Directory directory = mock(Directory.class);

    @Test
    void feedsACatWhereItIs(LoopRunner runner) {
        when(directory.find("Garfield")).thenReturn(CompletableFuture.completedFuture("the sofa"));
        Feeder feeder = new Feeder(runner.loop(), directory);

        String fed = runner.runCoroutine(() -> feeder.feed("Garfield"));

        assertThat(fed).isEqualTo("Garfield was fed at the sofa");
    }

    @Test
    void waitsForAnAnswerThatComesLater(LoopRunner runner) {
        CompletableFuture<String> answer = runner.loop().newFuture();
        when(directory.find("Garfield")).thenReturn(answer);
        CompletableFuture<String> fed = new Feeder(runner.loop(), directory).feed("Garfield");
        assertThat(fed).isNotDone();

        runner.execute(() -> answer.complete("the kitchen"));

        assertThat(runner.runCoroutine(fed)).isEqualTo("Garfield was fed at the kitchen");
    }

    @Test
    void feedsAtHomeWhenTheDirectoryFails(LoopRunner runner) {
        when(directory.find("Garfield")).thenReturn(CompletableFuture.failedFuture(new IOException("no connection")));
        Feeder feeder = new Feeder(runner.loop(), directory);

        assertThat(runner.runCoroutine(() -> feeder.feed("Garfield"))).isEqualTo("Garfield was fed at home");
    }

    @Test
    void isIdleWhileTheDirectoryIsSilent(LoopRunner runner) {
        when(directory.find("Garfield")).thenReturn(new CompletableFuture<>());
        Feeder feeder = new Feeder(runner.loop(), directory);

        assertThatThrownBy(() -> runner.within(Duration.ofMillis(50)).runCoroutine(() -> feeder.feed("Garfield")))
                .isInstanceOf(LoopFailure.class)
                .hasMessageContaining("only another thread could complete it");
    }

    @Test
    void canBeAskedByCodeThatIsNotAsynchronous(LoopRunner runner) throws Exception {
        when(directory.find("Garfield")).thenReturn(CompletableFuture.completedFuture("the sofa"));
        Feeder feeder = new Feeder(runner.loop(), directory);

        assertThat(feeder.feedNow("Garfield")).isEqualTo("Garfield was fed at the sofa");
    }
}

package io.github.looprunner.javafx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.Coroutine;
import io.github.looprunner.Loop;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;
import javafx.beans.property.SimpleStringProperty;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs without a screen; see the properties that the build sets. */
@ExtendWith(LoopRunnerExtension.class)
class JavaFxLoopTests {

    @Test
    void runsOnTheApplicationThread(@Loop(kind = "javafx") LoopRunner runner) {
        List<String> log = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String number = "task " + i;
            runner.execute(() -> log.add(number));
        }

        boolean there = runner.call(() -> Platform.isFxApplicationThread()
                && runner.loop().inEventLoop()
                && EventLoop.current() == runner.loop()
                && runner.loop().thread() == Thread.currentThread());

        assertThat(there).isTrue();
        assertThat(log).containsExactly("task 0", "task 1", "task 2");
    }

    @Test
    void showsAStageAndFiresItsButton(@Loop(kind = "javafx") LoopRunner runner) {
        CompletableFuture<Boolean> fired = runner.loop().newFuture();
        Button button = runner.call(() -> {
            Button made = new Button("purr");
            made.setOnAction(event -> fired.complete(runner.loop().inEventLoop()));
            return made;
        });
        Stage stage = runner.call(() -> {
            Stage shown = new Stage();
            shown.setScene(new Scene(new StackPane(button)));
            shown.show();
            return shown;
        });

        runner.call(button::fire);

        assertThat(runner.runCoroutine(fired)).isTrue();
        runner.call(stage::close);
        assertThat(runner.call(stage::isShowing)).isFalse();
    }

    @Test
    void isInTheLoopWhereverJavaFxRunsOurCode(@Loop(kind = "javafx") LoopRunner runner) {
        CompletableFuture<Boolean> inLoop = new CompletableFuture<>();

        Platform.runLater(() -> inLoop.complete(runner.loop().inEventLoop()));

        assertThat(runner.runCoroutine(inLoop)).isTrue();
        assertThat(runner.loop().inEventLoop()).isFalse();
    }

    @Test
    void firesTimersInOrderAndNeverEarly(@Loop(kind = "javafx") LoopRunner runner) {
        EventLoop loop = runner.loop();
        SimpleStringProperty text = new SimpleStringProperty("");
        long start = loop.nanoTime();

        long took = runner.runCoroutine(() -> {
            CompletableFuture<Long> last = loop.newFuture();
            loop.schedule(() -> text.set("first"), 10, TimeUnit.MILLISECONDS);
            loop.schedule(() -> text.set(text.get() + ", second"), 10, TimeUnit.MILLISECONDS);
            loop.schedule(() -> last.complete(loop.nanoTime() - start), 20, TimeUnit.MILLISECONDS);
            return last;
        });

        assertThat(took).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(runner.call(text::get)).isEqualTo("first, second");
    }

    @Test
    void awaitsWhileJavaFxGoesOn(@Loop(kind = "javafx") LoopRunner runner) {
        String reply = runner.runCoroutine(Coroutine.async(() -> {
            CompletableFuture<String> event = new CompletableFuture<>();
            Platform.runLater(() -> event.complete("purr"));
            return Coroutine.await(event) + " " + runner.loop().inEventLoop();
        }));

        assertThat(reply).isEqualTo("purr true");
    }

    @Test
    void leavesJavaFxAlone() throws Exception {
        EventLoop loop = new JavaFxLoopFactory().open(new RecordingOwner());
        Bounded.get(loop.submit(() -> {}));

        loop.close();

        CountDownLatch alive = new CountDownLatch(1);
        Platform.runLater(alive::countDown);
        Bounded.await(alive);
        assertThat(loop.isTerminated()).isTrue();
    }

    @Test
    void saysWhatToAddWhereThereIsNoScreen() {
        String headless = "add org.testfx:openjfx-monocle of the version of your JavaFX, and run the tests with"
                + " -Dglass.platform=Monocle -Dmonocle.platform=Headless -Dprism.order=sw; JavaFX 26 and later need only"
                + " -Dglass.platform=Headless";

        assertThat(JavaFxLoopFactory.noScreen(null, "Linux", null)).contains("there is no display: " + headless);
        assertThat(JavaFxLoopFactory.noScreen(null, "Linux", "")).contains("there is no display: " + headless);
        assertThat(JavaFxLoopFactory.noScreen("Asyncio", "Linux", ":0"))
                .contains("glass.platform (Asyncio) is none that this JavaFX has: " + headless);
        assertThat(JavaFxLoopFactory.noScreen("Monocle", "Linux", null)).isEmpty();
        assertThat(JavaFxLoopFactory.noScreen(null, "Linux", ":0")).isEmpty();
        assertThat(JavaFxLoopFactory.noScreen(null, "Mac OS X", null)).isEmpty();
    }
}

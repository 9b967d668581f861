package router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.loop.EventLoop;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LoopRunnerExtension.class)
class HerdRouterTests {

    private HerdRouter router;

    @BeforeEach
    void startRouter(EventLoop loop) {
        router = new HerdRouter(loop);
    }

    @Test
    void addsCommandsInOrder() {
        assertThat(router.addCommand("forward")).isEqualTo(1);
        assertThat(router.addCommand("left")).isEqualTo(2);

        assertThat(router.commands()).containsExactly("forward", "left");
    }

    @Test
    void takesCommandsFromManyThreads() {
        Set<Integer> numbers = ConcurrentHashMap.newKeySet();

        IntStream.range(0, 500).parallel().forEach(i -> numbers.add(router.addCommand("command " + i)));

        assertThat(numbers).hasSize(500);
        assertThat(router.commands()).hasSize(500);
    }

    @Test
    void refusesAnEmptyCommand() {
        assertThatThrownBy(() -> router.addCommand(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a command must say something");
    }

    @Test
    void cannotBeCalledOnTheLoopItself(LoopRunner runner) {
        assertThatThrownBy(() -> runner.call(() -> router.addCommand("forward")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("whose thread would wait for itself");
    }
}

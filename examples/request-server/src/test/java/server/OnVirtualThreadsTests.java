package server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;

/** All the tests of the server once more, on another kind of loop, which needs JDK 21. */
@EnabledForJreRange(min = JRE.JAVA_21)
class OnVirtualThreadsTests extends RequestServerTests {

    @RegisterExtension
    static final LoopRunnerExtension VIRTUAL_THREADS =
            LoopRunnerExtension.builder().kind("virtual-thread").build();

    @Test
    void runsOnAVirtualThread(LoopRunner runner) {
        assertThat(runner.loop().kind()).isEqualTo("virtual-thread");
    }
}

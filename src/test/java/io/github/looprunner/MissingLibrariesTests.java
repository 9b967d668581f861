package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For a class path on which only the library, JUnit and AssertJ are. */
@EnabledIfSystemProperty(
        named = "looprunner.without",
        matches = "libraries",
        disabledReason =
                "the optional libraries are on the class path; see the continuous integration for how to run this")
@ExtendWith(LoopRunnerExtension.class)
class MissingLibrariesTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.netty.channel.EventLoop",
                "io.vertx.core.Vertx",
                "javafx.application.Platform",
                "reactor.core.scheduler.Scheduler",
                "reactor.netty.resources.LoopResources"
            })
    void areMissing(String type) {
        assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> Class.forName(type));
    }

    @Test
    void doNotMatterToOtherKinds(LoopRunner runner) {
        assertThat(runner.call(() -> "purr")).isEqualTo("purr");
    }

    @ParameterizedTest
    @CsvSource({
        "netty-nio, io.netty:netty-transport:4.2.11.Final",
        "netty-local, io.netty:netty-transport:4.2.11.Final",
        "netty-epoll, io.netty:netty-transport-native-epoll:4.2.11.Final",
        "netty-io-uring, io.netty:netty-transport-native-io_uring:4.2.11.Final",
        "vertx, io.vertx:vertx-core:5.0.0",
        "javafx, org.openjfx:javafx-graphics:17.0.10"
    })
    void areNamedWhereAKindNeedsThem(String kind, String artifact) {
        assertThatIllegalStateException()
                .isThrownBy(() -> LoopRunner.builder().kind(kind).start())
                .withMessageStartingWith("loop kind (" + kind + ") cannot run here: it needs ")
                .withMessageContaining("; add " + artifact + " or later");
    }

    @Test
    void areNotNeededToSayThatAKindIsUnknown() {
        assertThat(catchThrowable(() -> LoopRunner.builder().kind("asyncio").start()))
                .hasMessageContaining("netty-nio (not here)")
                .hasMessageContaining("vertx (not here)");
    }
}

package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.looprunner.loop.EventLoopFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class LoopRunnerBuilderTests {

    @Test
    void startsALoopOfKindJdkUnlessToldOtherwise() {
        try (LoopRunner runner = LoopRunner.start()) {
            assertThat(runner.loop().kind()).isEqualTo("jdk");
            assertThat(runner.loop().name()).isEqualTo("jdk");
        }
    }

    @Test
    void namesARunnerByWhereItWasStarted() {
        try (LoopRunner runner = LoopRunner.start()) {
            assertThat(runner.toString().replaceAll(":\\d+", ":N"))
                    .isEqualTo("LoopRunner[loop \"jdk\" of a runner started at"
                            + " LoopRunnerBuilderTests.namesARunnerByWhereItWasStarted (LoopRunnerBuilderTests.java:N)"
                            + " (jdk, running)]");
        }
    }

    @Test
    void listsTheKnownKindsWhereOneIsUnknown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoopRunner.builder().kind("dog").start())
                .withMessageMatching(
                        "loop kind \\(dog\\) is unknown; known kinds are jdk, virtual-thread( \\(not here\\))?, netty-nio, .*");
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void saysWhatAVirtualThreadNeeds() {
        assertThatIllegalStateException()
                .isThrownBy(() -> LoopRunner.builder().kind("virtual-thread").start())
                .withMessage(
                        "loop kind (virtual-thread) cannot run here: virtual threads need JDK 21 or later, and this is"
                                + " JDK " + Runtime.version().feature()
                                + "; run the tests on a later JDK, or use kind \"jdk\"");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void runsOnAVirtualThread() {
        try (LoopRunner runner = LoopRunner.builder()
                .kind("virtual-thread")
                .name("HerdTests.adds")
                .start()) {
            assertThat(runner.call(() -> Thread.currentThread().toString()))
                    .startsWith("VirtualThread[")
                    .contains("loop-runner HerdTests.adds");
            assertThat(runner.loop().kind()).isEqualTo("virtual-thread");
        }
    }

    @Test
    void runsOnALoopOfTheUsersOwnFactory() {
        EventLoopFactory own = EventLoopFactory.onThreads("own", task -> new Thread(task, "my thread"));

        try (LoopRunner runner = LoopRunner.builder().loop(own).start()) {
            assertThat(runner.call(() -> Thread.currentThread().getName())).isEqualTo("my thread");
            assertThat(runner.loop().kind()).isEqualTo("own");
        }
    }

    @Test
    void saysWhyAFactoryOfTheUsersCannotRun() {
        EventLoopFactory broken = new UnavailableFactory();

        assertThatIllegalStateException()
                .isThrownBy(() -> LoopRunner.builder().loop(broken).start())
                .withMessage("loop kind (cat) cannot run here: it has no tail; add one");
    }

    @Test
    void leavesALoopThatExistedOpen() {
        try (LoopRunner owner = LoopRunner.start()) {
            LoopRunner guest = LoopRunner.builder().loop(owner.loop()).start();

            assertThat(guest.call(() -> 1)).isEqualTo(1);
            guest.close();

            assertThat(owner.loop().isShutdown()).isFalse();
            assertThat(owner.call(() -> 2)).isEqualTo(2);
        }
    }

    @Test
    void cancelsWhatItStartedOnALoopThatExisted() {
        try (LoopRunner owner = LoopRunner.start()) {
            LoopRunner guest = LoopRunner.builder().loop(owner.loop()).start();
            LoopTask<?> task = guest.start(() -> new CompletableFuture<>());

            guest.close();

            assertThat(task.future().isCancelled()).isTrue();
        }
    }

    @Test
    void boundsEveryWaitByItsTimeout() {
        try (LoopRunner runner = LoopRunner.builder()
                .name("HerdTests.adds")
                .timeout(Duration.ofMillis(20))
                .start()) {
            Throwable thrown = catchThrowable(() -> runner.runCoroutine(new CompletableFuture<>()));

            assertThat(thrown).hasMessageStartingWith("HerdTests.adds timed out after 20 ms: ");
        }
    }

    @Test
    void refusesATimeoutThatIsNotPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoopRunner.builder().timeout(Duration.ZERO))
                .withMessage(
                        "timeout (PT0S) must be positive; for a wait that is long name a long time, such as 5 minutes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoopRunner.builder().timeout(Duration.ofMillis(-1)));
    }

    @Test
    void startsARunnerEachTime() {
        LoopRunner.Builder builder = LoopRunner.builder();

        try (LoopRunner first = builder.start();
                LoopRunner second = builder.start()) {
            assertThat(first.loop()).isNotSameAs(second.loop());
        }
    }

    @Test
    void givesItsLoopTheContextClassLoaderOfTheStartingThread() {
        try (LoopRunner runner = LoopRunner.start()) {
            assertThat(runner.call(() -> Thread.currentThread().getContextClassLoader()))
                    .isSameAs(Thread.currentThread().getContextClassLoader());
        }
    }

    /** A kind whose library is absent. */
    private static final class UnavailableFactory implements EventLoopFactory {

        @Override
        public String kind() {
            return "cat";
        }

        @Override
        public Optional<String> unavailable() {
            return Optional.of("it has no tail; add one");
        }

        @Override
        public io.github.looprunner.loop.EventLoop open(io.github.looprunner.loop.LoopOwner owner) {
            throw new AssertionError("an unavailable factory was asked for a loop");
        }
    }
}

package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpinTests {

    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void seesWhatIsThere() {
        assertThat(several().sees(() -> true)).isTrue();
    }

    @Test
    void seesWhatComesSoon() {
        assertThat(IntStream.range(0, 100).anyMatch(one -> several().sees(() -> looks.incrementAndGet() % 2 == 0)))
                .as("seen at the second look, where the machine lets it look twice")
                .isTrue();
    }

    @Test
    void givesUpBySoonAndThenOnlyTriesOnceInAWhile() {
        Spin spin = several();

        long tries = IntStream.range(0, 1000).filter(wait -> looksAt(spin)).count();

        assertThat(tries).isBetween(4L, 30L);
    }

    @Test
    void triesEverLessOftenWhereItNeverPays() {
        Spin spin = several();

        long tries = IntStream.range(0, 10_000).filter(wait -> looksAt(spin)).count();

        assertThat(tries).isBetween(30L, 70L);
    }

    @Test
    void earnsCreditBySuccess() {
        Spin spin = several();
        IntStream.range(0, 1000).forEach(wait -> looksAt(spin));

        long seen =
                IntStream.range(0, 2000).filter(wait -> spin.sees(() -> true)).count();

        assertThat(seen).isGreaterThan(1700);
    }

    @Test
    void neverLooksWhereItShallNot() {
        assertThat(Spin.NEVER.sees(() -> true)).isFalse();
    }

    /** Lets a spin look out in vain; returns whether it did. */
    private boolean looksAt(Spin spin) {
        int before = looks.get();
        spin.sees(() -> looks.incrementAndGet() < 0);
        return looks.get() > before;
    }

    private static Spin several() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one processor: nothing spins");
        return Spin.adaptive();
    }
}

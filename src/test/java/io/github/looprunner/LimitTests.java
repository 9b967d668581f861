package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.looprunner.loop.Patience;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTests {

    private static final Map<String, String> NOTHING = Map.of();

    @Test
    void isTenSecondsUnlessSet() {
        assertThat(Limit.timeout(NOTHING::get)).isEqualTo(Duration.ofSeconds(10));
        assertThat(Limit.of(Limit.timeout(NOTHING::get), NOTHING::get).time()).isEqualTo(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @CsvSource({
        "10 s, PT10S",
        "10s, PT10S",
        "10, PT10S",
        "500 ms, PT0.5S",
        "500MS, PT0.5S",
        "2 m, PT2M",
        "1 h, PT1H",
        "' 3 s ', PT3S",
        "PT1.5S, PT1.5S",
        "pt7s, PT7S",
    })
    void readsATimeout(String setting, Duration timeout) {
        assertThat(Limit.timeout(Map.of("looprunner.timeout", setting)::get)).isEqualTo(timeout);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "soon",
                "",
                " ",
                "10 parsecs",
                "1.5 s",
                "-1 s",
                "s",
                "99999999999999999999 s",
                "9223372036854775807 h"
            })
    void saysHowToWriteATimeout(String setting) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limit.timeout(Map.of("looprunner.timeout", setting)::get))
                .withMessage("looprunner.timeout (" + setting + ") must be a time such as 10 s, 500 ms, 2 m or PT10S");
    }

    @Test
    void waitsAMomentForWhatItCannotSeeUnlessSet() {
        assertThat(Limit.patience(NOTHING::get)).isEqualTo(Patience.DEFAULT);
    }

    @Test
    void readsHowLongToWaitForWhatItCannotSee() {
        assertThat(Limit.patience(Map.of("looprunner.cushion", "50 ms", "looprunner.silence", "0")::get))
                .isEqualTo(new Patience(Duration.ofMillis(50), Duration.ZERO));
    }

    @Test
    void saysThatPatienceIsNotNegative() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limit.patience(Map.of("looprunner.silence", "PT-1S")::get))
                .withMessage("looprunner.silence (PT-1S) must not be negative; 0 ms waits for nothing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limit.patience(Map.of("looprunner.cushion", "soon")::get))
                .withMessage("looprunner.cushion (soon) must be a time such as 10 s, 500 ms, 2 m or PT10S");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0 ms", "PT0S", "PT-1S"})
    void refusesATimeoutThatIsNotPositive(String setting) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limit.timeout(Map.of("looprunner.timeout", setting)::get))
                .withMessageStartingWith("looprunner.timeout (PT")
                .withMessageEndingWith(
                        ") must be positive; for a wait that is long name a long time, such as 5 minutes");
    }

    @ParameterizedTest
    @CsvSource({"2.5, PT5S", "1, PT2S", "0.5, PT1S", "' 3 ', PT6S", "1e1, PT20S"})
    void multipliesForSlowMachines(String multiplier, Duration bound) {
        Limit limit = Limit.of(Duration.ofSeconds(2), Map.of("looprunner.timeout.multiplier", multiplier)::get);

        assertThat(limit.time()).isEqualTo(bound);
    }

    @Test
    void multipliesABoundForOneCall() {
        Limit limit = Limit.of(Duration.ofSeconds(2), Map.of("looprunner.timeout.multiplier", "3")::get);

        assertThat(limit.within(Duration.ofMillis(5)).time()).isEqualTo(Duration.ofMillis(15));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "NaN", "Infinity", "fast", ""})
    void refusesAMultiplierThatIsNoPositiveNumber(String multiplier) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Limit.of(Duration.ofSeconds(2), Map.of("looprunner.timeout.multiplier", multiplier)::get))
                .withMessage(
                        "looprunner.timeout.multiplier (" + multiplier + ") must be a positive number such as 2.5");
    }

    @Test
    void takesTheLongestTimes() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        Map<String, String> patient = Map.of("looprunner.timeout.multiplier", "1e300");

        assertThat(Limit.of(forEver, NOTHING::get).time()).isGreaterThan(Duration.ofDays(36_000));
        assertThat(Limit.of(forEver, patient::get).time()).isGreaterThan(Duration.ofDays(36_000));
        assertThat(Deadline.in(Limit.of(forEver, patient::get)).isPast()).isFalse();
    }

    @Test
    void readsInWords() {
        assertThat(Limit.exactly(Duration.ofSeconds(10)).inWords()).isEqualTo("10 s");
        assertThat(Limit.exactly(Duration.ofMillis(1500)).inWords()).isEqualTo("1.50 s");
        assertThat(Limit.exactly(Duration.ofMillis(20)).inWords()).isEqualTo("20 ms");
        assertThat(Limit.exactly(Duration.ofNanos(1)).inWords()).isEqualTo("less than 1 ms");
        assertThat(new Limit(null, 1).inWords()).isEqualTo("for ever");
    }

    @Test
    void neverEndsUnderADebugger() {
        Deadline never = Deadline.in(new Limit(null, 1));

        assertThat(never.isPast()).isFalse();
        assertThat(never.left()).isEqualTo(Long.MAX_VALUE);
    }
}

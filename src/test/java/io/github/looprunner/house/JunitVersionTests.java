package io.github.looprunner.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.engine.JupiterTestEngine;

@EnabledIfSystemProperty(
        named = "looprunner.junit.version",
        matches = ".+",
        disabledReason = "only the build says which JUnit it means")
class JunitVersionTests {

    @Test
    void runsOnTheJunitThatWasAskedFor() {
        String asked = System.getProperty("looprunner.junit.version");

        assertThat(new JupiterTestEngine().getVersion()).hasValue(asked);
        assertThat(Test.class.getPackage().getImplementationVersion()).isEqualTo(asked);
    }
}

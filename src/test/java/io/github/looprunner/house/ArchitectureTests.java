package io.github.looprunner.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTests {

    private static final int FEWEST_CLASSES = 40;

    private static final JavaClasses LIBRARY = new ClassFileImporter().importPath(House.classes());

    @ParameterizedTest
    @EnumSource
    void holdsForTheLibrary(HouseRule rule) {
        rule.in(House.ROOT).check(LIBRARY);
    }

    @ParameterizedTest
    @EnumSource
    void failsForWhatIsPlanted(HouseRule rule) {
        JavaClasses planted = new ClassFileImporter().importPackages(rule.plantedPackage());

        assertThatThrownBy(() -> rule.in(rule.plantedPackage()).check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(rule.plantedPackage());
    }

    @Test
    void seesTheWholeLibrary() {
        assertThat(LIBRARY.size()).isGreaterThan(FEWEST_CLASSES);
    }
}

package io.github.looprunner.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.looprunner.house.planted.api.Shown;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.ReflectionSupport;

class PublicApiTests {

    /** Reflection needs the types of the JUnit that main was compiled against; an older one lacks some. */
    @BeforeAll
    static void needTheJunitOfTheBuild() {
        assumeThat(ReflectionSupport.tryToLoadClass("org.junit.jupiter.api.extension.TestInstantiationAwareExtension")
                        .toOptional())
                .as("a type of JUnit 5.12")
                .isPresent();
    }

    @Test
    void isWhatWasReviewed() throws IOException {
        Snapshot.verify("public-api.txt", PublicApi.of(exportedTypes()));
    }

    @Test
    void listsWhatAUserSees() {
        JavaClasses planted = new ClassFileImporter().importPackagesOf(Shown.class);

        assertThat(PublicApi.of(
                        planted.stream().<Class<?>>map(JavaClass::reflect).toList()))
                .isEqualTo(
                        """
                        io.github.looprunner.house.planted.api.Shown <T extends java.lang.Number> : \
                        public abstract class implements java.lang.AutoCloseable
                            protected new()
                            protected static final int LIMIT
                            public <E> java.util.List<E> inherited(E)
                            public abstract T first(java.lang.String...) throws java.io.IOException
                            public void close()
                        """);
    }

    private static List<Class<?>> exportedTypes() {
        return new ClassFileImporter()
                .importPath(House.classes()).stream()
                        .filter(type -> ModuleText.exportedPackages().contains(type.getPackageName()))
                        .<Class<?>>map(JavaClass::reflect)
                        .toList();
    }
}

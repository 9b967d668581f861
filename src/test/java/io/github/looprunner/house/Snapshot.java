package io.github.looprunner.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A reviewed text file in {@code src/test/resources}, compared with what the build made. */
final class Snapshot {

    private static final String UPDATE = "looprunner.api.update";

    private Snapshot() {}

    /** Compares the text with the file, or writes the file where {@value #UPDATE} is set. */
    static void verify(String fileName, String actual) throws IOException {
        Path file = House.repository("src/test/resources").resolve(fileName);
        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(file, actual);
        }
        assertThat(actual.lines())
                .as(
                        "%s is not what was reviewed; if the change is meant, run\n"
                                + "  mvn test -Dtest=PublicApiTests,ModuleTests -D%s=true\n"
                                + "and commit src/test/resources/%s\n",
                        fileName, UPDATE, fileName)
                .containsExactlyElementsOf(
                        Files.exists(file) ? House.read(file).lines().toList() : List.of());
    }
}

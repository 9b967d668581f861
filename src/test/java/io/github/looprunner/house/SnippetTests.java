package io.github.looprunner.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SnippetTests {

    private static final String SOURCE =
            """
            class Sample {
                // tag::body[]
                void run() {

                    go();
                }
                // end::body[]
            }
            """;

    @Test
    void showsOnlyCodeThatIsCompiled() {
        Snippets snippets = new Snippets(sources().map(House::read).toList());

        Stream<String> missing = documents().flatMap(document -> snippets.missingIn(House.read(document)).stream()
                .map(block -> document.getFileName() + ":\n" + block));

        assertThat(missing)
                .as(
                        """
                        Java blocks that are in no file of src/test/java or examples; copy each from a tagged source, \
                        or write <!-- not compiled: why --> above it
                        """)
                .isEmpty();
    }

    @Test
    void findsABlockWhateverItsIndentation() {
        String markdown =
                """
                ```java
                void run() {

                    go();
                }
                ```
                """;

        assertThat(new Snippets(List.of(SOURCE)).missingIn(markdown)).isEmpty();
        assertThat(new Snippets(List.of(SOURCE)).missingIn(markdown.indent(3))).isEmpty();
    }

    @Test
    void reportsABlockThatIsNotCompiled() {
        String markdown =
                """
                Text.
                ```java
                void run() {
                go();
                }
                ```
                """;

        assertThat(new Snippets(List.of(SOURCE)).missingIn(markdown)).containsExactly("void run() {\ngo();\n}\n");
    }

    @Test
    void exemptsABlockThatSaysWhyItIsNotCompiled() {
        String markdown =
                """
                <!-- not compiled: two alternatives -->
                ```java
                either ... or
                ```

                ```java
                neither
                ```
                """;

        assertThat(new Snippets(List.of(SOURCE)).missingIn(markdown)).containsExactly("neither\n");
    }

    private static Stream<Path> documents() {
        return Stream.concat(
                House.files(House.repository("README.md")).stream(),
                House.files(House.repository("docs")).stream()
                        .filter(file -> file.toString().endsWith(".md")));
    }

    private static Stream<Path> sources() {
        return Stream.of("src/test/java", "examples")
                .flatMap(start -> House.files(House.repository(start)).stream())
                .filter(file -> file.toString().endsWith(".java"));
    }
}

package io.github.looprunner.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RepositoryTextTests {

    // Written in pieces, so that this file passes its own test.
    private static final Pattern FORBIDDEN =
            Pattern.compile("/(work|tmp|root)" + "/" + "|\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b" + "|(?i:jq" + "wik)");

    @Test
    void speaksOfTheProjectOnly() {
        Stream<String> findings = Stream.of("src", "docs", "examples", "README.md", "pom.xml", ".ci", ".mvn")
                .flatMap(start -> House.files(House.repository(start)).stream())
                .flatMap(file -> findings(file.getFileName().toString(), text(file)).stream());

        assertThat(findings).isEmpty();
    }

    @Test
    void namesFileLineAndWord() {
        String text = "fine\nnot /tm" + "p/x, to" + "do\nTO" + "DO";

        assertThat(findings("Sample.java", text))
                .containsExactly("Sample.java:2 says /tm" + "p/", "Sample.java:3 says TO" + "DO");
    }

    private static List<String> findings(String name, String text) {
        List<String> findings = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher forbidden = FORBIDDEN.matcher(lines.get(i));
            while (forbidden.find()) {
                findings.add(name + ":" + (i + 1) + " says " + forbidden.group());
            }
        }
        return findings;
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

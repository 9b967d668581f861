package io.github.looprunner.house;

import io.github.looprunner.LoopRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the library and its repository are. */
final class House {

    static final String ROOT = LoopRunner.class.getPackageName();

    private House() {}

    /** Returns the directory of the compiled library. */
    static Path classes() {
        try {
            return Path.of(LoopRunner.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the library has no place on the class path", e);
        }
    }

    /** Returns a file or directory of the repository. */
    static Path repository(String path) {
        return Path.of("").toAbsolutePath().resolve(path);
    }

    /** Returns the regular files below a path, sorted, without what was built; none where the path is missing. */
    static List<Path> files(Path start) {
        if (!Files.exists(start)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(start)) {
            return paths.filter(Files::isRegularFile)
                    .filter(path -> !isBuilt(start.relativize(path)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isBuilt(Path path) {
        return Stream.iterate(path, parent -> parent != null, Path::getParent)
                .anyMatch(part -> part.endsWith("target"));
    }
}

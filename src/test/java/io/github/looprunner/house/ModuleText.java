package io.github.looprunner.house;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The compiled module descriptor of the library. */
final class ModuleText {

    private ModuleText() {}

    static ModuleDescriptor descriptor() {
        try (InputStream in = Files.newInputStream(House.classes().resolve("module-info.class"))) {
            return ModuleDescriptor.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Set<String> exportedPackages() {
        return descriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
    }

    /** Returns the descriptor as sorted lines, without the versions it was compiled against. */
    static String of(ModuleDescriptor module) {
        Stream<String> lines = Stream.of(
                        module.requires().stream()
                                .map(requires -> line("requires", requires.modifiers(), requires.name())),
                        module.exports().stream()
                                .map(exports ->
                                        line("exports", exports.modifiers(), exports.source()) + to(exports.targets())),
                        module.opens().stream()
                                .map(opens -> line("opens", opens.modifiers(), opens.source()) + to(opens.targets())),
                        module.uses().stream().map(service -> "uses " + service),
                        module.provides().stream()
                                .map(provides -> "provides " + provides.service() + " with "
                                        + String.join(", ", provides.providers())))
                .flatMap(section -> section.sorted());
        return "module " + module.name() + "\n" + lines.map(line -> line + "\n").collect(joining());
    }

    private static String line(String keyword, Collection<? extends Enum<?>> modifiers, String name) {
        String words = modifiers.stream()
                .map(modifier -> modifier.name().toLowerCase(Locale.ROOT) + " ")
                .sorted()
                .collect(joining());
        return keyword + " " + words + name;
    }

    private static String to(Collection<String> targets) {
        return targets.isEmpty() ? "" : targets.stream().sorted().collect(joining(", ", " to ", ""));
    }
}

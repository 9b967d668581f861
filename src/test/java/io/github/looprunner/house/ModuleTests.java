package io.github.looprunner.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.Extension;

class ModuleTests {

    /** A module that provides a service of an absent module does not start; this one starts without JUnit. */
    private static final Set<String> ONLY_ON_THE_CLASS_PATH = Set.of(Extension.class.getName());

    @Test
    void isWhatWasReviewed() throws IOException {
        Snapshot.verify("module.txt", ModuleText.of(ModuleText.descriptor()));
    }

    @Test
    void writesModifiersInLowerCase() {
        ModuleDescriptor module = ModuleDescriptor.newModule("sample")
                .requires(Set.of(ModuleDescriptor.Requires.Modifier.STATIC), "other")
                .exports("sample.open", Set.of("friend"))
                .packages(Set.of("sample.open"))
                .uses("sample.Service")
                .build();

        assertThat(ModuleText.of(module).lines())
                .contains("requires static other", "exports sample.open to friend", "uses sample.Service");
    }

    @Test
    void providesTheSameOnTheClassPathAndOnTheModulePath() {
        Map<String, List<String>> onTheModulePath = ModuleText.descriptor().provides().stream()
                .collect(Collectors.toMap(ModuleDescriptor.Provides::service, ModuleDescriptor.Provides::providers));

        assertThat(onTheClassPath())
                .containsAllEntriesOf(onTheModulePath)
                .hasSize(onTheModulePath.size() + ONLY_ON_THE_CLASS_PATH.size())
                .containsKeys(ONLY_ON_THE_CLASS_PATH.toArray(String[]::new));
    }

    @Test
    void providesOnlyWhatExists() throws ClassNotFoundException {
        for (Map.Entry<String, List<String>> provided : onTheClassPath().entrySet()) {
            Class<?> service = Class.forName(provided.getKey());
            for (String provider : provided.getValue()) {
                assertThat(service).isAssignableFrom(Class.forName(provider));
            }
        }
    }

    /** As a module, a provider whose public methods name a class that is absent is not even listed. */
    @Test
    void providesWhatNamesNoOptionalLibraryInItsMethods() throws ClassNotFoundException {
        Set<String> services = ModuleText.descriptor().provides().stream()
                .map(ModuleDescriptor.Provides::service)
                .collect(Collectors.toSet());
        for (Map.Entry<String, List<String>> provided : onTheClassPath().entrySet()) {
            if (services.contains(provided.getKey())) {
                for (String provider : provided.getValue()) {
                    assertThat(typesInMethodsOf(Class.forName(provider)))
                            .as(provider)
                            .allMatch(type -> type.startsWith("java.") || type.startsWith("io.github.looprunner."));
                }
            }
        }
    }

    private static List<String> typesInMethodsOf(Class<?> provider) {
        return Arrays.stream(provider.getMethods())
                .flatMap(method ->
                        Stream.concat(Stream.of(method.getReturnType()), Arrays.stream(method.getParameterTypes())))
                .filter(type -> !type.isPrimitive())
                .map(Class::getName)
                .toList();
    }

    private static Map<String, List<String>> onTheClassPath() {
        return House.files(House.classes().resolve("META-INF/services")).stream()
                .collect(Collectors.toMap(ModuleTests::service, ModuleTests::providers));
    }

    private static String service(Path file) {
        return file.getFileName().toString();
    }

    private static List<String> providers(Path file) {
        return House.read(file)
                .lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }
}

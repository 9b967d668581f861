package io.github.looprunner.jmh;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/** Writes and compiles test classes: JUnit slows down with the number of methods in a class, so they are many and small. */
final class TestSource {

    static final int TESTS = 1_000;
    private static final int CLASSES = 20;

    private final Path directory;

    TestSource(Path directory) {
        this.directory = directory;
    }

    /** Returns classes with a thousand tests of a kind in total. */
    List<Class<?>> compile(TestBody.Kind kind) throws IOException, ClassNotFoundException {
        List<String> arguments = new ArrayList<>(
                List.of("-d", directory.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none"));
        for (int i = 0; i < CLASSES; i++) {
            arguments.add(Files.writeString(directory.resolve(name(kind, i) + ".java"), source(kind, i))
                    .toString());
        }
        int exit = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        if (exit != 0) {
            throw new IllegalStateException("the tests of kind " + kind + " do not compile");
        }
        URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()});
        List<Class<?>> classes = new ArrayList<>();
        for (int i = 0; i < CLASSES; i++) {
            classes.add(loader.loadClass(name(kind, i)));
        }
        return classes;
    }

    private static String source(TestBody.Kind kind, int number) {
        StringBuilder source = new StringBuilder();
        if (kind.extension != null) {
            source.append(
                    "@org.junit.jupiter.api.extension.ExtendWith(%s.class)\n".formatted(kind.extension.getName()));
        }
        source.append("class %s {\n".formatted(name(kind, number)));
        String parameter = kind.parameter == null ? "" : kind.parameter.getName() + " given";
        String argument = kind.parameter == null ? "" : "given";
        for (int i = 0; i < TESTS / CLASSES; i++) {
            source.append("    @org.junit.jupiter.api.Test void test%d(%s) throws Exception { %s.%s(%s); }\n"
                    .formatted(i, parameter, TestBody.class.getName(), method(kind), argument));
        }
        return source.append("}\n").toString();
    }

    private static String name(TestBody.Kind kind, int number) {
        String method = method(kind);
        return method.substring(0, 1).toUpperCase() + method.substring(1) + number + "Tests";
    }

    /** Returns the method of {@link TestBody} for a kind: the same name, in camel case. */
    private static String method(TestBody.Kind kind) {
        StringBuilder name = new StringBuilder();
        for (String word : kind.name().split("_")) {
            String lower = word.toLowerCase();
            name.append(name.isEmpty() ? lower : word.charAt(0) + lower.substring(1));
        }
        return name.toString();
    }
}

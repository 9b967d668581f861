package io.github.looprunner.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** A package for an optional library, named after it, and the packages of that library. */
enum Adapter {
    JAVAFX(Set.of(), "javafx.."),
    NETTY(Set.of(), "io.netty.."),
    REACTOR(Set.of(), "reactor..", "org.reactivestreams.."),
    REACTORNETTY(Set.of(NETTY, REACTOR), "reactor.netty.."),
    SWING(Set.of(), "java.awt..", "javax.swing.."),
    VERTX(Set.of(NETTY), "io.vertx..");

    private final Set<Adapter> built;
    private final String[] libraries;

    /**
     * Creates an adapter.
     *
     * @param built the adapters that it is built on, whose libraries its own library is built on
     */
    Adapter(Set<Adapter> built, String... libraries) {
        this.built = built;
        this.libraries = libraries;
    }

    String packageIn(String root) {
        return root + "." + name().toLowerCase(Locale.ROOT);
    }

    /** Returns the classes of this adapter. */
    DescribedPredicate<JavaClass> classesIn(String root) {
        return resideInAnyPackage(packageIn(root) + "..");
    }

    /** Returns the classes that it has no business with: of other adapters, and of their libraries. */
    DescribedPredicate<JavaClass> strangersIn(String root) {
        return resideInAnyPackage(Arrays.stream(values())
                .filter(other -> other != this && !built.contains(other))
                .flatMap(
                        other -> Stream.concat(Stream.of(other.packageIn(root) + ".."), Arrays.stream(other.libraries)))
                .toArray(String[]::new));
    }

    /** Returns the packages of all adapters. */
    static String[] packagesIn(String root) {
        return Arrays.stream(values()).map(each -> each.packageIn(root) + "..").toArray(String[]::new);
    }

    /** Returns the classes of all their libraries. */
    static DescribedPredicate<JavaClass> optionalLibraries() {
        return resideInAnyPackage(Arrays.stream(values())
                .flatMap(each -> Arrays.stream(each.libraries))
                .toArray(String[]::new));
    }
}

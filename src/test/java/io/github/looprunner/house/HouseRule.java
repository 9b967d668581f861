package io.github.looprunner.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;

/**
 * A rule of the house, for any root package, and the package below {@code planted} that breaks it.
 *
 * <p>The same rule is checked twice: it holds for the library, and it fails for what is planted.
 */
enum HouseRule {
    LOOPS_KNOW_NOTHING_ABOVE_THEM("direction", root -> noClasses()
            .that(resideInAPackage(root + ".loop.."))
            .should(dependOnClassesThat(below(root).and(not(resideInAPackage(root + ".loop..")))))),

    // Slices start one package above the root: "root.(**)" would not see the classes of the root package itself.
    PACKAGES_HAVE_NO_CYCLES("cycle", root -> slices().matching(root.substring(0, root.lastIndexOf('.')) + ".(**)")
            .should()
            .beFreeOfCycles()),

    LOOPS_NEVER_REACH_JUNIT(
            "loopjunit",
            root -> noClasses().that(resideInAPackage(root + ".loop..")).should(dependOnClassesThat(junit()))),

    NOTHING_KNOWS_THE_CHECKS("checks", root -> noClasses()
            .that(below(root).and(not(resideInAPackage(root + ".checks.."))))
            .should(dependOnClassesThat(resideInAPackage(root + ".checks..")))),

    THE_RUNNER_WORKS_WITHOUT_JUNIT("rootjunit", root -> noClasses()
            .that(below(root).and(not(facingJunit())))
            .should(dependOnClassesThat(junit().or(resideInAPackage(root).and(junitExtensions()))))),

    OPTIONAL_LIBRARIES_STAY_IN_THEIR_PACKAGES("optional", root -> noClasses()
            .that(below(root).and(not(inAdapters(root))))
            .should(dependOnClassesThat(Adapter.optionalLibraries().or(inAdapters(root))))),

    ADAPTERS_SEE_ONLY_LOOPS("adapter", root -> noClasses()
            .that(inAdapters(root).and(not(facingJunit())))
            .should(dependOnClassesThat(
                    below(root).and(not(resideInAPackage(root + ".loop.."))).and(not(inAdapters(root)))))),

    ADAPTERS_KEEP_TO_THEIR_LIBRARIES(
            "stranger",
            root -> CompositeArchRule.of(Arrays.stream(Adapter.values())
                    .map(adapter -> noClasses()
                            .that(adapter.classesIn(root))
                            .should(dependOnClassesThat(adapter.strangersIn(root)))
                            .allowEmptyShould(true))
                    .toList())),

    NOTHING_IS_PRINTED("streams", root -> noClasses().that(below(root)).should(ACCESS_STANDARD_STREAMS)),

    NOTHING_IS_LOGGED(
            "logging",
            root -> noClasses().that(below(root)).should(dependOnClassesThat(resideInAPackage("java.util.logging..")))),

    UNCAUGHT_EXCEPTIONS_KEEP_THEIR_HANDLER(
            "handler",
            root -> noClasses().that(below(root)).should(access(Thread.class, "setDefaultUncaughtExceptionHandler"))),

    NOBODY_ENDS_THE_JVM("exit", root -> noClasses().that(below(root)).should(access(System.class, "exit"))),

    EXCEPTIONS_SAY_WHAT_THEY_ARE("bare", root -> noClasses().that(below(root)).should(createBareRuntimeExceptions())),

    NOBODY_WAITS_IN_A_FUTURE("waiting", root -> noClasses()
            .that(below(root).and(not(simpleName("LoopFuture"))))
            .should(access(CompletableFuture.class, "get", "join"))),

    STATIC_FIELDS_ARE_FINAL("statics", root -> fields().that()
            .areDeclaredInClassesThat(below(root))
            .and()
            .areStatic()
            .should()
            .beFinal()),

    PUBLIC_MEANS_EXPORTED("hidden", root -> noClasses()
            .that(below(root)
                    .and(not(resideInAnyPackage(root, root + ".loop", root + ".checks")
                            .or(inAdapters(root)))))
            .should()
            .bePublic()),

    PACKAGES_ARE_NULL_MARKED("nulls", root -> classes().that(below(root)).should(beInNullMarkedPackages())),

    NAMES_SAY_WHAT_THINGS_ARE("names", root -> noClasses()
            .that(below(root))
            .should()
            .haveNameMatching(".*[.$](Abstract\\w+|\\w*(Utils?|Helper|Manager|Impl))"));

    /** The classes besides annotations that may know JUnit; nothing else may know them. */
    private static final Set<String> JUNIT_EXTENSIONS = Set.of(
            "LoopRunnerExtension",
            "TestScope",
            "ScopeStore",
            "FutureReturningTests",
            "LateFailures",
            "RunSettings",
            "Annotated",
            "KindOfTest",
            "ReactorOnLoopExtension");

    private final String planted;
    private final Function<String, ArchRule> rule;

    HouseRule(String planted, Function<String, ArchRule> rule) {
        this.planted = planted;
        this.rule = rule;
    }

    /** Returns this rule for the classes below a root package. */
    ArchRule in(String root) {
        return rule.apply(root)
                .as(name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .allowEmptyShould(true);
    }

    /** Returns the root package of the classes that break this rule. */
    String plantedPackage() {
        return HouseRule.class.getPackageName() + ".planted." + planted;
    }

    private static DescribedPredicate<JavaClass> below(String root) {
        return resideInAPackage(root + "..");
    }

    private static DescribedPredicate<JavaClass> junit() {
        return resideInAnyPackage("org.junit..", "org.opentest4j..");
    }

    private static DescribedPredicate<JavaClass> inAdapters(String root) {
        return resideInAnyPackage(Adapter.packagesIn(root));
    }

    private static DescribedPredicate<JavaClass> facingJunit() {
        return describe("face JUnit", type -> type.isAnnotation() || isJunitExtension(type));
    }

    private static DescribedPredicate<JavaClass> junitExtensions() {
        return describe("are JUnit extensions", HouseRule::isJunitExtension);
    }

    private static boolean isJunitExtension(JavaClass type) {
        String binaryName = type.getName().substring(type.getPackageName().length() + 1);
        return JUNIT_EXTENSIONS.contains(binaryName.replaceFirst("\\$.*", ""));
    }

    /** Calls and method references alike. */
    private static ArchCondition<JavaClass> access(Class<?> owner, String... names) {
        Set<String> targets = Set.of(names);
        return accessTargetWhere(describe(
                owner.getSimpleName() + " " + targets,
                access -> access.getTargetOwner().isAssignableTo(owner)
                        && targets.contains(access.getTarget().getName())));
    }

    private static ArchCondition<JavaClass> createBareRuntimeExceptions() {
        return accessTargetWhere(describe("a new RuntimeException", HouseRule::createsRuntimeException));
    }

    private static boolean createsRuntimeException(JavaAccess<?> access) {
        boolean fromSubclass = access.getOriginOwner().isAssignableTo(RuntimeException.class);
        return !fromSubclass
                && access.getTarget().getName().equals("<init>")
                && access.getTargetOwner().isEquivalentTo(RuntimeException.class);
    }

    private static ArchCondition<JavaClass> beInNullMarkedPackages() {
        return ArchCondition.from(
                describe("be in null-marked packages", type -> type.getPackage().isAnnotatedWith(NullMarked.class)));
    }
}

package io.github.looprunner.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.ForwardingEventLoop;
import io.github.looprunner.loop.LoopOwner;
import io.github.looprunner.loop.PolledLoop;
import io.github.looprunner.loop.TimerOrder;
import io.github.looprunner.testing.IdlePoller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("battery")
class LoopChecksTests {

    /** They take seconds each, so that only the faults that concern them are shown to them. */
    private static final Set<String> SLOW =
            Set.of(Faults.RACE, Faults.RACE_NOW, Faults.RACE_TIMERS, Faults.CLOSE_INTERRUPTS);

    private static final Duration BOUND = Duration.ofSeconds(4);

    private final List<Fault> faults = Faults.all();
    private final Map<Fault, Map<String, Future<AssertionError>>> verdicts = new LinkedHashMap<>();
    private final ExecutorService pool = Executors.newFixedThreadPool(8);

    /** Most of their time the checks wait, so many run at the same time; each has a kind of its own. */
    @BeforeAll
    void check() {
        for (Fault fault : faults) {
            Map<String, Future<AssertionError>> ofFault = new LinkedHashMap<>();
            for (String name : names(fault.kind().get())) {
                if (!SLOW.contains(name) || concerns(name, fault)) {
                    ofFault.put(name, pool.submit(() -> breach(name, fault)));
                }
            }
            verdicts.put(fault, ofFault);
        }
    }

    @AfterAll
    void end() {
        pool.shutdownNow();
    }

    @TestFactory
    Stream<DynamicTest> namesEachFault() {
        return faults.stream()
                .map(fault -> DynamicTest.dynamicTest(fault.name(), () -> {
                    Map<String, AssertionError> breaches = new LinkedHashMap<>();
                    for (Map.Entry<String, Future<AssertionError>> verdict :
                            verdicts.get(fault).entrySet()) {
                        AssertionError breach = verdict.getValue().get();
                        if (breach != null) {
                            breaches.put(verdict.getKey(), breach);
                        }
                    }

                    assertThat(breaches.keySet()).as(breaches::toString).containsAll(fault.named());
                    Set<String> others = new TreeSet<>(breaches.keySet());
                    others.removeAll(fault.named());
                    assertThat(fault.chance()).as(breaches::toString).containsAll(others);
                }));
    }

    private static AssertionError breach(String name, Fault fault) {
        return catchThrowableOfType(
                AssertionError.class, () -> check(name, fault, BOUND).run());
    }

    private static LoopCheck check(String name, Fault fault, Duration bound) {
        return LoopChecks.of(fault.kind().get()).within(bound).checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static boolean concerns(String name, Fault fault) {
        return fault.named().contains(name) || fault.chance().contains(name);
    }

    @Test
    void hasAFaultForEachCheck() {
        Set<String> noticed = faults.stream()
                .flatMap(fault -> Stream.concat(fault.named().stream(), fault.chance().stream()))
                .collect(Collectors.toSet());
        Set<String> all = new HashSet<>(names(new Planted()));
        all.add(Faults.RUNNER_REFUSES);

        assertThat(noticed).isEqualTo(all);
    }

    @Test
    void findsNothingWrongWithALoopThatOnlyForwards() {
        Planted forwarding = Planted.loop(loop -> new ForwardingEventLoop(loop) {});

        LoopChecks.of(forwarding).run();
    }

    @Test
    void leavesOutWhatAKindDoesNotOffer() {
        LoopChecks checks = LoopChecks.of(new Planted() {
            @Override
            public Optional<String> noVirtualTime() {
                return Optional.of("its clock is on the wall");
            }

            @Override
            public Optional<String> notCounted() {
                return Optional.of("it hides its queue");
            }

            @Override
            public Optional<String> foreignThreads() {
                return Optional.of("they are borrowed");
            }

            @Override
            public TimerOrder timerOrder() {
                return TimerOrder.UNSPECIFIED;
            }
        });

        assertThat(checks.leftOut())
                .containsEntry(Faults.HOUR, "its clock is on the wall")
                .containsEntry(Faults.QUIET, "it hides its queue")
                .containsEntry(Faults.THREADS, "they are borrowed")
                .containsEntry(Faults.DECLARED, "the kind does not say where its timers run")
                .doesNotContainKey(Faults.RUNNER_REFUSES);
        assertThat(checks.checks())
                .extracting(LoopCheck::name)
                .doesNotContainAnyElementsOf(checks.leftOut().keySet());
        assertThat(checks.checks()).extracting(LoopCheck::name).contains(Faults.ORDER, Faults.RUNNER_REFUSES);
    }

    @Test
    void leavesOutNearlyEverythingWhereAKindCannotRun() {
        LoopChecks checks = LoopChecks.of(new Planted() {
            @Override
            public Optional<String> unavailable() {
                return Optional.of("no display");
            }
        });

        assertThat(checks.checks()).extracting(LoopCheck::name).containsExactly(Faults.KIND, Faults.OPENS);
        assertThat(checks.leftOut().values()).containsOnly("no display");
    }

    @Test
    void listsAllBreachesInOneError() {
        Fault fault = faultOf("claims another order of timers");

        AssertionError error = catchThrowableOfType(
                AssertionError.class, () -> LoopChecks.of(fault.kind().get()).run());

        assertThat(error)
                .hasMessage(
                        """
                        loop kind (jdk) breaks 2 of 96 rules; 1 do not concern it

                        1. loop kind (jdk) breaks a rule: a timer that is due runs where its kind declares
                          expected      : the order: [timer, first task, second task, task of the first]
                          seen          : [first task, second task, timer, task of the first]
                          written at    : TimerOrder

                        2. loop kind (jdk) breaks a rule: a timer that is due runs where its kind declares, in virtual time as well
                          expected      : the order: [timer, first task, second task, task of the first]
                          seen          : [first task, second task, timer, task of the first]
                          written at    : VirtualTime""");
        assertThat(error.getSuppressed()).hasSize(2);
    }

    @Test
    void saysWhereALoopHangs() {
        Fault fault = faultOf("closes for ever");
        LoopCheck close = check(Faults.CLOSE, fault, Duration.ofMillis(500));

        AssertionError error = catchThrowableOfType(AssertionError.class, close::run);

        assertThat(error)
                .hasMessageContaining("expected      : that calls of the loop return")
                .hasMessageContaining("seen          : no return within 500 ms:\n")
                .hasMessageContaining(Faults.class.getName());
    }

    @Test
    void tellsWhatTheLoopReportedBesides() {
        IllegalStateException noFramework = new IllegalStateException("no framework here");
        LoopChecks checks = LoopChecks.of(new Planted() {
            @Override
            public EventLoop open(LoopOwner owner) {
                return PolledLoop.open("jdk", owner, loop -> new IdlePoller() {
                    @Override
                    public void begin() {
                        throw noFramework;
                    }
                });
            }
        });

        AssertionError error =
                catchThrowableOfType(AssertionError.class, () -> checks.within(Duration.ofMillis(500)).checks().stream()
                        .filter(check -> check.name().equals(Faults.IN_TASK))
                        .findFirst()
                        .orElseThrow()
                        .run());

        assertThat(error)
                .hasMessageContaining("\n  reported      : begin of the loop's poller threw " + noFramework + "\n")
                .hasSuppressedException(noFramework);
    }

    @Test
    void refusesABoundThatIsNotPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoopChecks.of(new Planted()).within(Duration.ZERO))
                .withMessage("bound (PT0S) must be positive");
    }

    private Fault faultOf(String name) {
        return faults.stream()
                .filter(fault -> fault.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(EventLoopFactory kind) {
        List<String> names = new ArrayList<>();
        LoopChecks.of(kind).checks().forEach(check -> names.add(check.name()));
        return names;
    }
}

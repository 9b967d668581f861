package io.github.looprunner;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.Outcome;
import io.github.looprunner.loop.Site;
import io.github.looprunner.loop.TaskFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is wrong in a scope and reached nobody so far; it fails the test at its end. */
final class Findings {

    /*
     * Overview: a failure is recorded when it happens, and judged at the end, by the identity of what was thrown: it may
     * yet be asked for. Two kinds of asking differ. Who was *handed* a throwable, in a callback that takes one, has it:
     * that covers the same throwable from elsewhere, before or after. Who has it *thrown* at him, by join or get, has it
     * only from then on: where he lets it escape from a task, it is a new failure.
     *
     * Failures are kept by what was thrown, in the order in which they came, so that taking one back is cheap while many
     * wait for their future to be asked. Of a runaway test that fails without end only so many are kept.
     */

    private static final int REMEMBERED = 1000; // throwables handed on; more than any test handles between two failures

    private static final int KEPT = 10_000; // failures that may yet be taken back; ten megabytes or so
    private static final int SHOWN = 20; // failures that a person reads

    private final Map<Identity, List<TaskFailure>> failures = new LinkedHashMap<>(); // guarded by this
    private int dropped; // failures beyond those kept; guarded by this
    private final List<LoopFailure> verdicts = new ArrayList<>(); // guarded by this
    private final Deque<Throwable> handedOrder = new ArrayDeque<>(); // guarded by this
    private final Set<Throwable> handed = Collections.newSetFromMap(new IdentityHashMap<>()); // guarded by this

    synchronized void failed(TaskFailure failure) {
        if (handed.contains(failure.thrown())) {
            return;
        }
        if (failures.size() < KEPT) {
            failures.computeIfAbsent(new Identity(failure.thrown()), first -> new ArrayList<>(1))
                    .add(failure);
        } else {
            dropped++;
        }
    }

    synchronized void add(LoopFailure verdict) {
        verdicts.add(verdict);
    }

    synchronized void handed(Throwable thrown) {
        Throwable peeled = Outcome.peel(thrown);
        if (handed.add(peeled)) {
            handedOrder.add(peeled);
            if (handedOrder.size() > REMEMBERED) {
                handed.remove(handedOrder.remove());
            }
        }
        takeBack(peeled);
    }

    synchronized void thrown(Throwable thrown) {
        takeBack(Outcome.peel(thrown));
    }

    /** Hands the test everything that a throwable carries: itself, its causes and what it suppresses. */
    synchronized void reachedTest(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        collect(thrown, seen);
        seen.forEach(this::handed);
    }

    /** Takes back the first failure of a type and returns what was thrown. */
    synchronized <X extends Throwable> Optional<X> take(Class<X> type) {
        Optional<X> taken = failures.keySet().stream()
                .map(Identity::thrown)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
        taken.ifPresent(this::takeBack);
        return taken;
    }

    /** Removes all failures and returns them. */
    synchronized List<TaskFailure> drain() {
        List<TaskFailure> drained = all().toList();
        failures.clear();
        return drained;
    }

    synchronized List<String> inWords() {
        return all().limit(SHOWN)
                .map(failure -> Report.summary(failure.thrown()) + ", thrown by " + failure.task()
                        + (failure.site() == null ? "" : ", submitted at " + failure.site()))
                .toList();
    }

    /** Returns how a next step begins where something reached nobody that may be the reason for what is told. */
    synchronized String lookFirst() {
        return failures.isEmpty() ? "" : "look first at what is uncaught, which may be why; else ";
    }

    /** Removes all findings and returns them as one failure, the first with the rest suppressed; null if there are none. */
    synchronized @Nullable LoopFailure takeAll(String test) {
        if (failures.isEmpty() && verdicts.isEmpty()) {
            return null;
        }
        List<LoopFailure> all = new ArrayList<>();
        all().limit(SHOWN).forEach(failure -> all.add(uncaught(failure, test)));
        long more = all().count() - all.size() + (all.isEmpty() ? 0 : dropped);
        if (more > 0) {
            all.add(new LoopFailure(Verdict.UNCAUGHT, "... and " + more + " more failures reached nobody"));
        }
        all.addAll(verdicts);
        failures.clear();
        verdicts.clear();
        return together(all);
    }

    /** Returns the first of several failures, the others suppressed in it; null if there are none. */
    static @Nullable LoopFailure together(List<LoopFailure> failures) {
        if (failures.isEmpty()) {
            return null;
        }
        LoopFailure first = failures.get(0);
        failures.subList(1, failures.size()).forEach(first::addSuppressed);
        return first;
    }

    /** Logs what can no longer fail anything. */
    static void log(LoopFailure failure) {
        System.getLogger("io.github.looprunner").log(System.Logger.Level.ERROR, failure.getMessage(), failure);
    }

    /** Returns the verdict on a failure that came when its test had ended. */
    static LoopFailure late(TaskFailure failure, String test) {
        return uncaught(failure, test + ", which had ended before this happened");
    }

    static LoopFailure uncaught(TaskFailure failure, String test) {
        Report report = Report.of("a failure on loop \"" + failure.loop() + "\" reached nobody: "
                        + Report.summary(failure.thrown()))
                .fact("test", test)
                .fact("thrown by", failure.task());
        Site site = failure.site();
        if (site == null || site.isKnown()) {
            report.fact("submitted at", site == null ? Report.SITE_NOT_RECORDED : site.inWords());
        }
        String message = report.next(nextStep(failure.thrown())).toString();
        return new LoopFailure(Verdict.UNCAUGHT, message, failure.thrown());
    }

    private static String nextStep(Throwable thrown) {
        if (thrown instanceof AssertionError) {
            return "let the test wait for it, with runner.call(...) or runCoroutine(...): an assertion that fails on a"
                    + " loop reaches the test only so";
        }
        return "handle it where it is thrown, or wait for the future that carries it; where the test expects it, take it"
                + " back with runner.expectUncaught("
                + Report.shortName(named(thrown.getClass()).getName()) + ".class)";
    }

    /** Returns a class that a user can write, where this one is anonymous. */
    private static Class<?> named(Class<?> type) {
        return type.isAnonymousClass() ? named(type.getSuperclass()) : type;
    }

    private void takeBack(Throwable peeled) {
        failures.remove(new Identity(peeled));
    }

    private Stream<TaskFailure> all() {
        return failures.values().stream().flatMap(List::stream);
    }

    private static void collect(Throwable thrown, Set<Throwable> into) {
        if (!into.add(thrown)) {
            return;
        }
        if (thrown.getCause() != null) {
            collect(thrown.getCause(), into);
        }
        for (Throwable suppressed : thrown.getSuppressed()) {
            collect(suppressed, into);
        }
    }

    /** A throwable as itself, whatever its own idea of being equal. */
    private record Identity(Throwable thrown) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity identity && identity.thrown == thrown;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(thrown);
        }
    }
}

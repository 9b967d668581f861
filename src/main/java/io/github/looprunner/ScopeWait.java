package io.github.looprunner;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Waits for something that is true of a whole scope, looking again whenever one of its loops has made a step. */
final class ScopeWait {

    private static final long FIRST_INTERVAL = Duration.ofMillis(1).toNanos(); // foreign threads give no signal
    private static final long LONGEST_INTERVAL = Duration.ofMillis(100).toNanos();
    private static final Duration GRACE = Duration.ofMillis(100); // tells what comes late from what never comes

    private final Scope scope;
    private final Limit limit;

    ScopeWait(Scope scope, Limit limit) {
        this.scope = scope;
        this.limit = limit;
    }

    void settle() {
        if (!interruptibly(() -> scope.settle(Deadline.in(limit)))) {
            throw new LoopFailure(
                    Verdict.TIMED_OUT,
                    report(scope.name() + " did not settle within " + limit.inWords() + ": a loop never came to rest")
                            .next(
                                    "end what submits itself again and again before settle(), or wait for what the test is"
                                            + " about with eventually(...)")
                            .toString());
        }
    }

    void eventually(CheckedRunnable assertion) {
        Attempts attempts = new Attempts(assertion);
        if (poll(attempts::succeed, Deadline.in(limit))) {
            return;
        }
        long bound = System.nanoTime();
        String verdict = poll(attempts::succeed, Deadline.in(GRACE))
                ? "it held " + Report.inWords(Duration.ofNanos(System.nanoTime() - bound)) + " after that"
                : "it never did";
        Report report = report("the assertion did not hold within " + limit.inWords() + "; " + verdict)
                .fact("checked", attempts.count + " times; last it said: " + attempts.last);
        throw verdict.startsWith("it held")
                ? new LoopFailure(
                        Verdict.LATE,
                        report.next("allow more time with runner.within(...), or find out what takes so long")
                                .toString(),
                        attempts.last)
                : new LoopFailure(
                        Verdict.TIMED_OUT,
                        report.next("see the cause for what it said last; check that something is still to happen")
                                .toString(),
                        attempts.last);
    }

    <X extends Throwable> X uncaught(Class<X> type) {
        Taken<X> taken = new Taken<>(type);
        if (poll(taken::isThere, Deadline.in(limit))) {
            return taken.get();
        }
        List<String> others = scope.findings().inWords();
        throw new LoopFailure(
                Verdict.UNMET,
                report("no " + type.getName() + " was thrown and left unobserved within " + limit.inWords())
                        .fact("unobserved", others.isEmpty() ? "nothing" : String.join("; ", others))
                        .next("check that it is thrown on a loop of this test, and that nobody handles it")
                        .toString());
    }

    /** Checks a condition until it holds or the deadline has passed, and once more then. */
    private boolean poll(BooleanSupplier condition, Deadline deadline) {
        Watch watch = scope.watch();
        try {
            return interruptibly(() -> poll(condition, deadline, watch));
        } finally {
            scope.unwatch(watch);
        }
    }

    private static boolean poll(BooleanSupplier condition, Deadline deadline, Watch watch) throws InterruptedException {
        long interval = FIRST_INTERVAL;
        while (true) {
            watch.reset();
            boolean last = deadline.isPast(); // before the check, so that the last one comes after the bound
            if (condition.getAsBoolean()) {
                return true;
            }
            if (last) {
                return false;
            }
            watch.await(deadline, interval);
            interval = Math.min(interval * 2, LONGEST_INTERVAL);
        }
    }

    private Report report(String verdict) {
        Report report = Report.of(verdict).fact("test", scope.name()).fact("waited at", Report.userLine());
        for (EventLoop loop : scope.loops()) {
            report.loop(loop, loop.state());
        }
        return report;
    }

    private static boolean interruptibly(InterruptibleCheck check) {
        try {
            return check.holds();
        } catch (InterruptedException e) {
            throw Checked.<RuntimeException>sneaky(e);
        }
    }

    @FunctionalInterface
    private interface InterruptibleCheck {
        boolean holds() throws InterruptedException;
    }

    /** The runs of an assertion. */
    private static final class Attempts {

        private final CheckedRunnable assertion;
        private int count;
        private Throwable last = new AssertionError("the assertion was not run");

        Attempts(CheckedRunnable assertion) {
            this.assertion = assertion;
        }

        boolean succeed() {
            count++;
            try {
                assertion.run();
                return true;
            } catch (AssertionError | Exception e) {
                if (e instanceof InterruptedException) {
                    throw Checked.<RuntimeException>sneaky(e);
                }
                last = e;
                return false;
            } catch (Throwable broken) {
                throw Checked.<RuntimeException>sneaky(broken);
            }
        }
    }

    /** Takes the first unobserved failure of a type back, once there is one. */
    private final class Taken<X extends Throwable> {

        private final Class<X> type;
        private Optional<X> taken = Optional.empty();

        Taken(Class<X> type) {
            this.type = type;
        }

        boolean isThere() {
            taken = scope.findings().take(type);
            return taken.isPresent();
        }

        X get() {
            return taken.orElseThrow();
        }
    }
}

package io.github.looprunner;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.Kernel.End;
import io.github.looprunner.loop.Standstill;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Waits for something that is true of a whole scope, looking again whenever one of its loops has made a step. */
final class ScopeWait {

    private static final long FIRST_INTERVAL = Duration.ofMillis(1).toNanos(); // foreign threads give no signal
    private static final int CHECKS_AT_ONCE = 20; // then a rest between two: a check may itself make a loop step
    private static final long LONGEST_INTERVAL = Duration.ofMillis(100).toNanos();
    private static final Duration GRACE = Duration.ofMillis(100); // tells what comes late from what never comes
    private static final Duration LONGEST_CHECK = Duration.ofSeconds(1); // that begins at the bound

    private static final Wording ASSERTION = new Wording(
            "the assertion never held",
            "the assertion held",
            "can never see the assertion hold",
            "check that what it waits for still happens");

    private final Scope scope;
    private final Limit limit;
    private End end = End.TIMED_OUT; // how the last wait under virtual time ended
    private long quietSince; // real time; when a loop made its last step then

    ScopeWait(Scope scope, Limit limit) {
        this.scope = scope;
        this.limit = limit;
    }

    void settle() {
        boolean settled;
        try {
            settled = scope.settle(Deadline.in(limit));
        } catch (InterruptedException e) {
            throw interrupted("settle", /* last= */ null);
        }
        if (!settled) {
            throw unsettled();
        }
    }

    private LoopFailure unsettled() {
        Kernel kernel = scope.kernel();
        Standstill still = standstill(kernel);
        if (still != null) {
            return new LoopFailure(
                    Verdict.TIMED_OUT,
                    report(scope.name() + " did not settle within " + limit.inWords() + ", since " + still.reason())
                            .next(still.remedy() + "; or allow more time with runner.within(...)")
                            .toString());
        }
        LoopProbe probe = LoopProbe.of(restless());
        String next = probe.isBlocked()
                ? probe.nextStep()
                : "end what submits itself again and again before settle(), or wait for what the test is about with"
                        + " eventually(...)";
        return new LoopFailure(
                probe.isBlocked() ? Verdict.BLOCKED_LOOP : Verdict.TIMED_OUT,
                probe.describe(report(
                                scope.name() + " did not settle within " + limit.inWords() + ": " + probe.inWords()))
                        .next(next)
                        .toString());
    }

    private static @Nullable Standstill standstill(@Nullable Kernel kernel) {
        return kernel == null
                ? null
                : kernel.outside().standstills().stream().findFirst().orElse(null);
    }

    /** Returns the loop that keeps the scope from settling, as far as one look tells. */
    private EventLoop restless() {
        return scope.loops().stream()
                .filter(loop -> !loop.isQuiet())
                .findFirst()
                .orElseGet(() -> scope.loops().get(0));
    }

    void eventually(CheckedRunnable assertion) {
        eventually(assertion, ASSERTION);
    }

    /** Waits until an attempt succeeds. */
    void eventually(CheckedRunnable attempt, Wording words) {
        try (Watchdog watchdog = new Watchdog()) {
            eventually(new Attempts(attempt, words, watchdog));
        }
    }

    private void eventually(Attempts attempts) {
        Kernel kernel = scope.kernel();
        long jumps = kernel == null ? 0 : kernel.time().jumpCount();
        try {
            if (poll(attempts, Deadline.in(limit))) {
                return;
            }
            if (kernel != null && end != End.TIMED_OUT) {
                throw never(kernel, attempts);
            }
            if (kernel != null && kernel.time().jumpCount() - jumps >= Await.RUNAWAY_JUMPS) {
                throw ranAway(kernel, kernel.time().jumpCount() - jumps, attempts);
            }
            long bound = System.nanoTime();
            if (poll(attempts, Deadline.in(GRACE))) {
                throw late(Duration.ofNanos(System.nanoTime() - bound), attempts);
            }
        } catch (InterruptedException e) {
            throw interrupted("eventually", attempts.last);
        }
        EventLoop restless = scope.restless();
        LoopProbe probe = restless == null ? null : LoopProbe.of(restless);
        if (probe != null && probe.isBlocked()) {
            throw blocked(probe, attempts);
        }
        Standstill still = restless == null ? standstill(kernel) : null;
        String because = "";
        String next = attempts.words.next();
        if (kernel != null && restless != null) {
            because = "; loop \"" + restless.name()
                    + "\" is at work, and virtual time stands as long as anything is ready";
            next = Await.END_THE_RESTLESS;
        } else if (still != null) {
            because = "; virtual time stood still, since " + still.reason();
            next = still.remedy();
        }
        throw new LoopFailure(
                Verdict.TIMED_OUT,
                report(timedOut() + attempts.words.never() + because, attempts)
                        .next(next + "; or allow more time with runner.within(...)")
                        .toString(),
                attempts.last);
    }

    private LoopFailure blocked(LoopProbe probe, Attempts attempts) {
        return new LoopFailure(
                Verdict.BLOCKED_LOOP,
                probe.describe(report(timedOut() + attempts.words.never() + "; " + probe.inWords(), attempts))
                        .next(probe.nextStep())
                        .toString(),
                attempts.last);
    }

    private LoopFailure blocked(Attempts attempts) {
        return new LoopFailure(
                Verdict.TIMED_OUT,
                report(
                                timedOut() + attempts.words.never()
                                        + " in time: a check did not return, and was interrupted",
                                attempts)
                        .next(
                                "do not block in a check: wait for a future with runner.runCoroutine(future), and only look at"
                                        + " what is there")
                        .toString(),
                attempts.last);
    }

    private LoopFailure never(Kernel kernel, Attempts attempts) {
        boolean awaitsTime = scope.isManual() && kernel.nextDeadline() != Long.MAX_VALUE;
        String rest = ", and nothing " + (scope.isManual() ? "moves time" : "is scheduled");
        String why = end == End.PERIODIC
                ? attempts.words.cannot() + ": nothing but periodic timers fired, " + kernel.periodicInWords()
                : kernel.outsideInWords().isEmpty()
                        ? attempts.words.cannot() + ": nothing is running" + rest
                        : "was given up before " + attempts.words.came() + ": nothing came from outside for "
                                + Report.inWords(kernel.outside().silence(quietSince)) + rest;
        return new LoopFailure(
                end == End.PERIODIC ? Verdict.ONLY_PERIODIC : Verdict.NEVER,
                report(scope.name() + " " + why, attempts)
                        .next(scope.findings().lookFirst()
                                + (awaitsTime
                                        ? "move time before the wait, as with runner.time().advanceBy(...)"
                                        : attempts.words.next() + "; or " + Report.tellWhoWill(kernel)))
                        .toString(),
                attempts.last);
    }

    private LoopFailure ranAway(Kernel kernel, long jumps, Attempts attempts) {
        return new LoopFailure(
                Verdict.RAN_AWAY,
                report(
                                timedOut() + attempts.words.never() + ", while virtual time ran on and on, by " + jumps
                                        + " jumps to " + kernel.time().inWords(),
                                attempts)
                        .next(
                                "end what arms timer after timer, such as a heartbeat, before waiting, of which"
                                        + " -Dlooprunner.submissionSites=all shows the lines; or allow more time with runner.within(...)")
                        .toString(),
                attempts.last);
    }

    private LoopFailure late(Duration late, Attempts attempts) {
        return new LoopFailure(
                Verdict.LATE,
                report(timedOut() + attempts.words.came() + " " + Report.inWords(late) + " after that", attempts)
                        .next("allow more time with runner.within(...), or find out what takes so long")
                        .toString(),
                attempts.last);
    }

    <X extends Throwable> X uncaught(Class<X> type) {
        Taken<X> taken = new Taken<>(type);
        try {
            if (poll(taken::isThere, Deadline.in(limit))) {
                return taken.get();
            }
        } catch (InterruptedException e) {
            throw interrupted("expectUncaught", /* last= */ null);
        }
        Kernel kernel = scope.kernel();
        String bound = kernel != null && end == End.QUIET ? scope.name() + " came to rest: " : timedOut();
        List<String> others = scope.findings().inWords();
        throw new LoopFailure(
                Verdict.UNMET,
                report(bound + "no " + type.getName() + " was left uncaught")
                        .fact("uncaught", others.isEmpty() ? "nothing" : String.join("\n", others))
                        .next(
                                "check that it is thrown on a loop of this test, and that nobody handles it or waits for it")
                        .toString());
    }

    private boolean poll(Attempts attempts, Deadline deadline) throws InterruptedException {
        return poll(() -> attempts.succeed(deadline), deadline);
    }

    /** Checks a condition until it holds or the deadline has passed, and once more then. */
    private boolean poll(BooleanSupplier condition, Deadline deadline) throws InterruptedException {
        Kernel kernel = scope.kernel();
        if (kernel != null) {
            return stepThrough(kernel, condition, deadline);
        }
        Watch watch = scope.watch();
        try {
            return poll(condition, deadline, watch);
        } finally {
            scope.unwatch(watch);
        }
    }

    /** Checks a condition after each step, until it holds, the deadline has passed, or nothing can change it any more. */
    private boolean stepThrough(Kernel kernel, BooleanSupplier condition, Deadline deadline)
            throws InterruptedException {
        end = End.REACHED;
        long interval = FIRST_INTERVAL;
        quietSince = System.nanoTime();
        while (true) {
            if (end == End.REACHED && deadline.isPast()) {
                end = End.TIMED_OUT; // as beside a loop that never rests, which brings step after step
            }
            if (condition.getAsBoolean()) {
                return true;
            }
            if (end != End.REACHED) {
                return false;
            }
            long before = kernel.steps();
            long lookAgain = System.nanoTime() + interval; // what is outside may write while nothing moves
            end = kernel.awaitAgain(
                    () -> kernel.steps() != before || System.nanoTime() - lookAgain >= 0,
                    scope.horizon(kernel),
                    quietSince,
                    deadline.left(),
                    scope.spin());
            boolean quiet = kernel.steps() == before;
            interval = quiet ? Math.min(interval * 2, LONGEST_INTERVAL) : FIRST_INTERVAL;
            quietSince = quiet ? quietSince : System.nanoTime();
        }
    }

    private static boolean poll(BooleanSupplier condition, Deadline deadline, Watch watch) throws InterruptedException {
        long interval = FIRST_INTERVAL;
        for (int checks = 1; true; checks++) {
            watch.reset();
            boolean last = deadline.isPast(); // before the check, so that the last one comes after the bound
            if (condition.getAsBoolean()) {
                return true;
            }
            if (last) {
                return false;
            }
            if (checks > CHECKS_AT_ONCE) {
                Watch.rest(FIRST_INTERVAL);
            }
            watch.await(deadline, interval);
            interval = Math.min(interval * 2, LONGEST_INTERVAL);
        }
    }

    private RuntimeException interrupted(String method, @Nullable Throwable last) {
        Report report = report(scope.name() + " was interrupted while " + method + " waited");
        throw Checked.<RuntimeException>sneaky(Interruption.of(method, report, limit, last));
    }

    private String timedOut() {
        return scope.name() + " timed out after " + limit.inWords() + ": ";
    }

    private Report report(String verdict, Attempts attempts) {
        return report(verdict)
                .facts("uncaught", scope.findings().inWords())
                .fact("checked", Report.count(attempts.count, "time"))
                .fact("last failure", Report.summary(attempts.last));
    }

    private Report report(String verdict) {
        Report report = Report.of(verdict).fact("waited at", Report.userLine(scope.name()));
        for (EventLoop loop : scope.loops()) {
            report.loop(loop, loop.state());
        }
        Kernel kernel = scope.kernel();
        return kernel == null ? report : report.time(kernel);
    }

    /**
     * How a report calls what it waits for.
     *
     * @param never that it did not come
     * @param came that it did
     * @param cannot that it cannot come any more; the subject is the test
     * @param next what to do where it did not
     */
    record Wording(String never, String came, String cannot, String next) {}

    /** The runs of an assertion. */
    private final class Attempts {

        private final CheckedRunnable assertion;
        private final Wording words;
        private final Watchdog watchdog;
        private int count;
        private Throwable last = new AssertionError("no check has failed");

        Attempts(CheckedRunnable assertion, Wording words, Watchdog watchdog) {
            this.assertion = assertion;
            this.words = words;
            this.watchdog = watchdog;
        }

        /** Makes an attempt, which is interrupted where it takes until long after a deadline. */
        boolean succeed(Deadline deadline) {
            count++;
            if (!deadline.isNever()) {
                watchdog.watch(Duration.ofNanos(Math.max(0, deadline.left())).plus(LONGEST_CHECK));
            }
            Kernel kernel = scope.kernel();
            boolean begun = kernel != null && kernel.testThread().beginWatched(); // else a check runs another
            Throwable thrown = null;
            try {
                assertion.run();
            } catch (Throwable t) {
                thrown = t;
            }
            if (kernel != null && begun) {
                kernel.testThread().endWatched();
            }
            boolean bitten = watchdog.end();
            if (thrown != null && (!bitten || count == 1)) { // else what an earlier check said tells more
                last = thrown;
            }
            if (bitten) {
                throw blocked(this);
            }
            if (thrown instanceof InterruptedException
                    || (thrown instanceof Error && !(thrown instanceof AssertionError))) {
                throw Checked.<RuntimeException>sneaky(thrown);
            }
            return thrown == null;
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

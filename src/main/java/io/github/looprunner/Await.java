package io.github.looprunner;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Outcome;
import io.github.looprunner.loop.Site;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits for one result, and says what was going on where it does not come. */
final class Await<T extends @Nullable Object> {

    private static final Duration GRACE = Duration.ofMillis(100); // tells what comes late from what never comes

    private final String method;
    private final ResultWait<T> wait;
    private final Object awaited;
    private final LoopRunner runner;

    Await(String method, ResultWait<T> wait, Object awaited, LoopRunner runner) {
        this.method = method;
        this.wait = wait;
        this.awaited = awaited;
        this.runner = runner;
    }

    /** Returns the result, or throws what it failed with; gives up what is awaited where the wait itself fails. */
    T result(Runnable giveUp) {
        Outcome<T> outcome;
        try {
            outcome = wait.await(runner.limit());
        } catch (InterruptedException e) {
            e.addSuppressed(interrupted());
            giveUp.run();
            throw Checked.<RuntimeException>sneaky(e);
        }
        if (outcome == null) {
            LoopFailure failure = timedOut();
            giveUp.run();
            throw failure;
        }
        if (outcome.thrown() != null) {
            AwaitedAt.attachTo(outcome.thrown(), method, runner.loop(), Site.of(awaited));
        }
        return outcome.get();
    }

    private LoopFailure interrupted() {
        LoopProbe probe = LoopProbe.of(runner.loop());
        Report report = report("interrupted while " + method + " waited: " + probe.inWords(), probe);
        return new LoopFailure(
                Verdict.INTERRUPTED,
                report.next("see who interrupted: a JUnit @Timeout, for one, is shorter than the runner's own bound")
                        .toString());
    }

    private LoopFailure timedOut() {
        LoopProbe probe = LoopProbe.of(runner.loop());
        String timedOut =
                runner.scope().name() + " timed out after " + runner.limit().inWords() + ": ";
        if (probe.isBlocked()) {
            return new LoopFailure(
                    Verdict.BLOCKED_LOOP,
                    report(timedOut + probe.inWords(), probe)
                            .next(
                                    "make the task return: await instead of waiting, and give work that blocks or computes"
                                            + " for long to another executor")
                            .toString());
        }
        Duration late = lateness();
        if (late != null) {
            return new LoopFailure(
                    Verdict.LATE,
                    report(timedOut + "the result came " + Report.inWords(late) + " after that", probe)
                            .next("allow more time with runner.within(...), or find out what takes so long")
                            .toString());
        }
        return new LoopFailure(
                Verdict.TIMED_OUT,
                report(timedOut + probe.inWords(), probe)
                        .next("complete it on every path, also on failure; or allow more time with runner.within(...)")
                        .toString());
    }

    private Report report(String verdict, LoopProbe probe) {
        EventLoop loop = runner.loop();
        Report report = Report.of(verdict).fact("waited for", describeAwaited()).fact("waited at", Report.userLine());
        return probe.describe(report.loop(loop, probe.last()));
    }

    private String describeAwaited() {
        Site site = Site.of(awaited);
        if (site != null) {
            return "what was submitted at " + site.inWords();
        }
        String type = awaited.getClass().getSimpleName();
        return type.isEmpty()
                ? "a stage of " + awaited.getClass().getName()
                : "a " + type + "; made by code that is not known";
    }

    /** Waits a moment longer; returns how late the result came, or null if it did not. */
    private @Nullable Duration lateness() {
        long start = System.nanoTime();
        try {
            boolean came = wait.await(Limit.exactly(GRACE)) != null;
            return came ? Duration.ofNanos(System.nanoTime() - start) : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}

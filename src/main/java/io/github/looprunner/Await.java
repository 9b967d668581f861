package io.github.looprunner;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.BlockingWait;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.Kernel.End;
import io.github.looprunner.loop.Outcome;
import io.github.looprunner.loop.Site;
import io.github.looprunner.loop.Standstill;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for one result, and says what was going on where it does not come. */
final class Await<T extends @Nullable Object> {

    private static final Duration GRACE = Duration.ofMillis(100); // tells what comes late from what never comes

    static final String END_THE_RESTLESS = "end what submits itself again and again, or arms timers without a delay";

    static final long RUNAWAY_JUMPS = 100; // in the time of one wait, be each step ever so slow

    private final String method;
    private final @Nullable String noun; // what was submitted; null where the source is a stage that somebody made
    private final Object source; // the stage or the loop that brings the result
    private final ResultWait<T> wait;
    private final LoopRunner runner;
    private long stepsBefore; // of the loops, under virtual time
    private long jumpsBefore; // of virtual time
    private String jumpedPast = ""; // who could still act when virtual time jumped to the timeout that ended this

    private Await(String method, @Nullable String noun, Object source, ResultWait<T> wait, LoopRunner runner) {
        this.method = method;
        this.noun = noun;
        this.source = source;
        this.wait = wait;
        this.runner = runner;
    }

    /** Returns a wait for a stage that somebody made. */
    static <T extends @Nullable Object> Await<T> ofStage(String method, CompletionStage<T> stage, LoopRunner runner) {
        ResultWait<T> wait = new ResultWait<>(runner.scope().spinFor(runner.loop()));
        Outcome.relay(stage, wait);
        return new Await<>(method, /* noun= */ null, stage, wait, runner);
    }

    /** Returns a wait for something that was just submitted to the runner's loop. */
    static <T extends @Nullable Object> Await<T> ofSubmitted(
            String method, String noun, Object source, ResultWait<T> wait, LoopRunner runner) {
        return new Await<>(method, noun, source, wait, runner);
    }

    /** Returns the result, or throws what it failed with; gives up what is awaited where the wait itself fails. */
    T result(Runnable giveUp) {
        BlockingWait blocking;
        try {
            blocking = BlockingWait.begin(method, source);
        } catch (IllegalStateException circle) {
            wait.giveUp();
            giveUp.run();
            throw circle;
        }
        try {
            return awaitResult(giveUp);
        } finally {
            blocking.close();
        }
    }

    private T awaitResult(Runnable giveUp) {
        Outcome<T> outcome;
        LoopFailure verdict = null;
        try {
            Kernel kernel = runner.scope().kernel();
            if (kernel == null) {
                outcome = wait.lookOutAndAwait(runner.limit());
            } else {
                verdict = await(kernel);
                outcome = wait.outcome();
            }
        } catch (InterruptedException e) {
            InterruptedException interrupted = interrupted();
            wait.giveUp();
            giveUp.run();
            throw Checked.<RuntimeException>sneaky(interrupted);
        }
        if (outcome == null) {
            LoopFailure failure = verdict == null ? timedOut() : verdict;
            wait.giveUp();
            giveUp.run();
            throw failure;
        }
        if (outcome.thrown() != null) {
            runner.scope().thrownAtCaller(outcome.thrown());
            AwaitedAt.attachTo(outcome.thrown(), method, runner.scope().name(), awaitedInWords() + jumpedPast);
        }
        return outcome.get();
    }

    /** Waits under virtual time; returns why the result does not come, null where it does, or where only the bound says so. */
    private @Nullable LoopFailure await(Kernel kernel) throws InterruptedException {
        Scope scope = runner.scope();
        jumpsBefore = kernel.time().jumpCount();
        stepsBefore = kernel.steps();
        End end = scope.await(
                kernel, wait::hasCome, scope.horizon(kernel), /* patient= */ true, Deadline.in(runner.limit()));
        if (wait.hasCome()) {
            jumpedPast = kernel.time().jumpCount() == jumpsBefore ? "" : jumpedPast(kernel);
            return null;
        }
        return switch (end) {
            case REACHED -> null;
            case QUIET -> never(kernel);
            case PERIODIC -> onlyPeriodic(kernel);
            case TIMED_OUT -> ranAway(kernel);
        };
    }

    /** Says, of a timeout that time has jumped to, who might have brought the result before. */
    private String jumpedPast(Kernel kernel) {
        Outcome<T> outcome = wait.outcome();
        if (outcome == null || !(outcome.thrown() instanceof TimeoutException)) {
            return "";
        }
        List<String> able = kernel.outside().ableInWords();
        return able.isEmpty()
                ? ""
                : "; virtual time jumped to this timeout while " + able.get(0) + " could still act"
                        + (able.size() == 1 ? "" : ", as " + (able.size() - 1) + " others could")
                        + ": if the result is to come from there, let time stand meanwhile with runner.hold(\"why\"),"
                        + " runner.track(executor) or runner.blocking(...)";
    }

    private LoopFailure never(Kernel kernel) {
        String test = runner.scope().name();
        if (runner.loop().isShutdown()) {
            LoopProbe probe = LoopProbe.atRest(runner.loop());
            return atRest(Verdict.NEVER, test + " can never complete: " + probe.inWords(), probe.nextStep());
        }
        if (runner.scope().isManual() && kernel.nextDeadline() != Long.MAX_VALUE) {
            return atRest(
                    Verdict.NEVER,
                    test
                            + " cannot complete at this instant: nothing is running, and only the calls of runner.time() move"
                            + " time to the next timer",
                    "move time before the wait, as with runner.time().advanceBy(...), or let waits move it, as"
                            + " @VirtualTime does unless told otherwise");
        }
        String scheduled = kernel.nextDeadline() == Long.MAX_VALUE
                ? "nothing is scheduled"
                : "no timer can fire, since the tasks of their loops wait";
        String verdict = kernel.outsideInWords().isEmpty()
                ? " can never complete: nothing is running, " + scheduled
                        + ", and nobody outside is known to be at work"
                : " was given up: nothing is ready, " + scheduled + ", and nothing came from outside for "
                        + Report.inWords(kernel.outside().silence());
        return atRest(
                Verdict.NEVER,
                test + verdict,
                "complete it on every path, also on failure; or " + Report.tellWhoWill(kernel)
                        + (kernel.outside().realTimersInWords().isEmpty()
                                ? ""
                                : "; where a real timer is to do it, and not one of another test, use"
                                        + " runner.loop().adopt(f).orTimeout(...) or runner.loop().delayedExecutor(...), or give what"
                                        + " armed it runner.loop() as its scheduler"
                                        + (kernel.outside().hasReactorsTimers()
                                                ? ", which @ReactorOnLoop does for Reactor's own schedulers"
                                                : "")));
    }

    private LoopFailure onlyPeriodic(Kernel kernel) {
        return atRest(
                Verdict.ONLY_PERIODIC,
                runner.scope().name() + " cannot complete: nothing but periodic timers fired, "
                        + kernel.periodicInWords(),
                "complete it on every path, also on failure; or, where a periodic timer does so after all, raise"
                        + " @VirtualTime(periodicLimit = ...)");
    }

    private @Nullable LoopFailure ranAway(Kernel kernel) {
        if (!hasRunAway(kernel)) {
            return null;
        }
        return atRest(
                Verdict.RAN_AWAY,
                runner.scope().name() + " timed out after " + runner.limit().inWords() + " of real time, in which "
                        + ranOnInWords(kernel),
                "end what arms timer after timer, of which -Dlooprunner.submissionSites=all shows the lines; or allow more"
                        + " time with runner.within(...)");
    }

    private boolean hasRunAway(Kernel kernel) {
        return kernel.time().jumpCount() - jumpsBefore >= RUNAWAY_JUMPS;
    }

    private String ranOnInWords(Kernel kernel) {
        return "virtual time ran on and on, by " + (kernel.time().jumpCount() - jumpsBefore) + " jumps to "
                + kernel.time().inWords();
    }

    private LoopFailure atRest(Verdict kind, String verdict, String next) {
        LoopProbe probe = LoopProbe.atRest(runner.loop());
        return new LoopFailure(
                kind,
                report(verdict, probe)
                        .next(runner.scope().findings().lookFirst() + next)
                        .toString());
    }

    private InterruptedException interrupted() {
        LoopProbe probe = LoopProbe.of(runner.loop(), runner.scope().loops());
        String test = runner.scope().name();
        Kernel kernel = runner.scope().kernel();
        String meanwhile = kernel != null && hasRunAway(kernel) ? ranOnInWords(kernel) : probe.inWords();
        Report report = report(test + " was interrupted while " + method + " waited: " + meanwhile, probe);
        return Interruption.of(method, report, runner.limit(), /* last= */ null);
    }

    private LoopFailure timedOut() {
        long bound = System.nanoTime();
        LoopProbe probe = LoopProbe.of(runner.loop(), runner.scope().loops());
        String timedOut =
                runner.scope().name() + " timed out after " + runner.limit().inWords() + ": ";
        Duration late = probe.isBlocked() ? null : lateness(bound);
        if (late != null) {
            return late(timedOut, late, probe);
        }
        Kernel kernel = runner.scope().kernel();
        if (kernel != null && !probe.isBlocked() && !probe.hasLostItsThread()) {
            EventLoop restless = runner.scope().restless();
            if (restless != null) {
                return restless(timedOut, restless, kernel.steps() - stepsBefore, probe);
            }
            Standstill still =
                    kernel.outside().standstills().stream().findFirst().orElse(null);
            if (still != null) {
                return new LoopFailure(
                        Verdict.TIMED_OUT,
                        report(timedOut + "virtual time stood still, since " + still.reason(), probe)
                                .next(still.remedy() + "; or allow more time with runner.within(...)")
                                .toString());
            }
        }
        return new LoopFailure(
                probe.isBlocked() ? Verdict.BLOCKED_LOOP : Verdict.TIMED_OUT,
                report(
                                timedOut
                                        + probe.inWords()
                                        + (kernel == null
                                                ? ""
                                                : probe.othersInWords(
                                                        runner.scope().loops())),
                                probe)
                        .next(probe.nextStep())
                        .toString());
    }

    /** Says that the loops never came to rest at one instant, be it by tasks or by timers that are due at once. */
    private LoopFailure restless(String timedOut, EventLoop loop, long steps, LoopProbe probe) {
        return new LoopFailure(
                Verdict.TIMED_OUT,
                report(
                                timedOut + "loop \"" + loop.name() + "\" is at work, and " + Report.count(steps, "task")
                                        + " ran meanwhile; virtual time stands as long as anything is ready",
                                probe)
                        .next(END_THE_RESTLESS + "; or allow more time with runner.within(...)")
                        .toString());
    }

    private LoopFailure late(String timedOut, Duration late, LoopProbe probe) {
        Outcome<T> outcome = wait.outcome();
        Throwable thrown = outcome == null ? null : outcome.thrown();
        String what = thrown == null ? "the result came " : "it failed with " + Report.summary(thrown) + ", ";
        return new LoopFailure(
                Verdict.LATE,
                report(timedOut + what + Report.inWords(late) + " after that", probe)
                        .next("allow more time with runner.within(...), or find out what takes so long")
                        .toString(),
                thrown);
    }

    private Report report(String verdict, LoopProbe probe) {
        Report report = Report.of(verdict)
                .fact("waited for", awaitedInWords())
                .fact("waited at", Report.userLine(runner.scope().name()));
        report.loop(runner.loop(), probe.stateOf(runner.loop()));
        for (EventLoop other : runner.scope().loops()) {
            if (other != runner.loop()) {
                report.loop(other, probe.stateOf(other));
            }
        }
        report.facts("uncaught", runner.scope().findings().inWords());
        Kernel kernel = runner.scope().kernel();
        return probe.describe(kernel == null ? report : report.time(kernel));
    }

    private String awaitedInWords() {
        if (noun != null) {
            return noun + " on loop \"" + runner.loop().name() + "\"";
        }
        Site site = Site.of(source);
        return site == null
                ? Report.describeType(source) + "; where it was made is not known"
                : "a future made at " + site.inWords();
    }

    /** Waits a moment longer; returns how long after the bound the result came, or null if it did not. */
    private @Nullable Duration lateness(long bound) {
        try {
            boolean came = wait.await(Limit.exactly(GRACE)) != null;
            return came ? Duration.ofNanos(System.nanoTime() - bound) : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}

package io.github.looprunner;

import io.github.looprunner.LoopFailure.Verdict;
import org.jspecify.annotations.Nullable;

/** What an interrupted wait throws: the interrupt, with a report of what was going on. */
final class Interruption {

    private Interruption() {}

    static InterruptedException of(String method, Report report, Limit limit, @Nullable Throwable last) {
        return of(
                method,
                report,
                "find out who interrupted the test: JUnit's @Timeout does where it is shorter than the runner's own bound ("
                        + limit.inWords() + ")",
                last);
    }

    static InterruptedException of(String method, Report report, String next, @Nullable Throwable last) {
        InterruptedException interrupted = new InterruptedException("interrupted while " + method + " waited");
        interrupted.addSuppressed(
                new LoopFailure(Verdict.INTERRUPTED, report.next(next).toString(), last));
        return interrupted;
    }
}

package io.github.looprunner;

import io.github.looprunner.LoopFailure.Verdict;
import org.jspecify.annotations.Nullable;

/** What an interrupted wait throws: the interrupt, with a report of what was going on. */
final class Interruption {

    private Interruption() {}

    static InterruptedException of(String method, Report report, Limit limit, @Nullable Throwable last) {
        InterruptedException interrupted = new InterruptedException("interrupted while " + method + " waited");
        String message = report.next("find out who interrupted the test: JUnit's @Timeout does where it is shorter than"
                        + " the runner's own bound (" + limit.inWords() + ")")
                .toString();
        interrupted.addSuppressed(new LoopFailure(Verdict.INTERRUPTED, message, last));
        return interrupted;
    }
}

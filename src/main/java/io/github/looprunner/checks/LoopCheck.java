package io.github.looprunner.checks;

import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.TaskFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One rule of the contract, held against one kind of loops; made by {@link LoopChecks}. */
public final class LoopCheck {

    private static final long GRACE = TimeUnit.SECONDS.toNanos(1); // a wait of the check itself says more than we can
    private static final long CLEAN_UP = TimeUnit.MILLISECONDS.toNanos(200); // closing is judged by rules of its own

    private static final int MOST_REPORTED = 3;

    private final Rule rule;
    private final EventLoopFactory factory;
    private final Duration bound;

    LoopCheck(Rule rule, EventLoopFactory factory, Duration bound) {
        this.rule = rule;
        this.factory = factory;
        this.bound = bound;
    }

    /** Returns the rule, in words. */
    public String name() {
        return rule.name();
    }

    /**
     * Opens a loop and checks the rule; closes the loop.
     *
     * @throws AssertionError if the rule is broken: the message says what was expected, and what was seen
     */
    public void run() {
        Attempt attempt = new Attempt();
        attempt.start();
        try {
            Throwable thrown = attempt.outcome();
            if (thrown != null) {
                throw failure(Breach.of(thrown), attempt.trial.reported());
            }
        } catch (InterruptedException e) {
            attempt.interrupt();
            Thread.currentThread().interrupt();
            throw new AssertionError("the check was interrupted: " + name(), e);
        }
    }

    private AssertionError failure(Breach breach, List<TaskFailure> reported) {
        String reports = reported.isEmpty() ? "" : Breach.fact("reported", inWords(reported));
        AssertionError failure = new AssertionError(
                "loop kind (" + factory.kind() + ") breaks a rule: " + name() + breach.inWords() + reports
                        + Breach.fact("written at", rule.source()),
                breach.getCause() == null ? breach : breach.getCause());
        reported.stream()
                .limit(MOST_REPORTED)
                .map(TaskFailure::thrown)
                .filter(thrown -> thrown != failure.getCause())
                .forEach(failure::addSuppressed);
        return failure;
    }

    private static String inWords(List<TaskFailure> reported) {
        int more = reported.size() - MOST_REPORTED;
        return reported.stream()
                .limit(MOST_REPORTED)
                .map(each -> each.task() + " threw " + each.thrown())
                .collect(Collectors.joining("\n", "", more > 0 ? "\nand " + more + " more" : ""));
    }

    @Override
    public String toString() {
        return name();
    }

    /** The thread on which the rule is checked, so that a loop that hangs does not hang who asked. */
    private final class Attempt extends Thread {

        private final Trial trial = new Trial(factory, bound);
        private final CountDownLatch judged = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable Throwable thrown;

        Attempt() {
            super("loop-checks " + rule.name());
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                rule.body().check(trial);
            } catch (Throwable t) {
                thrown = t;
            }
            judged.countDown();
            trial.close();
            ended.countDown();
        }

        /** Returns what the check threw, or that it hangs; null where the rule holds. */
        @Nullable
        Throwable outcome() throws InterruptedException {
            if (!judged.await(bound.toNanos() + GRACE, TimeUnit.NANOSECONDS)) {
                Breach hangs = Breach.hung(bound, getStackTrace());
                interrupt();
                ended.await(CLEAN_UP, TimeUnit.NANOSECONDS);
                return hangs;
            }
            ended.await(CLEAN_UP, TimeUnit.NANOSECONDS);
            return thrown;
        }
    }
}

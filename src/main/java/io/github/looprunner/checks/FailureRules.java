package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.same;
import static io.github.looprunner.checks.Trial.thrown;

import io.github.looprunner.loop.Described;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Site;
import io.github.looprunner.loop.TaskFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Rules about what tasks throw. */
final class FailureRules {

    private static final String SOURCE = "LoopOwner.failed";
    private static final int WAYS = 6;

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "what a task throws is reported once, and the task is named", FailureRules::reported),
            Rule.of(SOURCE, "a loop goes on after a task that throws", FailureRules::goesOn),
            Rule.of(
                    SOURCE,
                    "a failure that nobody asks for is reported once, however it was submitted",
                    FailureRules::unasked),
            Rule.of("LoopOwner.raised", "a failure that somebody asks for is taken back", FailureRules::raised),
            Rule.of("LoopOwner.handed", "a failure that a callback is handed is taken back", FailureRules::handed));

    private FailureRules() {}

    private static void reported(Trial trial) {
        IllegalStateException failure = new IllegalStateException("thrown by a task");
        trial.loop().execute(new Failing(failure));
        trial.rest();
        List<TaskFailure> failures = trial.reports().failures();
        equal(1, failures.size(), "the number of reports");
        same(failure, failures.get(0).thrown(), "the failure");
        equal("a task that fails", failures.get(0).task(), "what failed");
        equal("checked", failures.get(0).loop(), "the loop");
    }

    private static void goesOn(Trial trial) {
        trial.loop().execute(() -> {
            throw new IllegalStateException("thrown by a task");
        });
        trial.loop().execute(() -> {
            throw new AssertionError("thrown by another task");
        });
        trial.loop()
                .schedule((Runnable) new Failing(new IllegalStateException("thrown by a timer")), 0, TimeUnit.SECONDS);
        trial.rest();
        trial.rest();
    }

    private static void unasked(Trial trial) {
        EventLoop loop = trial.loop();
        List<IllegalStateException> thrown = new ArrayList<>();
        for (int i = 0; i < WAYS; i++) {
            thrown.add(new IllegalStateException("failure " + i));
        }
        loop.submit(failing(thrown.get(0)));
        loop.schedule(failing(thrown.get(1)), 0, TimeUnit.SECONDS);
        loop.scheduleAtFixedRate(new Failing(thrown.get(2)), 0, 1, TimeUnit.HOURS);
        loop.supply(failing(thrown.get(3)));
        loop.async(failing(thrown.get(4)));
        loop.supplyStage(() -> CompletableFuture.failedStage(thrown.get(5)));
        trial.until(() -> trial.reports().failures().size() >= WAYS, "that all " + WAYS + " failures are reported");
        trial.rest();
        List<Throwable> reported =
                trial.reports().failures().stream().map(TaskFailure::thrown).toList();
        for (IllegalStateException each : thrown) {
            equal(1L, reported.stream().filter(one -> one == each).count(), "the number of reports of " + each);
        }
        equal(WAYS, trial.reports().open().size(), "the number of failures that nobody has taken back");
    }

    private static void raised(Trial trial) {
        IllegalStateException failure = new IllegalStateException("asked for");
        Future<String> submitted = trial.loop().submit(failing(failure));
        Future<String> supplied = trial.loop().supply(failing(failure));
        for (Future<String> each : List.of(submitted, supplied)) {
            ExecutionException thrown = thrown(
                    ExecutionException.class,
                    "get() of a task that failed",
                    () -> each.get(trial.left(), TimeUnit.NANOSECONDS));
            same(failure, thrown.getCause(), "the cause");
        }
        trial.rest();
        equal(List.of(), trial.reports().open(), "the failures that are left");
    }

    private static void handed(Trial trial) {
        CompletableFuture<String> failed = trial.loop().supply(failing(new IllegalStateException("handed on")));
        trial.rest(); // by now it is reported
        CompletableFuture<Boolean> handled = failed.handle((value, thrown) -> thrown != null);
        equal(true, trial.await(handled, "that a callback is called").get(), "whether it was handed the failure");
        trial.rest();
        equal(List.of(), trial.reports().open(), "the failures that are left");
    }

    private static Callable<String> failing(RuntimeException failure) {
        return () -> {
            throw failure;
        };
    }

    /** A task that fails, and says what it is. */
    private record Failing(RuntimeException failure) implements Runnable, Described {

        @Override
        public void run() {
            throw failure;
        }

        @Override
        public String inWords() {
            return "a task that fails";
        }

        @Override
        public @Nullable Site site() {
            return null;
        }
    }
}

package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.isTrue;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.LoopState;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Rules about what a loop says of itself. */
final class StateRules {

    private static final int STEPS = 2_000;

    static final List<Rule> ALL = List.of(
            Rule.of("EventLoop.state", "a state tells what runs, is ready and is armed", StateRules::state),
            Rule.of("LoopOwner.stepped", "the owner hears of every step", StateRules::steps),
            Rule.of("EventLoop.isQuiet", "a loop is quiet when nothing runs, is ready or is due", StateRules::quiet)
                    .needing(Needs.COUNTING),
            Rule.of("EventLoop.submitted", "tasks and due timers are counted", StateRules::submitted)
                    .needing(Needs.COUNTING),
            Rule.of(
                            "EventLoop.isQuiet",
                            "two quiet looks with one count mean that it was quiet all along",
                            StateRules::doubleLook)
                    .needing(Needs.COUNTING));

    private StateRules() {}

    private static void state(Trial trial) {
        EventLoop loop = trial.loop();
        try (Held held = trial.hold()) {
            loop.execute(() -> {});
            loop.execute(() -> {});
            loop.schedule(() -> {}, 1, TimeUnit.HOURS);
            LoopState busy = loop.state();
            isTrue(busy.running() != null, "a state that names what runs", busy);
            isTrue(busy.readyCount() >= 2 && busy.ready().size() >= 2, "a state with two ready tasks", busy);
            isTrue(busy.timerCount() >= 1 && !busy.timers().isEmpty(), "a state with a timer", busy);
            equal(loop.thread(), busy.thread(), "the thread");
        }
        trial.rest();
        trial.until(() -> loop.state().running() == null, "a state in which nothing runs");
        isTrue(loop.state().completed() >= 4, "a state with at least four tasks that have ended", loop.state());
        isTrue(loop.state().shutDownAt() == null, "a state that is not shut down", loop.state());
        loop.shutdown();
        isTrue(loop.state().shutDownAt() != null, "a state that says where the loop was shut down", loop.state());
    }

    private static void steps(Trial trial) {
        trial.rest();
        long before = trial.reports().steps();
        for (int i = 0; i < 3; i++) {
            trial.rest();
        }
        trial.until(() -> trial.reports().steps() >= before + 3, "a call of stepped() for each task");
    }

    private static void quiet(Trial trial) {
        EventLoop loop = trial.loop();
        isTrue(loop.isQuiet(), "that a new loop is quiet", "it is not");
        try (Held held = trial.hold()) {
            isTrue(!loop.isQuiet(), "that a loop which runs a task is not quiet", "it is");
            loop.schedule(() -> {}, 1, TimeUnit.HOURS);
        }
        trial.until(loop::isQuiet, "that a loop is quiet whose timer is due in an hour");
    }

    private static void submitted(Trial trial) {
        EventLoop loop = trial.loop();
        trial.rest();
        long before = loop.submitted();
        CountDownLatch fired = new CountDownLatch(1);
        loop.schedule(fired::countDown, 0, TimeUnit.SECONDS);
        loop.execute(() -> {});
        trial.await(fired, "that a timer runs");
        trial.rest();
        long counted = loop.submitted() - before;
        isTrue(counted >= 3, "a count of three, for two tasks and a timer, or more", counted);
        trial.until(loop::isQuiet, "that the loop is quiet");
        long after = loop.submitted();
        equal(after, loop.submitted(), "the count of a loop that is quiet");
    }

    /** Each step has the next one ready, or due, before it ends; so the loop is never quiet until the last. */
    private static void doubleLook(Trial trial) {
        EventLoop loop = trial.loop();
        AtomicInteger left = new AtomicInteger(STEPS);
        loop.execute(new Runnable() {
            @Override
            public void run() {
                int now = left.decrementAndGet();
                if (now > 0 && now % 2 == 0) {
                    loop.execute(this);
                } else if (now > 0) {
                    loop.schedule(this, 0, TimeUnit.NANOSECONDS);
                }
            }
        });
        while (left.get() > 0) {
            long before = loop.submitted();
            boolean first = loop.isQuiet();
            boolean second = loop.isQuiet();
            boolean quiet = first && second && loop.submitted() == before;
            isTrue(!quiet || left.get() == 0, "that a loop which is at work is not found quiet", "it was");
            isTrue(trial.left() > 0, "that " + STEPS + " steps end", left.get() + " are left");
        }
        trial.until(loop::isQuiet, "that the loop is quiet in the end");
    }
}

package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.isTrue;

import io.github.looprunner.loop.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** Rules about the order of tasks. */
final class OrderRules {

    private static final String SOURCE = "EventLoop, Order";
    private static final int TASKS = 200;
    private static final int PRODUCERS = 3;

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "tasks run in the order in which they were submitted", OrderRules::inOrder),
            Rule.of(SOURCE, "all ways to submit a task share one order", OrderRules::oneOrder),
            Rule.of(SOURCE, "the tasks of each of several threads keep their order", OrderRules::severalProducers),
            Rule.of(SOURCE, "one task runs at a time", OrderRules::oneAtATime),
            Rule.of(
                    "EventLoop, Thread safety",
                    "what a task did, and what its submitter did, is seen by the next task",
                    OrderRules::happensBefore));

    private OrderRules() {}

    private static void inOrder(Trial trial) {
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        try (Held held = trial.hold()) {
            for (int i = 0; i < TASKS; i++) {
                int number = i;
                trial.loop().execute(() -> ran.add(number));
            }
        }
        trial.until(() -> ran.size() >= TASKS, "that all tasks run");
        equal(IntStream.range(0, TASKS).boxed().toList(), List.copyOf(ran), "the order");
    }

    private static void oneOrder(Trial trial) {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        EventLoop loop = trial.loop();
        trial.onLoop(() -> {
            loop.submit(() -> ran.add("submit"));
            loop.execute(() -> ran.add("execute"));
            loop.supply(() -> ran.add("supply"));
            loop.async(() -> ran.add("async"));
            loop.supplyStage(() -> {
                ran.add("supplyStage");
                return loop.newFuture();
            });
            return loop.newFuture().completeAsync(() -> ran.add("completeAsync"));
        });
        trial.until(() -> ran.size() >= 6, "that all six tasks run");
        equal(
                List.of("submit", "execute", "supply", "async", "supplyStage", "completeAsync"),
                List.copyOf(ran),
                "the order");
    }

    private static void severalProducers(Trial trial) {
        List<List<Integer>> ran = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(TASKS * PRODUCERS);
        EventLoop loop = trial.loop();
        try (Held held = trial.hold()) {
            List<Thread> producers = new ArrayList<>();
            for (int producer = 0; producer < PRODUCERS; producer++) {
                List<Integer> mine = Collections.synchronizedList(new ArrayList<>());
                ran.add(mine);
                producers.add(started("producer", () -> {
                    for (int i = 0; i < TASKS; i++) {
                        int number = i;
                        loop.execute(() -> {
                            mine.add(number);
                            all.countDown();
                        });
                    }
                }));
            }
            trial.until(() -> producers.stream().noneMatch(Thread::isAlive), "that submissions return");
        }
        trial.await(all, "that all tasks run");
        for (List<Integer> order : ran) {
            equal(IntStream.range(0, TASKS).boxed().toList(), List.copyOf(order), "the order of one thread's tasks");
        }
    }

    private static void oneAtATime(Trial trial) {
        CountDownLatch submitted = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);
        AtomicBoolean overlaps = new AtomicBoolean();
        CountDownLatch done = new CountDownLatch(1);
        trial.loop().execute(() -> {
            trial.await(submitted, "that a submission returns");
            overlaps.set(Trial.happensInAMoment(other));
            done.countDown();
        });
        trial.loop().execute(other::countDown);
        submitted.countDown();
        trial.await(done, "that a task runs");
        isTrue(!overlaps.get(), "that the second task begins when the first has ended", "it began before");
        trial.await(other, "that the second task runs");
    }

    private static void happensBefore(Trial trial) {
        int[] plain = new int[2]; // neither volatile nor guarded
        EventLoop loop = trial.loop();
        for (int i = 1; i <= TASKS; i++) {
            plain[0] = i; // seen by the task below, which is submitted after it
            int least = i;
            loop.execute(() -> plain[1] += plain[0] >= least ? 1 : 0);
        }
        equal(TASKS, trial.onLoop(() -> plain[1]), "how many tasks saw what was written before");
    }

    /** Starts a thread that does not keep the virtual machine alive. */
    static Thread started(String name, Runnable body) {
        Thread thread = new Thread(body, "loop-checks " + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}

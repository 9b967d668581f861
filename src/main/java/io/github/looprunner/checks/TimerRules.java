package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.isTrue;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.TimerOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Rules about timers. */
final class TimerRules {

    private static final String SOURCE = "EventLoop, Order";
    private static final long MILLISECOND = Duration.ofMillis(1).toNanos();
    private static final long COARSE = Duration.ofMillis(50).toNanos(); // how far a clock may be off the machine's

    static final List<Rule> ALL = List.of(
            Rule.of(SOURCE, "a timer is never early", TimerRules::neverEarly),
            Rule.of(SOURCE, "a callable timer answers with its result", TimerRules::callable),
            Rule.of(SOURCE, "timers run in the order of their deadlines", TimerRules::byDeadline),
            Rule.of(SOURCE, "a delay of zero or less is due at once", TimerRules::zeroOrLess),
            Rule.of(
                    SOURCE,
                    "timers that are due at once run in the order in which they were armed",
                    TimerRules::asArmed),
            Rule.of("TimerOrder", "a timer that is due runs where its kind declares", TimerRules::declaredOrder)
                    .needing(Needs.TIMER_ORDER),
            Rule.of(SOURCE, "tasks that submit themselves do not starve timers", TimerRules::tasksStarveNoTimer),
            Rule.of(SOURCE, "timers that are always due do not starve tasks", TimerRules::timersStarveNoTask),
            Rule.of("EventLoop.nanoTime", "in real time the loop's time is the machine's", TimerRules::pace),
            Rule.of("java.util.concurrent.Delayed", "a timer tells the delay that is left", TimerRules::delayLeft));

    private TimerRules() {}

    private static void neverEarly(Trial trial) {
        EventLoop loop = trial.loop();
        List<String> early = Collections.synchronizedList(new ArrayList<>());
        int[] delays = {2, 10, 40}; // ms; the longest tells, where the machine makes the others late
        CountDownLatch fired = new CountDownLatch(delays.length);
        for (int millis : delays) {
            long delay = millis * MILLISECOND;
            long armed = loop.nanoTime();
            loop.schedule(
                    () -> {
                        long after = loop.nanoTime() - armed;
                        if (after < delay) {
                            early.add("a timer of " + delay + " ns ran after " + after + " ns");
                        }
                        fired.countDown();
                    },
                    delay,
                    TimeUnit.NANOSECONDS);
        }
        trial.await(fired, "that timers run");
        equal(List.of(), List.copyOf(early), "timers that were early");
    }

    private static void callable(Trial trial) throws Exception {
        ScheduledFuture<String> timer = trial.loop().schedule(() -> "due", 1, TimeUnit.MILLISECONDS);
        equal("due", timer.get(trial.left(), TimeUnit.NANOSECONDS), "the result");
    }

    /** Which of two deadlines is earlier is known where arming the one began after arming the other had ended. */
    private static void byDeadline(Trial trial) {
        EventLoop loop = trial.loop();
        int count = 20;
        long[] earliest = new long[count];
        long[] latest = new long[count];
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        trial.onLoop(() -> {
            for (int i = 0; i < count; i++) {
                int number = i;
                long delay = (1 + i * 7 % count) * MILLISECOND;
                earliest[i] = loop.nanoTime() + delay;
                loop.schedule(() -> ran.add(number), delay, TimeUnit.NANOSECONDS);
                latest[i] = loop.nanoTime() + delay;
            }
            return true;
        });
        trial.until(() -> ran.size() >= count, "that all timers run");
        for (int i = 1; i < count; i++) {
            int before = ran.get(i - 1);
            int after = ran.get(i);
            isTrue(
                    latest[after] - earliest[before] >= 0,
                    "that timers run by deadline",
                    "a timer ran before one that was due " + (earliest[before] - latest[after]) + " ns earlier");
        }
    }

    private static void zeroOrLess(Trial trial) {
        CountDownLatch fired = new CountDownLatch(3);
        for (long delay : new long[] {0, -5, Long.MIN_VALUE}) {
            trial.loop().schedule(fired::countDown, delay, TimeUnit.SECONDS);
        }
        trial.await(fired, "that timers of 0, -5 and the least number of seconds run");
    }

    private static void asArmed(Trial trial) {
        int count = 100;
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        trial.onLoop(() -> {
            for (int i = 0; i < count; i++) {
                int number = i;
                trial.loop().schedule(() -> ran.add(number), i % 2 == 0 ? 0 : -i, TimeUnit.NANOSECONDS);
            }
            return true;
        });
        trial.until(() -> ran.size() >= count, "that all timers run");
        equal(IntStream.range(0, count).boxed().toList(), List.copyOf(ran), "the order");
    }

    private static void declaredOrder(Trial trial) {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        trial.onLoop(() -> armNow(trial.loop(), ran));
        trial.until(() -> ran.size() >= 4, "that tasks and timer run");
        equal(orderOf(trial.factory().timerOrder()), List.copyOf(ran), "the order");
    }

    /** Arms a timer that is due at once, before two tasks, of which the first submits another. */
    static boolean armNow(EventLoop loop, List<String> ran) {
        loop.schedule(() -> ran.add("timer"), 0, TimeUnit.NANOSECONDS);
        loop.execute(() -> {
            ran.add("first task");
            loop.execute(() -> ran.add("task of the first"));
        });
        loop.execute(() -> ran.add("second task"));
        return true;
    }

    /** Returns in which order these run. */
    static List<String> orderOf(TimerOrder order) {
        return order == TimerOrder.BEFORE_READY_TASKS
                ? List.of("timer", "first task", "second task", "task of the first")
                : List.of("first task", "second task", "timer", "task of the first");
    }

    private static void tasksStarveNoTimer(Trial trial) {
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch fired = new CountDownLatch(1);
        trial.loop().execute(new Runnable() {
            @Override
            public void run() {
                if (!stop.get()) {
                    trial.loop().execute(this);
                }
            }
        });
        trial.loop().schedule(fired::countDown, 1, TimeUnit.MILLISECONDS);
        try {
            trial.await(fired, "that a timer runs while a task submits itself again and again");
        } finally {
            stop.set(true);
        }
    }

    private static void timersStarveNoTask(Trial trial) {
        AtomicInteger runs = new AtomicInteger();
        List<ScheduledFuture<?>> series = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            series.add(trial.loop().scheduleAtFixedRate(runs::incrementAndGet, 0, 1, TimeUnit.NANOSECONDS));
        }
        try {
            trial.until(() -> runs.get() > 100, "that periodic timers run");
            trial.rest();
        } finally {
            series.forEach(timer -> timer.cancel(false));
        }
    }

    private static void pace(Trial trial) throws Exception {
        EventLoop loop = trial.loop();
        long clockBefore = loop.clock().millis();
        long outerStart = System.nanoTime();
        long start = loop.nanoTime();
        long innerStart = System.nanoTime();
        loop.schedule(() -> {}, 5, TimeUnit.MILLISECONDS).get(trial.left(), TimeUnit.NANOSECONDS);
        long innerEnd = System.nanoTime();
        long passed = loop.nanoTime() - start;
        long outerEnd = System.nanoTime();
        isTrue(
                passed > innerEnd - innerStart - COARSE && passed < outerEnd - outerStart + COARSE,
                "that nanoTime() goes as the machine's does, by " + (innerEnd - innerStart) + " ns",
                passed + " ns");
        isTrue(loop.clock().millis() >= clockBefore, "that clock() does not go back", "it went back");
    }

    private static void delayLeft(Trial trial) {
        EventLoop loop = trial.loop();
        ScheduledFuture<?> later = loop.schedule(() -> {}, 2, TimeUnit.HOURS);
        ScheduledFuture<?> sooner = loop.schedule(() -> {}, 1, TimeUnit.HOURS);
        long minutes = sooner.getDelay(TimeUnit.MINUTES);
        isTrue(minutes >= 58 && minutes <= 60, "a delay of an hour, or a little less", minutes + " minutes");
        isTrue(sooner.compareTo(later) < 0, "that the timer that is sooner compares as less", "it does not");
        isTrue(later.compareTo(sooner) > 0, "that the timer that is later compares as greater", "it does not");
    }
}

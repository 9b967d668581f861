package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;

import io.github.looprunner.loop.EventLoop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Rules about virtual time. */
final class VirtualTimeRules {

    private static final String SOURCE = "VirtualTime";
    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final int REPEATS = 5;

    static final List<Rule> ALL = List.of(
            rule("a timer of an hour fires after exactly one hour, in no time", VirtualTimeRules::anHour),
            rule("the loop's clock and its nanoTime agree", VirtualTimeRules::clock),
            rule("two loops share one timeline", VirtualTimeRules::twoLoops),
            rule("timers with one deadline fire in the order in which they were armed", VirtualTimeRules::asArmed),
            rule(
                            "a timer that is due runs where its kind declares, in virtual time as well",
                            VirtualTimeRules::declared)
                    .needing(Needs.TIMER_ORDER_IN_VIRTUAL_TIME),
            rule("periodic timers fire at exact instants", VirtualTimeRules::periodic),
            rule("timeouts, sleeps and delays take virtual time", VirtualTimeRules::timeouts),
            rule("a cancelled timer does not move time", VirtualTimeRules::cancelled),
            rule("the order is the same on every run", VirtualTimeRules::sameOrder));

    private VirtualTimeRules() {}

    private static Rule rule(String name, Rule.Body body) {
        return Rule.of(SOURCE, name, body).needing(Needs.VIRTUAL_TIME);
    }

    private static void anHour(Trial trial) {
        try (Scene scene = new Scene(trial)) {
            EventLoop loop = scene.open("checked");
            List<Long> fired = new ArrayList<>(); // one thread moves at a time
            long start = loop.nanoTime();
            loop.schedule(() -> fired.add(loop.nanoTime() - start), HOUR, TimeUnit.NANOSECONDS);
            scene.await(() -> !fired.isEmpty(), "that a timer of an hour fires");
            equal(List.of(HOUR), fired, "when it fired");
        }
    }

    private static void clock(Trial trial) {
        try (Scene scene = new Scene(trial)) {
            EventLoop loop = scene.open("checked");
            Clock clock = loop.clock();
            equal(Scene.START, clock.instant(), "the start");
            long start = loop.nanoTime();
            List<Instant> seen = new ArrayList<>();
            loop.schedule(() -> seen.add(clock.instant()), 90, TimeUnit.MINUTES);
            scene.await(() -> !seen.isEmpty(), "that a timer of 90 minutes fires");
            equal(List.of(Scene.START.plus(Duration.ofMinutes(90))), seen, "what the clock showed");
            equal(Duration.ofMinutes(90), Duration.ofNanos(loop.nanoTime() - start), "how far nanoTime() went");
        }
    }

    private static void twoLoops(Trial trial) {
        try (Scene scene = new Scene(trial)) {
            EventLoop first = scene.open("first");
            EventLoop second = scene.open("second");
            long start = first.nanoTime();
            List<String> seen = new ArrayList<>();
            first.schedule(
                    () -> second.execute(() -> seen.add("from the first at " + (second.nanoTime() - start))),
                    HOUR,
                    TimeUnit.NANOSECONDS);
            second.schedule(() -> seen.add("second at " + (second.nanoTime() - start)), HOUR / 2, TimeUnit.NANOSECONDS);
            scene.await(() -> seen.size() >= 2, "that timers of both loops fire");
            equal(List.of("second at " + HOUR / 2, "from the first at " + HOUR), seen, "what happened when");
        }
    }

    private static void asArmed(Trial trial) {
        try (Scene scene = new Scene(trial)) {
            EventLoop loop = scene.open("checked");
            List<Integer> ran = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                int number = i;
                loop.schedule(() -> ran.add(number), HOUR, TimeUnit.NANOSECONDS);
            }
            scene.await(() -> ran.size() >= 50, "that all timers fire");
            equal(IntStream.range(0, 50).boxed().toList(), ran, "the order");
        }
    }

    private static void declared(Trial trial) {
        try (Scene scene = new Scene(trial)) {
            EventLoop loop = scene.open("checked");
            List<String> ran = new ArrayList<>();
            loop.execute(() -> TimerRules.armNow(loop, ran));
            scene.await(() -> ran.size() >= 4, "that tasks and timer run");
            equal(TimerRules.orderOf(trial.factory().timerOrder()), ran, "the order");
        }
    }

    private static void periodic(Trial trial) {
        try (Scene scene = new Scene(trial)) {
            EventLoop loop = scene.open("checked");
            long start = loop.nanoTime();
            List<Long> minutes = new ArrayList<>();
            ScheduledFuture<?> series = loop.scheduleAtFixedRate(
                    () -> minutes.add(TimeUnit.NANOSECONDS.toMinutes(loop.nanoTime() - start)),
                    10,
                    5,
                    TimeUnit.MINUTES);
            scene.await(() -> minutes.size() >= 4, "that a periodic timer fires four times");
            series.cancel(false);
            equal(List.of(10L, 15L, 20L, 25L), minutes, "the minutes at which it fired");
        }
    }

    private static void timeouts(Trial trial) {
        try (Scene scene = new Scene(trial)) {
            EventLoop loop = scene.open("checked");
            long start = loop.nanoTime();
            List<String> seen = new ArrayList<>();
            CompletableFuture<String> never = loop.newFuture();
            never.orTimeout(1, TimeUnit.HOURS)
                    .whenComplete((value, thrown) -> seen.add("timeout at " + hours(loop, start)));
            CompletableFuture<Boolean> body = loop.async(() -> {
                EventLoop.sleep(Duration.ofHours(2));
                return seen.add("sleep until " + hours(loop, start));
            });
            loop.delayedExecutor(Duration.ofHours(3)).execute(() -> seen.add("delay until " + hours(loop, start)));
            try {
                scene.await(() -> seen.size() >= 3 && body.isDone(), "that timeout, sleep and delay end");
            } finally {
                never.cancel(false); // a loop that left it to the JDK would leave an hour's timer behind
            }
            equal(List.of("timeout at 1", "sleep until 2", "delay until 3"), seen, "what ended at which hour");
        }
    }

    private static void cancelled(Trial trial) {
        try (Scene scene = new Scene(trial)) {
            EventLoop loop = scene.open("checked");
            long start = loop.nanoTime();
            List<Long> hours = new ArrayList<>();
            ScheduledFuture<?> timer = loop.schedule(() -> hours.add(hours(loop, start)), 1, TimeUnit.HOURS);
            loop.schedule(() -> hours.add(hours(loop, start)), 2, TimeUnit.HOURS);
            timer.cancel(false);
            scene.await(() -> !hours.isEmpty(), "that the other timer fires");
            equal(List.of(2L), hours, "the hours at which a timer fired");
        }
    }

    private static long hours(EventLoop loop, long start) {
        return TimeUnit.NANOSECONDS.toHours(loop.nanoTime() - start);
    }

    private static void sameOrder(Trial trial) {
        List<String> first = threeLoops(trial);
        for (int i = 1; i < REPEATS; i++) {
            equal(first, threeLoops(trial), "the order of the first run");
        }
    }

    /** Lets three loops do things at the same instants, and returns what happened in which order. */
    private static List<String> threeLoops(Trial trial) {
        try (Scene scene = new Scene(trial)) {
            List<EventLoop> loops = List.of(scene.open("first"), scene.open("second"), scene.open("third"));
            List<String> seen = new ArrayList<>();
            for (EventLoop loop : loops) {
                for (int i = 0; i < 3; i++) {
                    String name = loop.name() + " " + i;
                    loop.execute(() -> {
                        seen.add(name);
                        loops.get(name.length() % 3).execute(() -> seen.add("task of " + name));
                    });
                    loop.schedule(() -> seen.add("timer of " + name), 1, TimeUnit.HOURS);
                }
            }
            scene.await(() -> seen.size() >= 27, "that all tasks and timers of three loops run");
            return seen;
        }
    }
}

package io.github.looprunner.checks;

import static io.github.looprunner.checks.Trial.equal;
import static io.github.looprunner.checks.Trial.isTrue;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Rules about who runs on a loop, and knows it. */
final class IdentityRules {

    static final List<Rule> ALL = List.of(
            Rule.of("EventLoop.inEventLoop", "a task knows that it runs on its loop", IdentityRules::tasks),
            Rule.of("EventLoop.inEventLoop", "a timer knows that it runs on its loop", IdentityRules::timers),
            Rule.of("EventLoop.inEventLoop", "a stage knows that it runs on its loop", IdentityRules::stages),
            Rule.of(
                    "EventLoop.async",
                    "a body in sequential style knows that it runs on its loop",
                    IdentityRules::bodies),
            Rule.of("EventLoop.inEventLoop", "who is elsewhere knows that too", IdentityRules::elsewhere),
            Rule.of(
                    "EventLoop.thread",
                    "a loop has no thread before its first task, and none after its end",
                    IdentityRules::noThread),
            Rule.of("LoopOwner", "threads have the owner's name and class loader", IdentityRules::threads)
                    .needing(Needs.OWN_THREADS));

    private IdentityRules() {}

    private static void tasks(Trial trial) {
        EventLoop loop = trial.loop();
        onLoop(loop, trial.onLoop(() -> Place.of(loop)));
        onLoop(loop, trial.await(loop.supply(() -> Place.of(loop)), "that a task runs"));
        CompletableFuture<Place> submitted = new CompletableFuture<>();
        loop.submit(() -> submitted.complete(Place.of(loop)));
        onLoop(loop, trial.await(submitted, "that a task runs"));
    }

    private static void timers(Trial trial) {
        EventLoop loop = trial.loop();
        CompletableFuture<Place> once = new CompletableFuture<>();
        loop.schedule(() -> once.complete(Place.of(loop)), 1, TimeUnit.MILLISECONDS);
        onLoop(loop, trial.await(once, "that a timer runs"));
        CompletableFuture<Place> again = new CompletableFuture<>();
        loop.scheduleWithFixedDelay(() -> again.complete(Place.of(loop)), 1, 1, TimeUnit.MILLISECONDS);
        onLoop(loop, trial.await(again, "that a periodic timer runs"));
    }

    private static void stages(Trial trial) {
        EventLoop loop = trial.loop();
        CompletableFuture<String> future = loop.newFuture();
        CompletableFuture<Place> stage = future.thenApplyAsync(value -> Place.of(loop));
        future.complete("from elsewhere");
        onLoop(loop, trial.await(stage, "that a stage runs"));
    }

    private static void bodies(Trial trial) {
        EventLoop loop = trial.loop();
        CompletableFuture<String> awaited = loop.newFuture();
        CompletableFuture<List<Place>> body = loop.async(() -> {
            Place before = Place.of(loop);
            EventLoop.await(awaited);
            return List.of(before, Place.of(loop));
        });
        trial.rest();
        awaited.complete("now");
        for (Place place : trial.await(body, "that a body runs").get()) {
            onLoop(loop, place);
        }
    }

    private static void elsewhere(Trial trial) {
        EventLoop loop = trial.loop();
        EventLoop other = trial.open(new Reports("other", /* kernel= */ null));
        Place inside = trial.onLoop(() -> Place.of(loop));
        Place outside = Place.of(loop);
        Place onOther = trial.onLoop(other, () -> Place.of(loop));
        isTrue(!outside.in, "that inEventLoop() is false on another thread", "true");
        isTrue(outside.current == null, "that EventLoop.current() is null off any loop", outside);
        isTrue(
                !onOther.in || onOther.thread == inside.thread,
                "that inEventLoop() is false on another loop, unless both share a thread",
                "true");
    }

    private static void noThread(Trial trial) throws InterruptedException {
        EventLoop loop = trial.loop();
        equal(null, loop.thread(), "the thread before the first task");
        trial.rest();
        loop.shutdown();
        trial.awaitEnd(loop);
        trial.until(() -> loop.thread() == null, "that a loop which has ended has no thread");
    }

    private static void threads(Trial trial) {
        EventLoop loop = trial.loop();
        Thread[] threads = new Thread[2];
        ClassLoader[] loaders = new ClassLoader[2];
        trial.onLoop(() -> note(0, threads, loaders));
        trial.await(loop.async(() -> note(1, threads, loaders)), "that a body runs")
                .get();
        for (int i = 0; i < 2; i++) {
            String name = threads[i].getName();
            isTrue(name.contains("LoopChecks") && name.contains("checked"), "a thread named after its owner", name);
            equal(trial.reports().contextClassLoader(), loaders[i], "the context class loader");
        }
    }

    private static boolean note(int i, Thread[] threads, ClassLoader[] loaders) {
        threads[i] = Thread.currentThread();
        loaders[i] = Thread.currentThread().getContextClassLoader();
        return true;
    }

    private static void onLoop(EventLoop loop, Outcome<Place> place) {
        onLoop(loop, place.get());
    }

    private static void onLoop(EventLoop loop, Place place) {
        isTrue(place.in, "that inEventLoop() is true", place);
        isTrue(place.thread == place.ofLoop, "that thread() is the current thread", place);
        isTrue(
                place.current == loop || place.current == loop.unwrap(EventLoop.class),
                "that EventLoop.current() is the loop, or what it unwraps to",
                place);
    }

    /** Where some code runs, as it sees it, and as the loop does. */
    record Place(Thread thread, boolean in, @Nullable Thread ofLoop, @Nullable EventLoop current) {

        static Place of(EventLoop loop) {
            return new Place(Thread.currentThread(), loop.inEventLoop(), loop.thread(), EventLoop.current());
        }
    }
}

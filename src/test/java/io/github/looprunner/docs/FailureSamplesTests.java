package io.github.looprunner.docs;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.await;
import static io.github.looprunner.Coroutine.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.looprunner.Loop;
import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.LoopTimeout;
import io.github.looprunner.VirtualTime;
import io.github.looprunner.checks.LoopCheck;
import io.github.looprunner.checks.LoopChecks;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.ForwardingEventLoop;
import io.github.looprunner.loop.LoopOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/**
 * Runs the failing tests whose texts the documents show, and compares.
 *
 * <p>A text block after {@code <!-- failure: NAME -->} must be what the nested class of that name prints, but for numbers.
 * Where {@value #UPDATE} is set, it is written instead.
 */
class FailureSamplesTests {

    private static final String UPDATE = "looprunner.docs.update";
    private static final Pattern SHOWN =
            Pattern.compile("(<!-- failure: (\\w+) -->\\s*```text\\n)(.*?)(?=```)", Pattern.DOTALL);
    private static final int ATTEMPTS = 5; // what is late on a busy machine may be too late to be told from never

    @ParameterizedTest(name = "{0}")
    @MethodSource("shown")
    void isWhatTheLibraryPrints(String name, Path document, String text) throws IOException {
        String printed = print(name);
        for (int attempt = 1; attempt < ATTEMPTS && !isSame(printed, text); attempt++) {
            printed = print(name);
        }

        if (Boolean.getBoolean(UPDATE) && !isSame(printed, text)) {
            String marker = "<!-- failure: " + name + " -->\n```text\n";
            Files.writeString(
                    document, Files.readString(document).replace(marker + text + "```", marker + printed + "\n```"));
        } else {
            assertThat(withoutNumbers(printed))
                    .as("%s shows another text; if the new one is meant, run\n  mvn test -D%s=true\n", document, UPDATE)
                    .isEqualTo(withoutNumbers(text));
        }
    }

    @Test
    void everySampleIsShown() throws IOException {
        assertThat(shown().map(shown -> shown.get()[0]))
                .containsAll(Arrays.stream(FailureSamplesTests.class.getDeclaredClasses())
                        .filter(type -> type.isAnnotationPresent(ExtendWith.class))
                        .map(Class::getSimpleName)
                        .toList());
    }

    // The failing tests

    @ExtendWith(LoopRunnerExtension.class)
    @LoopTimeout(value = 50, unit = TimeUnit.MILLISECONDS)
    static class CatTests {

        @Test
        void aCatMovesAfterItsNap(LoopRunner runner) {
            Cat garfield = new Cat(runner.loop());

            boolean moved = runner.runCoroutine(() -> garfield.move());

            assertTrue(moved);
        }

        record Cat(EventLoop loop) {

            CompletableFuture<Boolean> move() {
                CompletableFuture<Boolean> moved = new CompletableFuture<>();
                loop.schedule(() -> moved.complete(true), 1, TimeUnit.HOURS);
                return moved;
            }
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    @LoopTimeout(value = 50, unit = TimeUnit.MILLISECONDS)
    static class IdleTests {

        @Test
        void forgetsToAnswer(LoopRunner runner) {
            runner.runCoroutine(() -> new CompletableFuture<>());
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    @LoopTimeout(value = 50, unit = TimeUnit.MILLISECONDS)
    static class SequentialTests {

        @Test
        void awaitsForEver(LoopRunner runner) {
            CompletableFuture<String> answer = runner.loop().newFuture();

            runner.runCoroutine(async(() -> await(answer)));
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    @LoopTimeout(value = 50, unit = TimeUnit.MILLISECONDS)
    static class BusyTests {

        @Test
        void triesAgainAndAgain(LoopRunner runner) {
            runner.execute(new Retry(runner.loop()));

            runner.runCoroutine(new CompletableFuture<>());
        }

        record Retry(EventLoop loop) implements Runnable {

            @Override
            public void run() {
                if (!loop.isShutdown()) {
                    loop.execute(this);
                }
            }
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    @LoopTimeout(value = 50, unit = TimeUnit.MILLISECONDS)
    static class BlockedTests {

        @Test
        void countsDown(LoopRunner runner) {
            runner.runCoroutine(async(() -> countDown(-1)));
        }

        private static int countDown(int from) {
            int left = from;
            while (left != 0 && !Thread.currentThread().isInterrupted()) {
                left--;
            }
            return left;
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    @LoopTimeout(value = 50, unit = TimeUnit.MILLISECONDS)
    static class LateTests {

        @Test
        void answersTooLate(LoopRunner runner) {
            CompletableFuture<String> answer = runner.loop().newFuture();

            runner.runCoroutine(answer.completeOnTimeout("Garfield", 110, TimeUnit.MILLISECONDS));
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    @LoopTimeout(value = 50, unit = TimeUnit.MILLISECONDS)
    static class ShutDownTests {

        @Test
        void waitsForAStoppedServer(LoopRunner runner) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            runner.loop().schedule(() -> answer.complete("Garfield"), 1, TimeUnit.HOURS);
            runner.loop().shutdown();

            runner.runCoroutine(answer);
        }
    }

    // Under virtual time

    @ExtendWith(LoopRunnerExtension.class)
    static class NeverTests {

        @Test
        @VirtualTime
        void forgetsToAnswer(LoopRunner runner) {
            runner.runCoroutine(async(() -> {
                sleep(Duration.ofHours(1));
                await(new CompletableFuture<>());
            }));
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ManualTests {

        @Test
        @VirtualTime(VirtualTime.Mode.MANUAL)
        void waitsForALaterTimer(LoopRunner runner) {
            CompletableFuture<String> answer = runner.loop().newFuture();
            runner.loop().schedule(() -> answer.complete("Garfield"), 1, TimeUnit.HOURS);

            runner.runCoroutine(answer);
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class OnlyPeriodicTests {

        @Test
        @VirtualTime
        void beatsOnly(LoopRunner runner) {
            runner.loop().scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS);

            runner.runCoroutine(new CompletableFuture<>());
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    @LoopTimeout(1)
    static class RanAwayTests {

        @Test
        @VirtualTime
        void triesForEver(LoopRunner runner) {
            runner.execute(new Retry(runner.loop()));

            runner.runCoroutine(new CompletableFuture<>());
        }

        record Retry(EventLoop loop) implements Runnable {

            @Override
            public void run() {
                loop.schedule(this, 1, TimeUnit.SECONDS);
            }
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class CircleTests {

        @Test
        void askEachOther(@Loop("client") LoopRunner client, @Loop("server") LoopRunner server) {
            client.call(() -> server.call(() -> client.call(() -> "Garfield")));
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class InterruptedTests {

        @Test
        @Timeout(value = 50, unit = TimeUnit.MILLISECONDS)
        void waitsLongerThanJunitAllows(LoopRunner runner) {
            runner.runCoroutine(() -> new CompletableFuture<>());
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class UncaughtTests {

        @Test
        void failsInTheBackground(LoopRunner runner) {
            runner.execute(() -> {
                throw new IllegalStateException("no more lives");
            });
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class StartedTests {

        @Test
        void aPettedCatStays(LoopRunner runner) {
            runner.start(() -> herd(runner.loop()).thenAccept(moved -> assertFalse(moved)));
        }

        private static CompletableFuture<Boolean> herd(EventLoop loop) {
            return loop.supply(() -> true);
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class LateFailureTests {

        private static final AtomicReference<Thread> LEFT = new AtomicReference<>();
        private static volatile boolean ended;

        @Test
        void leavesAThreadBehind(LoopRunner runner) {
            ended = false;
            runner.call(() -> {
                LEFT.set(new Thread(LateFailureTests::failLater));
                LEFT.get().start();
            });
        }

        private static void failLater() {
            while (!ended) {
                Thread.onSpinWait();
            }
            throw new IllegalStateException("no more lives");
        }

        @AfterAll
        static void letItFail() throws InterruptedException {
            ended = true;
            LEFT.get().join();
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    @LoopTimeout(value = 50, unit = TimeUnit.MILLISECONDS)
    static class UnmetTests {

        @Test
        void failsInTheBackground(LoopRunner runner) {
            runner.execute(() -> {});

            runner.expectUncaught(IllegalStateException.class);
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    @LoopTimeout(value = 50, unit = TimeUnit.MILLISECONDS)
    static class EventuallyTests {

        @Test
        void seesThreeCats(LoopRunner runner) {
            List<String> seen = List.of("Garfield");

            runner.eventually(() -> assertEquals(3, seen.size()));
        }

        private static void assertEquals(int expected, int actual) {
            if (expected != actual) {
                throw new AssertionError("expected " + expected + " cats but saw " + actual);
            }
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    @LoopTimeout(value = 50, unit = TimeUnit.MILLISECONDS)
    static class SettleTests {

        @Test
        void comesToRest(LoopRunner runner) {
            runner.execute(new Restless(runner.loop()));

            runner.settle();
        }

        record Restless(EventLoop loop) implements Runnable {

            @Override
            public void run() {
                if (!loop.isShutdown()) {
                    loop.execute(this);
                }
            }
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class NotClosedTests {

        @Test
        void leavesAFileOpen(LoopRunner runner) {
            runner.manage(new Log());
        }

        static class Log implements AutoCloseable {

            @Override
            public void close() throws IOException {
                throw new IOException("disk full");
            }
        }
    }

    // The caller's mistakes

    @ExtendWith(LoopRunnerExtension.class)
    static class WaitOnTheLoopTests {

        @Test
        void waitsForItself(LoopRunner runner) {
            runner.call(() -> runner.runCoroutine(new CompletableFuture<>()));
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class GetOnTheLoopTests {

        @Test
        void waitsForItself(LoopRunner runner) {
            runner.call(() -> runner.loop().newFuture().get());
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class NullStageTests {

        @Test
        void returnsNothing(LoopRunner runner) {
            runner.runCoroutine(() -> null);
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class AwaitOutsideTests {

        @Test
        void awaitsOnTheTestThread() {
            await(new CompletableFuture<>());
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ClosedRunnerTests {

        @Test
        void usesAClosedRunner() {
            LoopRunner runner = LoopRunner.builder().name("CatTests.naps").start();
            runner.close();

            runner.execute(() -> {});
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ShutDownLoopTests {

        @Test
        void submitsTooLate(EventLoop loop) {
            loop.shutdown();

            loop.execute(() -> {});
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class UnknownKindTests {

        @Test
        void asksForAKind(@Loop(kind = "netty") LoopRunner runner) {}
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class WrappingLoopTests {

        @Test
        void namesWhatItRuns() {
            for (LoopCheck check : LoopChecks.of(new WrappingLoopFactory()).checks()) {
                if (check.name().contains("the task is named")) {
                    check.run();
                }
            }
        }

        static class WrappingLoopFactory implements EventLoopFactory {

            @Override
            public String kind() {
                return "jdk"; // as its loops say
            }

            @Override
            public EventLoop open(LoopOwner owner) {
                return new WrappingLoop(EventLoopFactory.of("jdk").open(owner));
            }
        }

        static class WrappingLoop extends ForwardingEventLoop {

            WrappingLoop(EventLoop target) {
                super(target);
            }

            @Override
            public void execute(Runnable task) {
                super.execute(() -> task.run());
            }
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ZeroPeriodTests {

        @Test
        void beatsAllTheTime(EventLoop loop) {
            loop.scheduleAtFixedRate(() -> {}, 0, 0, TimeUnit.SECONDS);
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class ZeroTimeoutTests {

        @Test
        void waitsForNoTime(LoopRunner runner) {
            runner.within(Duration.ZERO);
        }
    }

    @ExtendWith(LoopRunnerExtension.class)
    static class FutureReturningTests {

        @Test
        void returnsNothing() {}

        @Test
        CompletableFuture<Void> returnsItsFuture() {
            return CompletableFuture.completedFuture(null);
        }
    }

    // Running and comparing

    private static String print(String name) {
        Class<?> failing = Arrays.stream(FailureSamplesTests.class.getDeclaredClasses())
                .filter(type -> type.getSimpleName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no nested class " + name));
        Optional<Event> failed =
                EngineTestKit.engine("junit-jupiter")
                        .selectors(selectClass(failing))
                        .execute()
                        .allEvents()
                        .failed()
                        .stream()
                        .findFirst();
        return failed.map(event -> toldBy(thrown(event)))
                .orElse(name + " did not fail")
                .replace(FailureSamplesTests.class.getName() + "$", "")
                .replace("FailureSamplesTests." + name, name)
                .replace("FailureSamplesTests.java", name + ".java");
    }

    private static Throwable thrown(Event failed) {
        return failed.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow();
    }

    private static String toldBy(Throwable thrown) {
        Throwable told = verdictIn(thrown).orElse(thrown);
        while (told.getClass().getName().startsWith("org.junit.") && told.getCause() != null) {
            told = told.getCause();
        }
        return told instanceof LoopFailure || told.getClass().getName().startsWith("org.junit.")
                ? told.getMessage()
                : told.toString();
    }

    private static Optional<Throwable> verdictIn(Throwable thrown) {
        if (thrown instanceof LoopFailure) {
            return Optional.of(thrown);
        }
        return Stream.concat(Stream.ofNullable(thrown.getCause()), Arrays.stream(thrown.getSuppressed()))
                .flatMap(each -> verdictIn(each).stream())
                .findFirst();
    }

    private static boolean isSame(String printed, String text) {
        return withoutNumbers(printed).equals(withoutNumbers(text));
    }

    /** Leaves out what differs from run to run and from JDK to JDK: numbers, and what a busy loop or others do at one moment. */
    private static String withoutNumbers(String text) {
        return text.replaceAll("\\d[\\d.]* (ms|s)\\b", "# s")
                .replaceAll("\\b(\\d+[hms])+\\b", "# s")
                .replaceAll("\\d+", "#")
                .replaceAll("on thread \"(main|ForkJoinPool[^\"]*)\"", "on the test's thread")
                .replace(" (not here)", "")
                .replaceAll("(: )(runs [^;]*|between two tasks)(?=; # ready)", "$1busy")
                .replaceAll("\\n  (ready|real timers|outside)  .*(\\n {18}.*)*", "") // other tests leave threads behind
                .replace(
                        "was given up: nothing is ready, nothing is scheduled, and nothing came from outside for # s",
                        "can never complete: nothing is running, nothing is scheduled, and nobody outside is known to be at"
                                + " work")
                .replaceAll(", runner.track\\(executor\\) .*looprunner.silence", "")
                .replaceAll("; where a real timer is to do it, .*", "")
                .strip();
    }

    private static Stream<Arguments> shown() throws IOException {
        List<Arguments> shown = new ArrayList<>();
        for (Path document : documents()) {
            Matcher block = SHOWN.matcher(Files.readString(document));
            while (block.find()) {
                shown.add(Arguments.of(block.group(2), document, block.group(3)));
            }
        }
        return shown.stream();
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md")), docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }
}

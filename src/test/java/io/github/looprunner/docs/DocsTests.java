package io.github.looprunner.docs;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.await;
import static io.github.looprunner.Coroutine.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.looprunner.Loop;
import io.github.looprunner.LoopFailure;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.LoopTask;
import io.github.looprunner.LoopTimeout;
import io.github.looprunner.OnLoop;
import io.github.looprunner.TestOnLoops;
import io.github.looprunner.VirtualTime;
import io.github.looprunner.VirtualTime.Mode;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.Hold;
import io.github.looprunner.reactor.LoopSchedulers;
import io.github.looprunner.reactor.ReactorOnLoop;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** The snippets of the documents, and what they say about them. */
class DocsTests {

    @Nested
    @ExtendWith(LoopRunnerExtension.class)
    class Waiting {

        @Test
        void namesTheException(LoopRunner runner) {
            CompletableFuture<String> reply = CompletableFuture.failedFuture(new IOException("no connection"));
            // tag::catching[]
            IOException thrown = assertThrows(IOException.class, () -> runner.runCoroutine(reply));
            // end::catching[]
            assertThat(thrown).hasMessage("no connection");
        }

        // tag::looptimeout[]
        @Test
        @LoopTimeout(value = 500, unit = TimeUnit.MILLISECONDS)
        void answersSoon(LoopRunner runner) {
            assertThat(runner.runCoroutine(() -> ask(runner.loop()))).isEqualTo("Garfield");
        }
        // end::looptimeout[]

        private CompletableFuture<String> ask(EventLoop loop) {
            return loop.supply(() -> "Garfield");
        }

        @Test
        void eventuallyAndSettle(LoopRunner runner) {
            EventLoop loop = runner.loop();
            List<String> seen = new CopyOnWriteArrayList<>();
            // tag::eventually[]
            loop.schedule(() -> seen.add("Garfield"), 10, TimeUnit.MILLISECONDS); // a CopyOnWriteArrayList

            runner.eventually(() -> assertThat(seen).containsExactly("Garfield"));
            // end::eventually[]
            // tag::settle[]
            loop.execute(() -> loop.execute(() -> seen.add("Nermal")));

            runner.settle(); // both tasks have run; a timer that is not due would be left alone
            assertThat(seen).containsExactly("Garfield", "Nermal");
            // end::settle[]
        }
    }

    @Nested
    @ExtendWith(LoopRunnerExtension.class)
    class Coroutines {

        // tag::turns[]
        @Test
        void twoCoroutinesTakeTurns(LoopRunner runner) {
            List<String> seen = new ArrayList<>(); // no lock: only one of them runs at a time
            CompletableFuture<String> called = new CompletableFuture<>();

            LoopTask<Boolean> waiting = runner.start(async(() -> {
                seen.add("waits");
                return seen.add("hears " + await(called)); // the loop goes on meanwhile
            }));
            runner.runCoroutine(async(() -> {
                seen.add("calls");
                called.complete("Garfield");
            }));
            runner.runCoroutine(waiting.future());

            assertThat(seen).containsExactly("waits", "calls", "hears Garfield");
        }
        // end::turns[]

        // tag::deep[]
        @Test
        void awaitsInMethods(LoopRunner runner) {
            assertThat(runner.runCoroutine(async(() -> greet(runner.loop())))).isEqualTo("Hello Garfield");
        }

        private static String greet(EventLoop loop) { // an ordinary method; its caller is inside async
            return "Hello " + await(loop.supply(() -> "Garfield"));
        }
        // end::deep[]

        // tag::catch[]
        @Test
        void catchesWhatTheStageFailedWith(LoopRunner runner) {
            String found = runner.runCoroutine(async(() -> {
                try {
                    return await(find("Garfield"));
                } catch (IllegalStateException e) { // the original: no CompletionException around it
                    return e.getMessage();
                }
            }));

            assertThat(found).isEqualTo("lost");
        }
        // end::catch[]

        private static CompletableFuture<String> find(String cat) {
            return CompletableFuture.failedFuture(new IllegalStateException("lost"));
        }

        // tag::cancel[]
        @Test
        void cleansUpWhenItIsCancelled(LoopRunner runner) {
            List<String> seen = new ArrayList<>();
            LoopTask<Void> task = runner.start(async(() -> {
                try {
                    sleep(Duration.ofHours(1));
                } catch (CancellationException e) {
                    seen.add("cleaned up");
                    throw e;
                }
            }));
            runner.settle(); // so that it sleeps already

            task.cancel();

            runner.eventually(() -> assertThat(seen).containsExactly("cleaned up"));
            assertThat(task.isDone()).isTrue();
        }
        // end::cancel[]

        // tag::threads[]
        @Test
        void isOnTheLoopButNotOnItsThread(LoopRunner runner) {
            Thread loopThread = runner.call(Thread::currentThread);

            runner.runCoroutine(async(() -> {
                assertThat(runner.loop().inEventLoop()).isTrue();
                assertThat(Thread.currentThread()).isNotSameAs(loopThread);
            }));
        }
        // end::threads[]

        // tag::locals[]
        @Test
        void threadLocalsStayBehind(LoopRunner runner) {
            ThreadLocal<String> user = ThreadLocal.withInitial(() -> "nobody");
            user.set("Jon");

            String seen = runner.runCoroutine(async(() -> user.get()));

            assertThat(seen).isEqualTo("nobody");
        }
        // end::locals[]
    }

    // tag::onloop[]
    @Nested
    @ExtendWith(LoopRunnerExtension.class)
    @OnLoop
    class RunsOnTheLoop {

        private String name;

        @BeforeEach
        void find(EventLoop loop) {
            name = await(loop.supply(() -> "Garfield"));
        }

        @Test
        void greets(EventLoop loop) {
            assertThat(loop.inEventLoop()).isTrue();
            assertThat(await(loop.supply(() -> "Hello " + name))).isEqualTo("Hello Garfield");
        }
    }
    // end::onloop[]

    @Nested
    @ExtendWith(LoopRunnerExtension.class)
    class SeveralLoops {

        // tag::jdktypes[]
        @Test
        void injectsWhatTheJdkKnows(
                @Loop("timers") ScheduledExecutorService timers, @Loop("timers") Clock clock, EventLoop other) {
            assertThat(timers).isNotSameAs(other);
            assertThat(clock.instant()).isNotNull();
        }
        // end::jdktypes[]

        @Test
        void waitsLookAtAllLoops(@Loop("client") LoopRunner client, @Loop("server") LoopRunner server) {
            AtomicInteger requests = new AtomicInteger();
            // tag::allloops[]
            client.execute(() -> server.execute(requests::incrementAndGet));

            client.settle(); // looks at all loops of the test

            assertThat(requests).hasValue(1);
            // end::allloops[]
        }

        @Test
        void opensAKindOfItsOwn() {
            // tag::factory[]
            EventLoopFactory lowPriority = EventLoopFactory.onThreads("low-priority", task -> {
                Thread thread = new Thread(task, "quiet");
                thread.setPriority(Thread.MIN_PRIORITY);
                return thread;
            });

            try (LoopRunner runner = LoopRunner.builder().loop(lowPriority).start()) {
                assertThat(runner.call(() -> Thread.currentThread().getName())).isEqualTo("quiet");
            }
            // end::factory[]
        }
    }

    @Nested
    @ExtendWith(LoopRunnerExtension.class)
    class Virtual {

        // tag::hour[]
        @Test
        @VirtualTime
        void napsAnHourInNoTime(LoopRunner runner) {
            runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));

            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
        }
        // end::hour[]

        @Test
        void napsWithoutJunit() {
            // tag::builder[]
            try (LoopRunner runner = LoopRunner.builder().virtualTime().start()) {
                runner.runCoroutine(async(() -> sleep(Duration.ofHours(1))));
            }
            // end::builder[]
        }

        @Test
        @VirtualTime
        void movesTimeInAWaitOnly(LoopRunner runner) {
            EventLoop loop = runner.loop();
            List<String> seen = new ArrayList<>();
            // tag::present[]
            loop.schedule(() -> seen.add("later"), 1, TimeUnit.MILLISECONDS);
            loop.execute(() -> seen.add("now"));
            assertThat(seen).isEmpty(); // the test has not waited yet

            runner.settle(); // what is ready runs; time stands
            assertThat(seen).containsExactly("now");
            // end::present[]
        }

        @Test
        @VirtualTime
        void resumesWithTheResult(LoopRunner runner) {
            EventLoop loop = runner.loop();
            List<String> seen = new ArrayList<>();
            CompletableFuture<String> reply = new CompletableFuture<>();
            // tag::resume[]
            loop.execute(() -> {
                reply.complete("Garfield");
                loop.execute(() -> seen.add("after"));
            });

            runner.runCoroutine(reply); // goes on as soon as the reply is there
            assertThat(seen).isEmpty();
            runner.settle();
            assertThat(seen).containsExactly("after");
            // end::resume[]
        }

        // tag::manual[]
        @Test
        @VirtualTime(Mode.MANUAL)
        void beatsEveryMinute(LoopRunner runner) {
            List<Duration> beats = new ArrayList<>();
            runner.loop().scheduleAtFixedRate(() -> beats.add(runner.time().elapsed()), 1, 1, TimeUnit.MINUTES);

            runner.time().advanceBy(Duration.ofSeconds(150));

            assertThat(beats).containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(2));
        }
        // end::manual[]

        @Test
        @VirtualTime
        void movesByHand(LoopRunner runner) {
            EventLoop loop = runner.loop();
            List<String> seen = new ArrayList<>();
            // tag::jump[]
            loop.schedule(() -> seen.add("at " + runner.time().elapsed()), 1, TimeUnit.HOURS);

            runner.time().jumpBy(Duration.ofHours(3)); // as when the machine sleeps

            assertThat(seen).containsExactly("at PT3H");
            // end::jump[]
            // tag::next[]
            loop.execute(() -> loop.schedule(() -> seen.add("fired"), 1, TimeUnit.HOURS));
            runner.time().awaitPending(1); // until the task has armed it
            assertThat(runner.time().peekNext()).contains(Duration.ofHours(1));

            assertThat(runner.time().advanceToNext()).isTrue();
            assertThat(runner.time().advanceToNext()).isFalse(); // no timer is left
            // end::next[]
            assertThat(seen).hasSize(2);
            // tag::wall[]
            runner.time().setWallClock(Instant.parse("2026-03-29T00:59:59Z")); // no timer fires for it
            assertThat(loop.clock().instant()).isEqualTo("2026-03-29T00:59:59Z");
            // end::wall[]
        }

        @Test
        @VirtualTime
        void letsATaskTakeTime(LoopRunner runner) {
            EventLoop loop = runner.loop();
            List<String> seen = new ArrayList<>();
            // tag::elapse[]
            loop.schedule(() -> seen.add("due meanwhile"), 20, TimeUnit.MILLISECONDS);
            loop.execute(() -> {
                runner.time().elapse(Duration.ofMillis(30)); // as if this task took 30 ms
                seen.add("slow task");
            });

            runner.settle();
            assertThat(seen).containsExactly("slow task", "due meanwhile");
            // end::elapse[]
        }

        @Test
        @VirtualTime
        void standsWhileOthersWork(LoopRunner runner) {
            ExecutorService pool = Executors.newSingleThreadExecutor();
            runner.manage(pool::shutdownNow);
            CompletableFuture<String> reply = runner.loop().newFuture();
            // tag::outside[]
            CompletableFuture<String> line = runner.blocking(() -> readLine()); // on a thread of its own
            Executor tracked = runner.track(pool); // each task, from its submission to its end

            Hold hold = runner.hold("the driver answers"); // anything else, until it is closed
            ask(tracked, answer -> {
                reply.complete(answer);
                hold.close();
            });
            // end::outside[]
            assertThat(runner.runCoroutine(line.orTimeout(1, TimeUnit.SECONDS))).isEqualTo("a line");
            assertThat(runner.runCoroutine(reply.orTimeout(1, TimeUnit.SECONDS)))
                    .isEqualTo("Garfield");
            assertThat(runner.time().elapsed()).isZero();
        }

        private static String readLine() {
            return "a line";
        }

        private static void ask(Executor driver, Consumer<String> callback) {
            driver.execute(() -> callback.accept("Garfield"));
        }

        // tag::loops[]
        @Test
        @VirtualTime
        void sharesTimeAmongLoops(@Loop("client") LoopRunner client, @Loop("server") LoopRunner server) {
            CompletableFuture<String> reply = client.loop().newFuture();
            server.loop().schedule(() -> reply.complete("Garfield"), 1, TimeUnit.HOURS);

            assertThat(client.runCoroutine(reply)).isEqualTo("Garfield");
            assertThat(server.time().elapsed()).isEqualTo(Duration.ofHours(1));
        }
        // end::loops[]

        @Test
        @VirtualTime
        void joinsAtThisInstant(LoopRunner runner) {
            EventLoop loop = runner.loop();
            // tag::join[]
            assertThat(loop.supply(() -> "Garfield").join()).isEqualTo("Garfield"); // runs now

            CompletableFuture<String> late = loop.newFuture();
            loop.schedule(() -> late.complete("Garfield"), 1, TimeUnit.HOURS);
            assertThatIllegalStateException().isThrownBy(late::join); // nothing at this instant completes it
            assertThat(runner.runCoroutine(late)).isEqualTo("Garfield"); // time moves
            // end::join[]
        }

        @Test
        @VirtualTime
        void adoptsPlainFutures(LoopRunner runner) {
            EventLoop loop = runner.loop();
            CompletableFuture<String> plain = new CompletableFuture<>();
            // tag::adopt[]
            CompletableFuture<String> bounded = loop.adopt(plain).orTimeout(30, TimeUnit.SECONDS); // virtual
            CompletableFuture<String> later =
                    CompletableFuture.supplyAsync(() -> "Garfield", loop.delayedExecutor(Duration.ofHours(1)));
            // end::adopt[]
            assertThatThrownBy(() -> runner.runCoroutine(bounded)).isInstanceOf(TimeoutException.class);
            assertThat(runner.runCoroutine(later)).isEqualTo("Garfield");
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1));
        }
    }

    @Nested
    class Reactive {

        // tag::reactor[]
        @Test
        @VirtualTime
        @ReactorOnLoop
        void retriesForHours(LoopRunner runner) {
            AtomicInteger tries = new AtomicInteger();
            Mono<String> name = Mono.fromCallable(() -> askOnTheFourth(tries))
                    .subscribeOn(Schedulers.boundedElastic())
                    .retryWhen(Retry.backoff(10, Duration.ofHours(1)).jitter(0));

            assertThat(runner.runCoroutine(name.toFuture())).isEqualTo("Garfield");
            assertThat(runner.time().elapsed()).isEqualTo(Duration.ofHours(1 + 2 + 4));
        }
        // end::reactor[]

        private String askOnTheFourth(AtomicInteger tries) throws IOException {
            if (tries.incrementAndGet() < 4) {
                throw new IOException("no connection");
            }
            return "Garfield";
        }

        @Test
        @ResourceLock(ReactorOnLoop.LOCK)
        void installsSchedulers() {
            // tag::install[]
            try (LoopRunner runner = LoopRunner.builder().virtualTime().start();
                    LoopSchedulers installed = LoopSchedulers.install(runner.loop())) {
                runner.runCoroutine(Mono.delay(Duration.ofHours(1)).toFuture());
            }
            // end::install[]
        }

        @Test
        // tag::lock[]
        @ResourceLock(value = ReactorOnLoop.LOCK, mode = ResourceAccessMode.READ)
        // end::lock[]
        void hasReactorsOwnSchedulers() {
            assertThat(Mono.fromCallable(() -> Thread.currentThread().getName())
                            .subscribeOn(Schedulers.parallel())
                            .block())
                    .startsWith("parallel-");
        }
    }

    @Nested
    @ExtendWith(LoopRunnerExtension.class)
    class ClassScope {

        private static final AtomicInteger STARTED = new AtomicInteger();

        // tag::classscope[]
        @BeforeAll
        static void startServer(LoopRunner ofTheClass) { // the class's runner, which closes after its last test
            ofTheClass.execute(STARTED::incrementAndGet);
        }

        @Test
        void usesTheServer(LoopRunner runner, @Loop(scope = Loop.Scope.CLASS) LoopRunner ofTheClass) {
            assertThat(runner.loop()).isNotSameAs(ofTheClass.loop());
            assertThat(ofTheClass.call(STARTED::get)).isEqualTo(1);
        }
        // end::classscope[]
    }

    @Nested
    class Kinds {

        // tag::kinds[]
        @TestOnLoops({"jdk", "virtual-thread"})
        void answersOnEveryKind(LoopRunner runner) {
            assertThat(runner.runCoroutine(() -> ask(runner.loop()))).isEqualTo("Garfield");
        }
        // end::kinds[]

        private CompletableFuture<String> ask(EventLoop loop) {
            return loop.supply(() -> "Garfield");
        }
    }

    @Nested
    class Registered {

        // tag::register[]
        @RegisterExtension
        static final LoopRunnerExtension LOOPS =
                LoopRunnerExtension.builder().timeout(Duration.ofSeconds(2)).build();
        // end::register[]

        @Test
        void injects(LoopRunner runner) {
            assertThat(runner.call(() -> 1)).isEqualTo(1);
        }
    }

    @Nested
    @ExtendWith(LoopRunnerExtension.class)
    class Limits {

        @Test
        void theJdkSwallowsWhatItsFutureCaught(LoopRunner runner) {
            EventLoop loop = runner.loop();
            // tag::swallowed[]
            CompletableFuture.runAsync(() -> fail("lost"), loop); // caught by the JDK's future; nobody hears of it
            loop.supply(() -> fail("heard")); // caught by ours: the test fails
            // end::swallowed[]
            assertThat(runner.expectUncaught(IllegalStateException.class)).hasMessage("heard");
        }

        private static String fail(String message) {
            throw new IllegalStateException(message);
        }

        @Test
        void assertionsInDerivedStagesNeedAWait(LoopRunner runner) {
            EventLoop loop = runner.loop();
            // tag::derived[]
            CompletableFuture<Void> checked = loop.supply(() -> "Garfield")
                    .thenAccept(name -> assertThat(name).isEqualTo("Nermal"));

            assertThatThrownBy(() -> runner.runCoroutine(checked)).isInstanceOf(AssertionError.class);
            // end::derived[]
        }
    }

    @Nested
    @ExtendWith(LoopRunnerExtension.class)
    class Python {

        @Test
        void waitFor(LoopRunner runner) {
            EventLoop loop = runner.loop();
            CompletableFuture<String> reply = new CompletableFuture<>();
            // tag::waitfor[]
            CompletableFuture<String> bounded = loop.adopt(reply).orTimeout(10, TimeUnit.MILLISECONDS);

            assertThatThrownBy(() -> runner.runCoroutine(bounded)).isInstanceOf(TimeoutException.class);
            // end::waitfor[]
        }

        @Test
        void gather(LoopRunner runner) {
            EventLoop loop = runner.loop();
            // tag::gather[]
            String both = runner.runCoroutine(async(() -> {
                var first = loop.async(() -> "Garfield"); // as create_task does
                var second = loop.supply(() -> "Nermal");
                await(loop.allOf(first, second));
                return await(first) + " and " + await(second);
            }));
            // end::gather[]
            assertThat(both).isEqualTo("Garfield and Nermal");
        }

        @Test
        void toThread(LoopRunner runner) throws InterruptedException {
            EventLoop loop = runner.loop();
            CountDownLatch read = new CountDownLatch(1);
            // tag::tothread[]
            CompletableFuture<String> line = loop.adopt(CompletableFuture.supplyAsync(() -> readLine(read)));
            // end::tothread[]
            read.countDown();
            assertThat(runner.runCoroutine(line)).isEqualTo("a line");
        }

        private static String readLine(CountDownLatch read) {
            try {
                return read.await(5, TimeUnit.SECONDS) ? "a line" : "nothing";
            } catch (InterruptedException e) {
                return "interrupted";
            }
        }
    }

    @Test
    void closeThrowsWhatNobodyObserved() {
        LoopRunner runner = LoopRunner.start();
        runner.execute(() -> {
            throw new IllegalStateException("no more lives");
        });

        assertThatThrownBy(runner::close).isInstanceOf(LoopFailure.class).hasRootCauseMessage("no more lives");
    }
}

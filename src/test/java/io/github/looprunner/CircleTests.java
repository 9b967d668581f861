package io.github.looprunner;

import static io.github.looprunner.Coroutine.async;
import static io.github.looprunner.Coroutine.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loops and coroutines that wait for one another, in a circle: the wait that closes it is refused. */
@Timeout(30)
class CircleTests {

    @Nested
    class InRealTime extends Circles {
        InRealTime() {
            super(LoopRunner.builder().name("CatTests.quarrel").start());
        }
    }

    @Nested
    class InVirtualTime extends Circles {
        InVirtualTime() {
            super(LoopRunner.builder().name("CatTests.quarrel").virtualTime().start());
        }
    }

    abstract static class Circles {

        private final LoopRunner runner;
        private final EventLoop tabby;
        private final EventLoop felix;
        private final CompletableFuture<Void> go;

        Circles(LoopRunner runner) {
            this.runner = runner;
            this.tabby = runner.loop();
            this.felix = runner.scope().open(EventLoopFactory.of("jdk"), "felix");
            this.go = tabby.newFuture();
        }

        @AfterEach
        void close() {
            runner.close();
        }

        @Test
        void refusesLoopsThatBlockForEachOther() {
            CompletableFuture<String> answer = tabby.supply(
                    () -> felix.supply(() -> tabby.supply(() -> "never").join()).join());

            assertThatThrownBy(() -> runner.runCoroutine(answer))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("join would wait for ever, since these wait for one another: loop ")
                    .hasMessageContaining("loop \"felix\" waits in join at CircleTests.Circles.refusesLoopsThat")
                    .hasMessageContaining("loop \"jdk\" waits in join at CircleTests.Circles.refusesLoopsThat")
                    .hasMessageContaining("for a future made at CircleTests.java:")
                    .hasMessageEndingWith("; let one of them go on without the others");
        }

        @Test
        void refusesCallsOfRunnersInACircle() {
            LoopRunner other = new LoopRunner(runner.scope(), felix, runner.limit());

            assertThatThrownBy(() -> runner.call(() -> other.call(() -> runner.call(() -> "never"))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("loop \"felix\" waits in call at ")
                    .hasMessageContaining("loop \"jdk\" waits in call at ");
        }

        @Test
        void refusesGetOfSubmittedTasksInACircle() {
            Future<String> answer = tabby.submit(
                    () -> felix.submit(() -> tabby.submit(() -> "never").get()).get());

            assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(IllegalStateException.class);
        }

        @Test
        void refusesThreeLoopsInACircle() {
            EventLoop tom = runner.scope().open(EventLoopFactory.of("jdk"), "tom");
            CompletableFuture<String> answer = tabby.supply(() -> felix.supply(() ->
                            tom.supply(() -> tabby.supply(() -> "never").join()).join())
                    .join());

            Throwable thrown = catchThrowable(() -> runner.runCoroutine(answer));

            assertThat(thrown)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("loop \"tom\"")
                    .hasMessageContaining("loop \"felix\"")
                    .hasMessageContaining("loop \"jdk\"");
        }

        @Test
        void refusesCoroutinesThatAwaitEachOther() {
            AtomicReference<CompletableFuture<String>> second = new AtomicReference<>();
            CompletableFuture<String> first = tabby.async(() -> {
                await(go);
                return await(second.get());
            });
            second.set(felix.async(() -> await(first)));
            go.complete(null);

            assertThatThrownBy(() -> runner.runCoroutine(first))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("await would wait for ever, since these wait for one another: a coroutine,"
                            + " submitted at CircleTests.java:")
                    .hasMessageContaining(", waits in await at CircleTests.Circles.")
                    .hasMessageContaining(" for a coroutine made at CircleTests.java:");
        }

        @Test
        void refusesStartedCoroutinesThatAwaitEachOther() {
            AtomicReference<LoopTask<String>> second = new AtomicReference<>();
            LoopTask<String> first = runner.start(async(() -> {
                await(go);
                return await(second.get().future());
            }));
            second.set(runner.start(async(() -> await(first.future()))));
            go.complete(null);

            assertThatThrownBy(() -> runner.runCoroutine(first.future())).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void refusesACoroutineThatAwaitsItself() {
            AtomicReference<LoopTask<String>> itself = new AtomicReference<>();
            itself.set(runner.start(async(() -> {
                await(go);
                return await(itself.get().future());
            })));
            go.complete(null);

            assertThatThrownBy(() -> runner.runCoroutine(itself.get().future()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("await would wait for ever");
        }

        @Test
        void refusesALoopThatBlocksForACoroutineThatNeedsIt() {
            CompletableFuture<String> needsTabby = felix.async(() -> {
                await(go);
                return await(tabby.async(() -> "too late"));
            });
            CompletableFuture<String> answer = tabby.supply(() -> {
                go.complete(null);
                return needsTabby.join();
            });

            assertThatThrownBy(() -> runner.runCoroutine(answer)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void letsOneLoopWaitForAnother() {
            CompletableFuture<String> answer =
                    tabby.supply(() -> felix.supply(() -> "Felix").join());

            assertThat(runner.runCoroutine(answer)).isEqualTo("Felix");
        }

        @Test
        void letsWhatEndsByItselfAlone() {
            AtomicReference<CompletableFuture<String>> second = new AtomicReference<>();
            CompletableFuture<String> first = tabby.async(() -> {
                await(go);
                return await(second.get());
            });
            second.set(felix.async(() -> await(first)));
            second.get().completeOnTimeout("gave way", 1, TimeUnit.MILLISECONDS);
            go.complete(null);

            assertThat(runner.runCoroutine(first)).isEqualTo("gave way");
        }

        @Test
        void letsBothGoOnWhereTheFirstWaitEndsBeforeTheSecondBegins() {
            for (int i = 0; i < 1_000; i++) {
                CompletableFuture<String> one =
                        tabby.supply(() -> felix.supply(() -> "one").join());
                CompletableFuture<String> two = felix.async(() -> await(tabby.async(() -> "two")));

                assertThat(List.of(runner.runCoroutine(one), runner.runCoroutine(two)))
                        .containsExactly("one", "two");
            }
        }

        /** In real time the two begin to wait at once; whoever sees it first gives way, and the other goes on. */
        @Test
        void refusesOneOfTwoThatCloseACircleAtTheSameTime() {
            for (int i = 0; i < 500; i++) {
                CountDownLatch both = new CountDownLatch(runner.scope().kernel() == null ? 2 : 0);
                CompletableFuture<String> one = tabby.supply(() -> meet(both, felix));
                CompletableFuture<String> two = felix.supply(() -> meet(both, tabby));

                Throwable first = catchThrowable(() -> runner.runCoroutine(one));
                Throwable second = catchThrowable(() -> runner.runCoroutine(two));

                assertThat(Arrays.asList(first, second))
                        .as("round %d", i)
                        .containsOnlyOnce((Throwable) null)
                        .hasAtLeastOneElementOfType(IllegalStateException.class);
            }
        }

        private static String meet(CountDownLatch both, EventLoop other) throws InterruptedException {
            both.countDown();
            both.await();
            return other.supply(() -> "answer").join();
        }
    }
}

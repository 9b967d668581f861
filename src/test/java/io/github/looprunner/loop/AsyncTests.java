package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AsyncTests {

    private final RecordingOwner owner = new RecordingOwner();
    private final EventLoop loop = new JdkLoopFactory().open(owner);

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void answersWithTheResultOfItsBody() throws Exception {
        CompletableFuture<String> result = loop.async(() -> "x");

        assertThat(Bounded.get(result)).isEqualTo("x");
        assertThat(result.defaultExecutor()).isSameAs(loop);
    }

    @Test
    void runsInTheLoopOnAThreadOfItsOwn() throws Exception {
        Thread loopThread = Bounded.get(loop.submit(Thread::currentThread));

        Bounded.get(loop.async(() -> {
            assertThat(loop.inEventLoop()).isTrue();
            assertThat(EventLoop.current()).isSameAs(loop);
            assertThat(Thread.currentThread()).isNotSameAs(loopThread);
            assertThat(Thread.currentThread().isDaemon()).isTrue();
            assertThat(Thread.currentThread().getName()).isEqualTo("loop-runner RecordingOwner coroutine-1");
            assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(owner.contextClassLoader());
            assertThat(Thread.currentThread().getThreadGroup()).isSameAs(loopThread.getThreadGroup());
            return null;
        }));
    }

    @Test
    void copiesTheClassLoaderThatTheLoopsThreadHasThen() throws Exception {
        ClassLoader mine = new ClassLoader() {};
        loop.execute(() -> Thread.currentThread().setContextClassLoader(mine));

        CompletableFuture<ClassLoader> first =
                loop.async(() -> Thread.currentThread().getContextClassLoader());

        assertThat(Bounded.get(first)).isSameAs(mine);
    }

    @Test
    void startsEachBodyWithTheClassLoaderOfTheLoopsThread() throws Exception {
        ClassLoader mine = new ClassLoader() {};
        Bounded.get(loop.async(() -> {
            Thread.currentThread().setContextClassLoader(mine);
            return null;
        }));

        CompletableFuture<ClassLoader> next =
                loop.async(() -> Thread.currentThread().getContextClassLoader());

        assertThat(Bounded.get(next)).isSameAs(owner.contextClassLoader());
    }

    @Test
    void interleavesTwoCoroutines() throws Exception {
        List<String> log = new ArrayList<>();
        CompletableFuture<Void> first = loop.newFuture();
        CompletableFuture<Void> second = loop.newFuture();
        CompletableFuture<Void> one = loop.async(() -> {
            log.add("one waits");
            EventLoop.await(first);
            log.add("one goes on");
            second.complete(null);
            return null;
        });
        CompletableFuture<Void> two = loop.async(() -> {
            log.add("two lets one go on");
            first.complete(null);
            EventLoop.await(second);
            log.add("two ends");
            return null;
        });

        Bounded.get(one);
        Bounded.get(two);

        assertThat(log).containsExactly("one waits", "two lets one go on", "one goes on", "two ends");
    }

    @Test
    void runsExactlyOneBodyOrTaskAtATime() throws Exception {
        AtomicBoolean inside = new AtomicBoolean();
        AtomicBoolean overlapped = new AtomicBoolean();
        int[] plain = new int[1];
        Runnable step = () -> {
            if (!inside.compareAndSet(false, true)) {
                overlapped.set(true);
            }
            plain[0]++;
            inside.set(false);
        };
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(loop.async(() -> {
                for (int turn = 0; turn < 500; turn++) {
                    step.run();
                    EventLoop.await(loop.supply(() -> {
                        step.run();
                        return null;
                    }));
                }
                return null;
            }));
        }

        for (CompletableFuture<?> each : all) {
            Bounded.get(each);
        }

        assertThat(overlapped).isFalse();
        assertThat(Bounded.get(loop.submit(() -> plain[0]))).isEqualTo(8 * 500 * 2);
    }

    @Test
    void resumesFromStagesThatOtherThreadsComplete() throws Exception {
        for (int round = 0; round < 500; round++) {
            CompletableFuture<Integer> foreign = new CompletableFuture<>();
            CyclicBarrier barrier = new CyclicBarrier(2);
            int number = round;
            CompletableFuture<Boolean> right = loop.async(() -> {
                Bounded.await(barrier);
                return EventLoop.await(foreign) == number && loop.inEventLoop();
            });

            Bounded.await(barrier);
            foreign.complete(number);

            assertThat(Bounded.get(right)).isTrue();
        }
    }

    @Test
    void throwsTheSameObjectThatTheStageFailedWith() throws Exception {
        IOException oops = new IOException("oops");
        CompletableFuture<String> direct = loop.newFuture();
        CompletableFuture<String> derived = direct.thenApply(value -> value).thenApply(value -> value);

        CompletableFuture<Throwable> caught = loop.async(() -> thrownBy(() -> EventLoop.await(derived)));
        CompletableFuture<Throwable> again = loop.async(() -> {
            direct.completeExceptionally(oops);
            return thrownBy(() -> EventLoop.await(direct));
        });

        assertThat(Bounded.get(caught)).isSameAs(oops);
        assertThat(Bounded.get(again)).isSameAs(oops);
    }

    @Test
    void failsWithTheSameObjectThatItsBodyThrew() {
        IOException oops = new IOException("oops");

        CompletableFuture<Object> failed = loop.async(() -> {
            throw oops;
        });

        assertThatThrownBy(() -> Bounded.get(failed)).hasCause(oops);
    }

    @Test
    void throwsTheCancellationOfTheStageItAwaits() throws Exception {
        CompletableFuture<String> stage = loop.newFuture();
        CompletableFuture<Throwable> caught = loop.async(() -> thrownBy(() -> EventLoop.await(stage)));

        stage.cancel(/* mayInterruptIfRunning= */ false);

        assertThat(Bounded.get(caught)).isInstanceOf(CancellationException.class);
    }

    @Test
    void throwsTheSameCancellationAlsoWhereTheStageIsDone() throws Exception {
        CancellationException gone = new CancellationException("gone");
        CompletableFuture<String> stage = loop.newFuture();
        stage.completeExceptionally(gone);

        CompletableFuture<Throwable> caught = loop.async(() -> thrownBy(() -> EventLoop.await(stage)));

        assertThat(Bounded.get(caught)).isSameAs(gone);
    }

    @Test
    void keepsTheTurnWhereTheStageIsDone() throws Exception {
        List<String> log = new ArrayList<>();

        Bounded.get(loop.async(() -> {
            loop.execute(() -> log.add("task"));
            EventLoop.await(CompletableFuture.completedFuture("x"));
            log.add("body");
            return null;
        }));

        Bounded.get(loop.submit(() -> {}));
        assertThat(log).containsExactly("body", "task");
    }

    @Test
    void queuesAResumedBodyBehindWhatIsReady() throws Exception {
        List<String> log = new ArrayList<>();
        CompletableFuture<Void> gate = loop.newFuture();
        CompletableFuture<Void> body = loop.async(() -> {
            EventLoop.await(gate);
            log.add("body");
            return null;
        });

        Bounded.get(loop.submit(() -> {
            loop.execute(() -> log.add("ready before"));
            gate.complete(null);
            loop.execute(() -> log.add("ready after"));
        }));

        Bounded.get(body);
        Bounded.get(loop.submit(() -> {}));
        assertThat(log).containsExactly("ready before", "body", "ready after");
    }

    @Test
    void refusesToAwaitOutsideACoroutine() throws Exception {
        assertThatIllegalStateException()
                .isThrownBy(() -> EventLoop.await(new CompletableFuture<>()))
                .withMessage("await was called outside the body of Coroutine.async, on thread \""
                        + Thread.currentThread().getName()
                        + "\"; wrap the code in Coroutine.async(() -> ...), or compose"
                        + " the stage with thenApply and its like");
        Bounded.get(loop.submit(() -> assertThatIllegalStateException()
                .isThrownBy(() -> EventLoop.await(new CompletableFuture<>()))
                .withMessageContaining("on thread \"loop-runner RecordingOwner\"")));
    }

    @Test
    void refusesToAwaitNull() throws Exception {
        Bounded.get(loop.async(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> EventLoop.await(null))
                    .withMessage(
                            "await was given null instead of a stage; return CompletableFuture.completedFuture(null)"
                                    + " where there is nothing to wait for");
            return null;
        }));
    }

    @Test
    void goesOnWhereAStageRefusesToBeAwaited() throws Exception {
        CompletionStage<?> refusing = (CompletionStage<?>) Proxy.newProxyInstance(
                AsyncTests.class.getClassLoader(),
                new Class<?>[] {CompletionStage.class},
                (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
        CompletableFuture<String> gate = loop.newFuture();
        CountDownLatch refused = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> body = loop.async(() -> {
            assertThat(thrownBy(() -> EventLoop.await(refusing))).isInstanceOf(UnsupportedOperationException.class);
            refused.countDown();
            assertThat(thrownBy(() -> Bounded.await(release))).isInstanceOf(InterruptedException.class);
            return EventLoop.await(gate);
        });
        Bounded.await(refused);

        body.cancel(/* mayInterruptIfRunning= */ true);

        Bounded.until(() -> loop.state().coroutines().size() == 1);
        gate.complete("x");
        Bounded.until(() -> loop.state().coroutines().isEmpty());
    }

    @Test
    void endsAPendingAwaitWhereItIsCancelled() throws Exception {
        CompletableFuture<String> never = loop.newFuture();
        CompletableFuture<Throwable> caught = new CompletableFuture<>();
        CompletableFuture<Object> body = loop.async(() -> {
            caught.complete(thrownBy(() -> EventLoop.await(never)));
            return null;
        });
        Bounded.until(() -> loop.state().coroutines().size() == 1);

        assertThat(body.cancel(/* mayInterruptIfRunning= */ true)).isTrue();

        assertThat(Bounded.get(caught))
                .isInstanceOf(CancellationException.class)
                .hasMessage("the coroutine was cancelled");
        assertThat(body).isCancelled();
        assertThat(never).isNotDone();
        assertThat(owner.reported()).isEmpty();
    }

    @Test
    void neverStartsABodyThatIsCancelledBefore() throws Exception {
        AtomicBoolean ran = new AtomicBoolean();
        Bounded.get(loop.submit(() -> {
            loop.async(() -> {
                        ran.set(true);
                        return null;
                    })
                    .cancel(/* mayInterruptIfRunning= */ true);
        }));

        Bounded.get(loop.submit(() -> {}));

        assertThat(ran).isFalse();
    }

    @Test
    void interruptsABodyThatBlocks() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Throwable> caught = new CompletableFuture<>();
        CompletableFuture<Object> body = loop.async(() -> {
            started.countDown();
            caught.complete(thrownBy(() -> Bounded.await(new CountDownLatch(1))));
            return null;
        });
        Bounded.await(started);

        body.cancel(/* mayInterruptIfRunning= */ true);

        assertThat(Bounded.get(caught)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void neverBlocksForEverWhereACancelRacesTheStart() throws Exception {
        for (int round = 0; round < 500; round++) {
            CyclicBarrier barrier = new CyclicBarrier(2);
            loop.execute(() -> Bounded.await(barrier));
            CompletableFuture<Object> body = loop.async(() -> {
                new CountDownLatch(1).await();
                return null;
            });

            Bounded.await(barrier);
            for (int spin = 0; spin < round % 50 * 20; spin++) {
                Thread.onSpinWait();
            }
            body.cancel(/* mayInterruptIfRunning= */ true);

            assertThat(Bounded.get(loop.submit(() -> Thread.currentThread().isInterrupted())))
                    .isFalse();
        }
    }

    @Test
    void keepsAnInterruptFromTheBodyThatUsesTheThreadNext() throws Exception {
        for (int round = 0; round < 200; round++) {
            CyclicBarrier barrier = new CyclicBarrier(2);
            CompletableFuture<Object> body = loop.async(() -> {
                Bounded.await(barrier);
                return null;
            });
            CompletableFuture<Boolean> next =
                    loop.async(() -> Thread.currentThread().isInterrupted());

            Bounded.await(barrier);
            body.cancel(/* mayInterruptIfRunning= */ true);

            assertThat(Bounded.get(next)).isFalse();
        }
    }

    @Test
    void awaitsAgainWhileItCleansUp() throws Exception {
        CompletableFuture<String> cleaning = loop.newFuture();
        CompletableFuture<String> cleaned = new CompletableFuture<>();
        CompletableFuture<Object> body = loop.async(() -> {
            try {
                return EventLoop.await(loop.newFuture());
            } finally {
                cleaned.complete(EventLoop.await(cleaning));
            }
        });
        Bounded.until(() -> loop.state().coroutines().size() == 1);

        body.cancel(/* mayInterruptIfRunning= */ true);
        body.cancel(/* mayInterruptIfRunning= */ true);
        Bounded.get(loop.submit(() -> {}));
        Bounded.get(loop.submit(() -> {}));
        body.cancel(/* mayInterruptIfRunning= */ true);
        cleaning.complete("clean");

        assertThat(Bounded.get(cleaned)).isEqualTo("clean");
    }

    @Test
    void awaitsAgainWhileItCleansUpAfterAnInterrupt() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<String> cleaning = loop.newFuture();
        CompletableFuture<String> cleaned = new CompletableFuture<>();
        CompletableFuture<Object> body = loop.async(() -> {
            try {
                started.countDown();
                new CountDownLatch(1).await();
                return null;
            } finally {
                complete(cleaned, cleaning);
            }
        });
        Bounded.await(started);

        body.cancel(/* mayInterruptIfRunning= */ true);
        Bounded.until(() -> cleaned.isDone() || loop.state().coroutines().size() == 1);
        cleaning.complete("clean");

        assertThat(Bounded.get(cleaned)).isEqualTo("clean");
    }

    @Test
    void deliversACancelToTheNextAwaitWhereTheBodyDoesNotBlock() throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2);
        AtomicBoolean spin = new AtomicBoolean(true);
        CompletableFuture<Throwable> caught = new CompletableFuture<>();
        CompletableFuture<Boolean> interruptedAfter = new CompletableFuture<>();
        CompletableFuture<Object> body = loop.async(() -> {
            Bounded.await(barrier);
            while (spin.get()) {
                Thread.onSpinWait();
            }
            caught.complete(thrownBy(() -> EventLoop.await(loop.newFuture())));
            interruptedAfter.complete(Thread.currentThread().isInterrupted());
            return null;
        });
        Bounded.await(barrier);

        body.cancel(/* mayInterruptIfRunning= */ true);
        spin.set(false);

        assertThat(Bounded.get(caught)).isInstanceOf(CancellationException.class);
        assertThat(Bounded.get(interruptedAfter)).isFalse();
    }

    @Test
    void deliversACancelOfItsOwnToItsNextAwait() throws Exception {
        AtomicReference<CompletableFuture<Object>> itself = new AtomicReference<>();
        CompletableFuture<Throwable> caught = new CompletableFuture<>();
        CompletableFuture<Void> gate = loop.newFuture();
        itself.set(loop.async(() -> {
            EventLoop.await(gate);
            itself.get().cancel(/* mayInterruptIfRunning= */ true);
            caught.complete(thrownBy(() -> EventLoop.await(loop.newFuture())));
            return null;
        }));

        gate.complete(null);

        assertThat(Bounded.get(caught)).isInstanceOf(CancellationException.class);
    }

    @Test
    void resumesOnceWhereACancelRacesTheStage() throws Exception {
        for (int round = 0; round < 500; round++) {
            CompletableFuture<String> stage = new CompletableFuture<>();
            CompletableFuture<Object> seen = new CompletableFuture<>();
            CyclicBarrier barrier = new CyclicBarrier(2);
            CompletableFuture<Object> body = loop.async(() -> {
                Throwable thrown = thrownBy(() -> EventLoop.await(stage));
                seen.complete(thrown == null ? "completed" : thrown);
                return null;
            });
            Thread completer = new Thread(() -> {
                Bounded.await(barrier);
                stage.complete("x");
            });
            completer.start();

            Bounded.await(barrier);
            body.cancel(/* mayInterruptIfRunning= */ true);

            Bounded.join(completer);
            Bounded.get(loop.submit(() -> {}));
            Bounded.until(() -> loop.state().coroutines().isEmpty());
            assertThat(seen.isDone() || body.isCancelled()).isTrue();
        }
        assertThat(owner.reported()).isEmpty();
    }

    @Test
    void reportsWhatACancelledBodyThrowsOtherwise() {
        IllegalStateException oops = new IllegalStateException("oops");
        CompletableFuture<Object> body = loop.async(() -> {
            try {
                return EventLoop.await(loop.newFuture());
            } catch (CancellationException e) {
                throw oops;
            }
        });
        Bounded.until(() -> loop.state().coroutines().size() == 1);

        body.cancel(/* mayInterruptIfRunning= */ true);

        Bounded.until(() -> owner.reported().contains(oops));
    }

    @Test
    void endsItsThreadsWithTheLoop() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch suspended = new CountDownLatch(20);
        CompletableFuture<Void> gate = loop.newFuture();
        for (int i = 0; i < 20; i++) {
            loop.async(() -> {
                threads.add(Thread.currentThread());
                suspended.countDown();
                return EventLoop.await(gate);
            });
        }
        Bounded.await(suspended);
        gate.complete(null);
        Bounded.until(() -> loop.state().coroutines().isEmpty());

        loop.close();

        assertThat(threads).hasSize(20).noneMatch(Thread::isAlive);
    }

    @Test
    void reusesTheThreadsOfBodiesThatHaveEnded() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        for (int i = 0; i < 100; i++) {
            Bounded.get(loop.async(() -> threads.add(Thread.currentThread())));
            Bounded.get(loop.submit(() -> {}));
        }

        assertThat(threads).hasSize(1);
    }

    @Test
    void freesSuspendedBodiesInClose() throws Exception {
        List<Throwable> caught = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<?>> bodies = new ArrayList<>();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 5; i++) {
            bodies.add(loop.async(() -> {
                threads.add(Thread.currentThread());
                caught.add(thrownBy(() -> EventLoop.await(new CompletableFuture<>())));
                return null;
            }));
        }
        Bounded.until(() -> loop.state().coroutines().size() == 5);

        loop.close();

        assertThat(caught).hasSize(5).allSatisfy(thrown -> assertThat(thrown)
                .isInstanceOf(CancellationException.class)
                .hasMessage("the loop has ended, so nothing can resume this await"));
        assertThat(bodies).allMatch(CompletableFuture::isDone);
        assertThat(threads).noneMatch(Thread::isAlive);
    }

    @Test
    void freesInCloseABodyThatAwaitsAFutureOfTheLoop() throws Exception {
        CompletableFuture<Throwable> caught = new CompletableFuture<>();
        loop.async(() -> {
            caught.complete(thrownBy(() -> EventLoop.await(loop.newFuture())));
            return null;
        });
        Bounded.until(() -> loop.state().coroutines().size() == 1);

        loop.close();

        assertThat(Bounded.get(caught)).isInstanceOf(CancellationException.class);
    }

    @Test
    @Tag("slow") // close waits two seconds before it interrupts
    void interruptsInCloseABodyThatBlocks() throws Exception {
        CompletableFuture<Throwable> caught = new CompletableFuture<>();
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        loop.async(() -> {
            thread.complete(Thread.currentThread());
            started.countDown();
            caught.complete(thrownBy(() -> new CountDownLatch(1).await()));
            return null;
        });
        Bounded.await(started);

        loop.close();

        assertThat(Bounded.get(caught)).isInstanceOf(InterruptedException.class);
        assertThat(thread.join().isAlive()).isFalse();
    }

    @Test
    @Tag("slow") // close waits two seconds before it interrupts
    void interruptsInCloseABodyThatBlocksWhileItCleansUp() throws Exception {
        CompletableFuture<Throwable> caught = new CompletableFuture<>();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        loop.async(() -> {
            thread.complete(Thread.currentThread());
            try {
                return EventLoop.await(new CompletableFuture<>());
            } finally {
                caught.complete(thrownBy(() -> new CountDownLatch(1).await()));
            }
        });
        Bounded.until(() -> loop.state().coroutines().size() == 1);

        loop.close();

        assertThat(Bounded.get(caught)).isInstanceOf(InterruptedException.class);
        assertThat(thread.join().isAlive()).isFalse();
    }

    @Test
    void ownsItsLocksAcrossAnAwait() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        Object monitor = new Object();
        CompletableFuture<Void> gate = loop.newFuture();
        CompletableFuture<Boolean> owned = loop.async(() -> {
            lock.lock();
            try {
                synchronized (monitor) {
                    EventLoop.await(gate);
                    return lock.isHeldByCurrentThread() && Thread.holdsLock(monitor);
                }
            } finally {
                lock.unlock();
            }
        });

        boolean takenByAnother = Bounded.get(loop.async(() -> lock.tryLock()));
        boolean takenByTheLoop = Bounded.get(loop.submit(() -> lock.tryLock()));
        gate.complete(null);

        assertThat(takenByAnother).isFalse();
        assertThat(takenByTheLoop).isFalse();
        assertThat(Bounded.get(owned)).isTrue();
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void awaitsACoroutineInACoroutine() throws Exception {
        CompletableFuture<Integer> sum = loop.async(() -> {
            CompletableFuture<Integer> inner = loop.async(() -> EventLoop.await(loop.supply(() -> 20)) + 1);
            return EventLoop.await(inner) * 2;
        });

        assertThat(Bounded.get(sum)).isEqualTo(42);
    }

    @Test
    void awaitsAMillisecondOfTheLoop() throws Exception {
        CompletableFuture<Long> took = loop.async(() -> {
            long start = System.nanoTime();
            EventLoop.await(loop.newFuture().completeOnTimeout(null, 1, TimeUnit.MILLISECONDS));
            return System.nanoTime() - start;
        });

        assertThat(Bounded.get(took)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(1));
    }

    /** Completes one future with what an await of the other comes to, be it a failure. */
    private static void complete(CompletableFuture<String> future, CompletableFuture<String> awaited) {
        try {
            future.complete(EventLoop.await(awaited));
        } catch (RuntimeException thrown) {
            future.completeExceptionally(thrown);
        }
    }

    private static Throwable thrownBy(ThrowingCallable call) {
        try {
            call.call();
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }
}

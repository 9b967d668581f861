package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.testing.Bounded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskQueueTests {

    private final TaskQueue queue = new TaskQueue();

    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 513, 1023, 1024, 1025, 5000})
    void givesTasksBackInOrderAcrossChunks(int count) {
        List<Numbered> offered = offer(count);

        List<Runnable> taken = takeAll();

        assertThat(taken).hasSize(count).isEqualTo(offered);
        assertThat(queue.head()).isEqualTo(count);
        assertThat(queue.published()).isEqualTo(count);
        assertThat(queue.completed()).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 511, 512, 513, 700})
    void staysInOrderWhenEmptiedAgainAndAgain(int batch) {
        for (int round = 0; round < 20; round++) {
            List<Numbered> offered = offer(batch);

            assertThat(takeAll()).isEqualTo(offered);
        }
    }

    /** Where stack or memory end within an offer, no index may be left claimed: the consumer would wait for its task. */
    @Test
    void survivesAStackThatEndsWithinAnOffer() throws Exception {
        for (int round = 0; round < 500; round++) {
            TaskQueue flooded = new TaskQueue();
            for (int i = 0; i < round; i++) {
                flooded.offer(() -> {}); // so that a chunk ends at another depth of the stack
            }
            Thread deep = new Thread(null, () -> overflow(flooded), "deep", 200_000);
            deep.start();
            Bounded.join(deep);

            CompletableFuture<Integer> drained =
                    CompletableFuture.supplyAsync(() -> flooded.drain().size());
            assertThat(Bounded.get(drained)).isEqualTo((int) flooded.published());
        }
    }

    private static void overflow(TaskQueue queue) {
        try {
            submitAndRecur(queue);
        } catch (StackOverflowError expected) {
            // whose tasks are all in, or not
        }
    }

    private static void submitAndRecur(TaskQueue queue) {
        queue.offer(() -> {});
        submitAndRecur(queue);
    }

    @Test
    @Timeout(20)
    void goesOnAfterADrainOfManyChunksThatLeftItOpen() {
        TaskQueue open = new TaskQueue();
        Runnable last = () -> {};
        for (int i = 0; i < 2_000; i++) {
            open.offer(() -> {});
        }

        assertThat(open.drain()).hasSize(2_000);
        open.offer(last);

        assertThat(open.take()).as("a drain took it").isNull();
        assertThat(open.take()).isSameAs(last);
        assertThat(open.drain()).isEmpty();
    }

    @Test
    void countsATaskAsCompletedOnlyOnceItSaysSo() {
        offer(1);

        queue.take();

        assertThat(queue.completed()).isZero();
        queue.complete();
        assertThat(queue.completed()).isEqualTo(1);
    }

    @Test
    void rejectsOffersOnceClosed() {
        offer(3);

        queue.close();
        queue.close();

        assertThat(queue.isClosed()).isTrue();
        assertThat(queue.offer(() -> {})).isFalse();
        assertThat(queue.published()).isEqualTo(3);
        assertThat(takeAll()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 510, 511, 512, 513, 1024, 2000})
    void drainsWhatTheConsumerHasNotTaken(int takenFirst) {
        List<Numbered> offered = offer(2000);
        for (int i = 0; i < takenFirst; i++) {
            queue.take();
            queue.complete();
        }
        queue.close();

        List<Runnable> drained = queue.drain();

        assertThat(drained).isEqualTo(offered.subList(takenFirst, 2000));
        assertThat(queue.drain()).isEmpty();
        assertThat(takeAll()).isEmpty();
        assertThat(queue.completed()).isEqualTo(2000);
    }

    @Test
    void leavesTheTaskThatRunsOutOfADrain() {
        List<Numbered> offered = offer(512 + 1);
        for (int i = 0; i < 512; i++) {
            queue.take(); // of which the last has not completed
        }
        queue.close();

        assertThat(queue.drain()).isEqualTo(offered.subList(512, 513));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 513})
    void knowsTheTaskThatEndedLastAlsoAfterADrain(int taken) {
        List<Numbered> offered = offer(2000);
        for (int i = 0; i < taken; i++) {
            queue.take();
            queue.complete();
        }
        queue.close();
        queue.drain();
        assertThat(queue.last()).isSameAs(offered.get(taken - 1));

        assertThat(queue.take()).as("a drain took it").isNull();
        queue.complete();

        assertThat(queue.last()).isSameAs(offered.get(taken - 1));
        assertThat(queue.running()).isNull();
    }

    @Test
    void showsTheFirstTasks() {
        List<Numbered> offered = offer(600);
        for (int i = 0; i < 508; i++) {
            queue.take();
            queue.complete();
        }
        List<Runnable> seen = new ArrayList<>();

        queue.peek(10, seen::add);

        assertThat(seen).isEqualTo(offered.subList(508, 518));
    }

    @Test
    void keepsTheOrderOfEachProducerWhileOneConsumes() throws Exception {
        int producers = 4;
        int each = 50_000;
        CyclicBarrier barrier = new CyclicBarrier(producers + 1);
        List<Thread> threads = producers(producers, each, barrier, new AtomicInteger());
        Bounded.await(barrier);

        int[] next = new int[producers];
        while (queue.head() < (long) producers * each) {
            while (queue.head() == queue.published()) {
                Thread.onSpinWait();
            }
            Numbered task = (Numbered) queue.take();
            queue.complete();
            assertThat(task.number).isEqualTo(next[task.producer]++);
        }

        for (Thread thread : threads) {
            Bounded.join(thread);
        }
        assertThat(next).containsOnly(each);
    }

    @Test
    void takesExactlyWhatItAcceptedWhereAClosingRacesOffers() throws Exception {
        for (int round = 0; round < 300; round++) {
            TaskQueueTests fresh = new TaskQueueTests();
            CyclicBarrier barrier = new CyclicBarrier(4);
            AtomicInteger accepted = new AtomicInteger();
            List<Thread> threads = fresh.producers(3, 400, barrier, accepted);

            Bounded.await(barrier);
            fresh.queue.close();
            List<Runnable> taken = fresh.takeAll();

            for (Thread thread : threads) {
                Bounded.join(thread);
            }
            assertThat(taken).hasSize(accepted.get()).doesNotContainNull().doesNotHaveDuplicates();
        }
    }

    @Test
    void givesEachTaskEitherToTheConsumerOrToADrain() throws Exception {
        for (int round = 0; round < 300; round++) {
            TaskQueueTests fresh = new TaskQueueTests();
            List<Numbered> offered = fresh.offer(2000);
            fresh.queue.close();
            CyclicBarrier barrier = new CyclicBarrier(3);
            List<Runnable> first = new ArrayList<>();
            List<Runnable> second = new ArrayList<>();
            List<Thread> drainers = List.of(
                    start(barrier, () -> first.addAll(fresh.queue.drain())),
                    start(barrier, () -> second.addAll(fresh.queue.drain())));

            Bounded.await(barrier);
            List<Runnable> all = fresh.takeAll();

            for (Thread drainer : drainers) {
                Bounded.join(drainer);
            }
            all.addAll(first);
            all.addAll(second);
            assertThat(all).hasSize(2000);
            assertThat(new HashSet<>(all)).isEqualTo(new HashSet<>(offered));
            assertThat(first).isSortedAccordingTo((a, b) -> ((Numbered) a).number - ((Numbered) b).number);
        }
    }

    private List<Numbered> offer(int count) {
        List<Numbered> offered = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Numbered task = new Numbered(0, i);
            offered.add(task);
            assertThat(queue.offer(task)).isTrue();
        }
        return offered;
    }

    private List<Runnable> takeAll() {
        List<Runnable> taken = new ArrayList<>();
        while (queue.head() != queue.published()) {
            Runnable task = queue.take();
            queue.complete();
            if (task != null) {
                taken.add(task);
            }
        }
        return taken;
    }

    private List<Thread> producers(int producers, int each, CyclicBarrier barrier, AtomicInteger accepted) {
        Thread[] threads = new Thread[producers];
        Arrays.setAll(
                threads,
                producer -> start(barrier, () -> {
                    for (int i = 0; i < each; i++) {
                        if (queue.offer(new Numbered(producer, i))) {
                            accepted.incrementAndGet();
                        }
                    }
                }));
        return List.of(threads);
    }

    private static Thread start(CyclicBarrier barrier, Runnable body) {
        Thread thread = new Thread(() -> {
            Bounded.await(barrier);
            body.run();
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static final class Numbered implements Runnable {

        final int producer;
        final int number;

        Numbered(int producer, int number) {
            this.producer = producer;
            this.number = number;
        }

        @Override
        public void run() {}
    }
}

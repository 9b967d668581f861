package io.github.looprunner.swing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.looprunner.Coroutine;
import io.github.looprunner.Loop;
import io.github.looprunner.LoopRunner;
import io.github.looprunner.LoopRunnerExtension;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.awt.EventQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.swing.JButton;
import javax.swing.SwingUtilities;
import javax.swing.SwingWorker;
import javax.swing.Timer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LoopRunnerExtension.class)
class SwingLoopTests {

    @Test
    void runsOnTheEventDispatchThread(@Loop(kind = "swing") LoopRunner runner) {
        List<String> log = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String number = "task " + i;
            runner.execute(() -> log.add(number));
        }

        boolean there = runner.call(() -> EventQueue.isDispatchThread()
                && runner.loop().inEventLoop()
                && EventLoop.current() == runner.loop()
                && runner.loop().thread() == Thread.currentThread());

        assertThat(there).isTrue();
        assertThat(log).containsExactly("task 0", "task 1", "task 2");
        assertThat(runner.loop().unwrap(EventQueue.class)).isNotNull();
    }

    @Test
    void isInTheLoopWhereverSwingRunsOurCode(@Loop(kind = "swing") LoopRunner runner) throws Exception {
        CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
        CompletableFuture<Thread> thread = new CompletableFuture<>();

        SwingUtilities.invokeLater(() -> {
            inLoop.complete(runner.loop().inEventLoop());
            thread.complete(runner.loop().thread());
        });

        assertThat(runner.runCoroutine(inLoop)).isTrue();
        assertThat(runner.runCoroutine(thread)).isNull(); // no turn of the loop's
        assertThat(runner.loop().inEventLoop()).isFalse();
    }

    @Test
    void sharesTheThreadWithSwingsOwnEvents(@Loop(kind = "swing") LoopRunner runner) {
        List<String> log = new ArrayList<>(); // of the event dispatch thread
        CompletableFuture<Void> clicked = runner.loop().newFuture();
        runner.call(() -> {
            JButton button = new JButton("purr");
            button.addActionListener(event -> {
                log.add("clicked");
                runner.loop().execute(() -> clicked.complete(null));
            });
            button.doClick();
        });
        runner.runCoroutine(clicked);

        runner.runCoroutine(() -> {
            CompletableFuture<Void> fired = runner.loop().newFuture();
            Timer timer = new Timer(1, event -> fired.complete(null));
            timer.setRepeats(false);
            timer.start();
            return fired.thenAcceptAsync(done -> log.add("timer " + EventQueue.isDispatchThread()));
        });

        runner.runCoroutine(() -> {
            CompletableFuture<String> done = runner.loop().newFuture();
            new SwingWorker<String, Void>() {
                @Override
                protected String doInBackground() {
                    return "worked " + EventQueue.isDispatchThread();
                }

                @Override
                protected void done() {
                    try {
                        done.complete(get());
                    } catch (Exception e) {
                        done.completeExceptionally(e);
                    }
                }
            }.execute();
            return done.thenAccept(log::add);
        });

        assertThat(runner.call(() -> List.copyOf(log))).containsExactly("clicked", "timer true", "worked false");
    }

    @Test
    void letsSwingsEventsInBetweenTwoTurns(@Loop(kind = "swing") LoopRunner runner) {
        List<String> log = new ArrayList<>(); // of the event dispatch thread

        runner.call(() -> {
            SwingUtilities.invokeLater(() -> log.add("event"));
            runner.execute(() -> log.add("next turn"));
            log.add("task");
        });

        assertThat(runner.call(() -> List.copyOf(log))).containsExactly("task", "event", "next turn");
    }

    @Test
    void firesTimersInOrderAndNeverEarly(@Loop(kind = "swing") LoopRunner runner) {
        EventLoop loop = runner.loop();
        List<String> log = new ArrayList<>();
        long start = loop.nanoTime();

        long took = runner.runCoroutine(() -> {
            CompletableFuture<Long> last = loop.newFuture();
            loop.schedule(() -> log.add("first"), 10, TimeUnit.MILLISECONDS);
            loop.schedule(() -> log.add("second"), 10, TimeUnit.MILLISECONDS);
            loop.schedule(() -> last.complete(loop.nanoTime() - start), 20, TimeUnit.MILLISECONDS);
            return last;
        });

        assertThat(took).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
        assertThat(log).containsExactly("first", "second");
    }

    @Test
    void awaitsWhileSwingGoesOn(@Loop(kind = "swing") LoopRunner runner) {
        String reply = runner.runCoroutine(Coroutine.async(() -> {
            CompletableFuture<String> event = new CompletableFuture<>();
            SwingUtilities.invokeLater(() -> event.complete("purr"));
            return Coroutine.await(event) + " " + runner.loop().inEventLoop();
        }));

        assertThat(reply).isEqualTo("purr true");
    }

    @Test
    @Tag("slow") // the thread ends when it has been idle for a second
    void goesOnWhenAwtMakesItsThreadAnew(@Loop(kind = "swing") LoopRunner runner) throws Exception {
        Thread before = runner.call(Thread::currentThread);

        Bounded.join(before);

        Thread after = runner.call(Thread::currentThread);
        assertThat(after).isNotSameAs(before);
        assertThat(runner.call(() -> runner.loop().inEventLoop())).isTrue();
    }

    @Test
    void leavesTheEventDispatchThreadAlone() throws Exception {
        EventLoop loop = EventLoopFactory.of("swing").open(new RecordingOwner());
        Bounded.get(loop.submit(() -> {}));

        loop.close();

        CountDownLatch alive = new CountDownLatch(1);
        SwingUtilities.invokeLater(alive::countDown);
        Bounded.await(alive);
        assertThat(loop.isTerminated()).isTrue();
    }

    @Test
    void carriesSeveralLoopsOnOneThread(
            @Loop(value = "view", kind = "swing") LoopRunner view,
            @Loop(value = "model", kind = "swing") LoopRunner model) {
        assertThat(view.call(() -> EventLoop.current().name())).isEqualTo("view");
        assertThat(model.call(() -> EventLoop.current().name())).isEqualTo("model");
        assertThat(view.call(() -> model.loop().inEventLoop())).isTrue();
    }
}

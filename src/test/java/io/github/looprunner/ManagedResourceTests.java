package io.github.looprunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.looprunner.LoopFailure.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ManagedResourceTests {

    private final LoopRunner runner =
            LoopRunner.builder().name("HerdTests.adds").start();
    private final List<String> closed = new ArrayList<>();

    @Test
    void returnsTheResource() {
        AutoCloseable resource = () -> {};

        assertThat(runner.manage(resource)).isSameAs(resource);
        runner.close();
    }

    @Test
    void closesInReverseOrder() {
        for (String name : List.of("first", "second", "third")) {
            runner.manage(() -> closed.add(name));
        }

        runner.close();

        assertThat(closed).containsExactly("third", "second", "first");
    }

    @Test
    void closesOnTheClosingThreadWhileTheLoopStillRuns() {
        AtomicReference<Thread> closedOn = new AtomicReference<>();
        AtomicReference<String> answer = new AtomicReference<>();
        runner.manage(() -> {
            closedOn.set(Thread.currentThread());
            answer.set(runner.call(() -> "still here"));
        });

        runner.close();

        assertThat(closedOn).hasValue(Thread.currentThread());
        assertThat(answer).hasValue("still here");
    }

    @Test
    void closesBeforeWhatWasStartedIsCancelled() {
        LoopTask<?> task = runner.start(Coroutine.async(() -> {
            Coroutine.await(runner.loop().newFuture());
        }));
        AtomicBoolean done = new AtomicBoolean(true);
        runner.manage(() -> done.set(task.isDone()));

        runner.close();

        assertThat(done).isFalse();
    }

    @Test
    void reportsAFailingCloseAndClosesTheOthers() {
        IOException broken = new IOException("cannot");
        runner.manage(() -> closed.add("first"));
        runner.manage(() -> {
            throw broken;
        });
        runner.manage(() -> closed.add("third"));

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(closed).containsExactly("third", "first");
        assertThat(failure.verdict()).isEqualTo(Verdict.NOT_CLOSED);
        assertThat(failure).hasCause(broken);
        assertThat(Messages.of(failure))
                .isEqualTo(
                        """
                closing a managed resource failed: java.io.IOException: cannot
                  test          : HerdTests.adds
                  resource      : a lambda of ManagedResourceTests
                  managed at    : ManagedResourceTests.reportsAFailingCloseAndClosesTheOthers \
                (ManagedResourceTests.java:N)
                  next          : let close() end, without an exception, while the loops still run; resources close in \
                reverse order of runner.manage(...)""");
        assertThat(runner.loop().isTerminated()).isTrue();
    }

    @Test
    void reportsEveryFailingClose() {
        IOException first = new IOException("first");
        Error second = new StackOverflowError("second");
        runner.manage(() -> {
            throw first;
        });
        runner.manage(() -> {
            throw Checked.<RuntimeException>sneaky(second);
        });

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure).hasCause(second);
        assertThat(Messages.suppressedIn(failure)).hasCause(first);
    }

    @Test
    void closesEachOnceAlsoWhereOneClosesTheRunner() {
        runner.manage(() -> {
            closed.add("resource");
            runner.close();
        });

        runner.close();
        runner.close();

        assertThat(closed).containsExactly("resource");
    }

    @Test
    void closesWhatIsManagedWhileTheRunnerCloses() {
        runner.manage(() -> runner.manage(() -> closed.add("late")));

        runner.close();

        assertThat(closed).containsExactly("late");
    }

    @Test
    void keepsAnInterruptOfOneCloseFromTheNext() {
        AtomicBoolean interrupted = new AtomicBoolean(true);
        runner.manage(() -> interrupted.set(Thread.currentThread().isInterrupted()));
        runner.manage(() -> Thread.currentThread().interrupt());

        runner.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted).isFalse();
    }

    @Test
    @Tag("slow") // a close has 5 s before it is interrupted
    void interruptsACloseThatHangs() {
        runner.manage(() -> closed.add("next"));
        runner.manage(() -> new CountDownLatch(1).await());

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(closed).containsExactly("next");
        assertThat(failure.verdict()).isEqualTo(Verdict.NOT_CLOSED);
        assertThat(failure).hasCauseInstanceOf(InterruptedException.class);
        assertThat(failure)
                .hasMessageStartingWith("a managed resource did not close within 5 s, and was interrupted\n");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    @Tag("slow") // a close has 5 s before it is interrupted
    void reportsACloseThatHungAlsoWhereItSwallowsTheInterrupt() {
        runner.manage(() -> catchThrowable(() -> new CountDownLatch(1).await()));

        LoopFailure failure = catchThrowableOfType(LoopFailure.class, runner::close);

        assertThat(failure).hasNoCause();
        assertThat(failure)
                .hasMessageStartingWith("a managed resource did not close within 5 s, and was interrupted\n");
    }
}

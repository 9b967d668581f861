package io.github.looprunner;

import io.github.looprunner.LoopFailure.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** The threads of a scope's blocking functions, one each. */
final class BlockingFunctions implements Executor {

    private static final Duration END_BOUND = Duration.ofSeconds(1); // for all together, once interrupted

    private final String test;
    private final List<Thread> threads = new ArrayList<>(); // guarded by this
    private boolean ended; // guarded by this

    BlockingFunctions(String test) {
        this.test = test;
    }

    @Override
    public void execute(Runnable function) {
        Thread thread = new Thread(function, "loop-runner " + test + " blocking");
        thread.setDaemon(true);
        synchronized (this) {
            if (ended) {
                throw new RejectedExecutionException("a function was given to runner.blocking(...) while " + test
                        + " closed; give it before the test ends");
            }
            threads.removeIf(each -> !each.isAlive());
            thread.start();
            threads.add(thread);
        }
    }

    /**
     * Interrupts the functions that still run, and waits with a bound for their ends; adds those that go on to the findings.
     * Returns whether the caller was interrupted meanwhile.
     */
    boolean end(Findings findings) {
        List<Thread> left = endAndTakeLeft();
        left.forEach(Thread::interrupt);
        boolean interrupted = false;
        long deadline = System.nanoTime() + END_BOUND.toNanos();
        for (Thread each : left) {
            while (each.isAlive() && System.nanoTime() - deadline < 0) {
                try {
                    TimeUnit.NANOSECONDS.timedJoin(each, deadline - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        left.stream().filter(Thread::isAlive).map(this::abandoned).forEach(findings::add);
        return interrupted;
    }

    private synchronized List<Thread> endAndTakeLeft() {
        ended = true;
        return threads.stream().filter(Thread::isAlive).toList();
    }

    private LoopFailure abandoned(Thread thread) {
        return new LoopFailure(
                Verdict.NOT_CLOSED,
                Report.of("a function of runner.blocking(...) could not be stopped: it does not end, not even when"
                                + " interrupted; its thread is abandoned")
                        .fact("test", test)
                        .fact("thread", thread.getName())
                        .stack("stack", thread.getStackTrace())
                        .next(
                                "let the function end: check Thread.interrupted() in long loops, and close what it reads from,"
                                        + " as with runner.manage(...)")
                        .toString());
    }
}

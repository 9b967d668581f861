package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.jmh.NativeLoop.Transport;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Real Netty under virtual time: 90 minutes of an echo with handlers for idle channels, and a thousand echoes. */
public final class NativeVirtualTime {

    private static final int RUNS = 21;
    private static final int ECHOES = 1_000;
    private static final Duration SESSION = Duration.ofMinutes(90);

    private NativeVirtualTime() {}

    /** Measures on each transport. */
    public static void main(String[] arguments) throws Exception {
        System.out.println("| transport | 90 minutes, ms | a thousand echoes, ms | time that passed in these |");
        System.out.println("|---|---:|---:|---:|");
        for (Transport transport : List.of(Transport.NIO, Transport.EPOLL, Transport.IO_URING)) {
            double[] session = new double[RUNS];
            double[] echoes = new double[RUNS];
            Duration passed = Duration.ZERO;
            for (int run = 0; run < RUNS; run++) {
                LoopRunner[] started = new LoopRunner[1];
                try (NativeLoop loop = transport.inVirtualTime(started)) {
                    LoopRunner runner = started[0];
                    EchoPair pair = new EchoPair(loop);
                    runner.runCoroutine(pair.open());
                    long start = System.nanoTime();
                    runner.runCoroutine(pair.echo(ECHOES));
                    echoes[run] = (System.nanoTime() - start) / 1e6;
                    passed = passed.plus(runner.time().elapsed());
                    start = System.nanoTime();
                    for (Duration at = Duration.ZERO; at.compareTo(SESSION) < 0; at = at.plusMinutes(1)) {
                        runner.runCoroutine(pair.echo(1));
                        runner.time().advanceBy(Duration.ofMinutes(1));
                    }
                    session[run] = (System.nanoTime() - start) / 1e6;
                }
            }
            Arrays.sort(session);
            Arrays.sort(echoes);
            System.out.println(String.format(
                    Locale.ROOT, "| %s | %.0f | %.0f | %s |", transport, session[RUNS / 2], echoes[RUNS / 2], passed));
        }
    }
}

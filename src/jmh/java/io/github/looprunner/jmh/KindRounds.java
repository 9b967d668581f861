package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import io.github.looprunner.jmh.KindThroughputBenchmark.Turn;
import io.github.looprunner.jmh.NativeLoop.Transport;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Each kind of loop beside the library that it is for, used by hand; in turns, as {@link PairedRounds}. What a task costs is left to {@link KindThroughputBenchmark}, which runs each in a process of its own: so near to
 * nothing, it depends on what else the compiler has seen.
 */
public final class KindRounds {

    private static final PairedRounds ROUNDS = new PairedRounds(15, 10);
    private static final int TRIPS = 2_000;
    private static final int WARMUP_TRIPS = 1_000; // of which this library records where each comes from
    private static final int ECHOES = 3_000;
    private static final int TESTS = 100;
    private static final Callable<String> TASK = () -> "done";

    private KindRounds() {}

    /**
     * Runs the rounds.
     *
     * @param arguments names of transports, {@code VERTX} or {@code DEFAULTS}; all where there is none
     */
    public static void main(String[] arguments) throws Exception {
        System.out.println("| kind | what | this library | by hand | median ratio | worst ratio |");
        System.out.println("|---|---|---:|---:|---:|---:|");
        Set<String> kinds = Set.of(arguments);
        for (Transport transport : Transport.values()) {
            if (kinds.isEmpty() || kinds.contains(transport.name())) {
                compare(transport);
            }
        }
        if (kinds.isEmpty() || kinds.contains("VERTX")) {
            compare("VERTX", "round trip, ns", turn -> roundTrip(vertx(turn)));
            compare("VERTX", "loop for a test, ns", turn -> vertxTest(turn));
        }
        if (kinds.isEmpty() || kinds.contains("DEFAULTS")) {
            compare(Transport.NIO, "loop for a test, Netty's defaults, ns", turn -> testWithDefaults(turn));
        }
    }

    private static void compare(Transport transport) throws Exception {
        compare(transport, "round trip, ns", turn -> roundTrip(open(transport, turn)));
        if (transport != Transport.LOCAL) { // where an echo is a few tasks
            compare(transport, "echo, ns", turn -> echo(open(transport, turn)));
        }
        compare(transport, "loop for a test, ns", turn -> test(transport, turn));
    }

    private interface Measurement {

        /** Returns nanoseconds. */
        long run(Turn turn) throws Exception;
    }

    private static void compare(Object kind, String what, Measurement measurement) throws Exception {
        System.out.println("| " + kind + " | " + what + " |"
                + ROUNDS.compare(() -> measurement.run(Turn.BY_RUNNER), () -> measurement.run(Turn.BY_HAND)));
    }

    private static NativeLoop open(Transport transport, Turn turn) {
        return turn == Turn.BY_HAND ? transport.byHand() : transport.byRunner();
    }

    /** Submits a task and waits for its result, as Netty's users do on either loop. */
    private static long roundTrip(MeasuredLoop opened) throws Exception {
        try (MeasuredLoop loop = opened) {
            for (int i = 0; i < WARMUP_TRIPS; i++) {
                loop.roundTrip(TASK);
            }
            long[] times = new long[TRIPS];
            for (int i = 0; i < TRIPS; i++) {
                long start = System.nanoTime();
                loop.roundTrip(TASK);
                times[i] = System.nanoTime() - start;
            }
            Arrays.sort(times);
            return times[TRIPS / 2];
        }
    }

    private static long echo(NativeLoop opened) throws Exception {
        try (NativeLoop loop = opened) {
            EchoPair pair = new EchoPair(loop);
            pair.open().get();
            pair.echo(ECHOES / 10).get();
            long start = System.nanoTime();
            pair.echo(ECHOES).get();
            return (System.nanoTime() - start) / ECHOES;
        }
    }

    /** Opens a loop, runs a task, and closes it. */
    private static long test(Transport transport, Turn turn) throws Exception {
        long start = System.nanoTime();
        for (int i = 0; i < TESTS; i++) {
            try (NativeLoop loop = open(transport, turn)) {
                loop.roundTrip(TASK);
            }
        }
        return (System.nanoTime() - start) / TESTS;
    }

    /** The same once, and by hand with the two seconds that closing a loop takes by default. */
    private static long testWithDefaults(Turn turn) throws Exception {
        long start = System.nanoTime();
        try (NativeLoop loop = turn == Turn.BY_HAND ? Transport.NIO.byHandWithDefaults() : Transport.NIO.byRunner()) {
            loop.roundTrip(TASK);
        }
        return System.nanoTime() - start;
    }

    private static MeasuredLoop vertx(Turn turn) {
        return turn == Turn.BY_HAND
                ? VertxLoop.open()
                : VertxLoop.of(LoopRunner.builder().kind("vertx").start());
    }

    private static long vertxTest(Turn turn) throws Exception {
        int tests = TESTS / 10;
        long start = System.nanoTime();
        for (int i = 0; i < tests; i++) {
            try (MeasuredLoop loop = vertx(turn)) {
                loop.roundTrip(TASK);
            }
        }
        return (System.nanoTime() - start) / tests;
    }
}

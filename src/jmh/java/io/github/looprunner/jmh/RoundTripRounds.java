package io.github.looprunner.jmh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * Round trips of all peers in turns, which JMH cannot do: so that all of them see the same cores, free or busy.
 *
 * <p>In each round every peer has one turn with a new loop, in random order; a turn gives the median of its round trips.
 * The ratio to the reference is taken within a round.
 */
public final class RoundTripRounds {

    private static final int ROUNDS = 15;
    private static final int WARMUP_ROUNDS = 2;
    private static final int TRIPS = 2_000;
    private static final int POLLED_TRIPS = 200; // they take a hundred times as long
    private static final Peer REFERENCE = Peer.SINGLE_THREAD_EXECUTOR;
    private static final Callable<String> TASK = () -> "done";

    private final Map<Peer, List<Long>> medians = new EnumMap<>(Peer.class);

    private RoundTripRounds() {}

    /** Runs the rounds; the argument is how many threads keep cores busy meanwhile, none if absent. */
    public static void main(String[] arguments) throws Exception {
        int busy = arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]);
        for (int i = 0; i < busy; i++) {
            keepBusy();
        }
        RoundTripRounds rounds = new RoundTripRounds();
        rounds.run();
        rounds.print();
    }

    private static void keepBusy() {
        Thread thread = new Thread(() -> {
            while (true) {
                Thread.onSpinWait();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void run() throws Exception {
        List<Peer> peers = new ArrayList<>(List.of(Peer.values()));
        Random random = new Random(1);
        for (int round = -WARMUP_ROUNDS; round < ROUNDS; round++) {
            Collections.shuffle(peers, random);
            for (Peer peer : peers) {
                long median = turn(peer);
                if (round >= 0) {
                    medians.computeIfAbsent(peer, unseen -> new ArrayList<>()).add(median);
                }
            }
        }
    }

    /** Returns the median of a turn's round trips, in nanoseconds. */
    private static long turn(Peer peer) throws Exception {
        long[] times = new long[peer == Peer.AWAITILITY ? POLLED_TRIPS : TRIPS];
        try (MeasuredLoop loop = peer.open()) {
            for (int i = 0; i < times.length; i++) {
                long start = System.nanoTime();
                loop.roundTrip(TASK);
                times[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(times);
        return times[times.length / 2];
    }

    private void print() {
        print("| peer | median ns | worst round ns | median ratio | worst ratio |");
        print("|---|---:|---:|---:|---:|");
        for (Peer peer : medians.keySet()) {
            long[] times = medians.get(peer).stream()
                    .mapToLong(Long::longValue)
                    .sorted()
                    .toArray();
            double[] ratios = ratios(peer);
            print(String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %.2f | %.2f |",
                    peer,
                    times[ROUNDS / 2],
                    times[ROUNDS - 1],
                    ratios[ROUNDS / 2],
                    ratios[ROUNDS - 1]));
        }
    }

    private double[] ratios(Peer peer) {
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(
                ratios,
                i -> (double) medians.get(peer).get(i) / medians.get(REFERENCE).get(i));
        Arrays.sort(ratios);
        return ratios;
    }

    private static void print(String line) {
        System.out.println(line);
    }
}

package io.github.looprunner.jmh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Hops of a task from thread to thread, under virtual time and without, in turns as {@link RoundTripRounds}; and how often
 * virtual time jumped while the task was on its way, which must be never.
 */
public final class HopRounds {

    private static final int ROUNDS = 11;
    private static final int WARMUP_ROUNDS = 2;
    private static final int HOPS = 100_000;
    private static final HopPath REFERENCE = HopPath.EXECUTORS;

    private final Map<HopPath, List<HopPath.Turn>> turns = new EnumMap<>(HopPath.class); // by round

    private HopRounds() {}

    /** Runs the rounds. */
    public static void main(String[] arguments) {
        HopRounds rounds = new HopRounds();
        rounds.run();
        rounds.print();
    }

    private void run() {
        List<HopPath> paths = new ArrayList<>(List.of(HopPath.values()));
        Random random = new Random(1);
        for (int round = -WARMUP_ROUNDS; round < ROUNDS; round++) {
            Collections.shuffle(paths, random);
            for (HopPath path : paths) {
                HopPath.Turn turn = path.turn(HOPS);
                if (round >= 0) {
                    turns.computeIfAbsent(path, unseen -> new ArrayList<>()).add(turn);
                }
            }
        }
    }

    private void print() {
        System.out.println(
                "| path | median ns a hop | worst round | median ratio | worst ratio | hops | false jumps |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|");
        for (HopPath path : turns.keySet()) {
            long[] times = turns.get(path).stream()
                    .mapToLong(turn -> turn.nanos() / HOPS)
                    .sorted()
                    .toArray();
            double[] ratios = ratios(path);
            System.out.println(String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %.2f | %.2f | %d | %d |",
                    path,
                    times[ROUNDS / 2],
                    times[ROUNDS - 1],
                    ratios[ROUNDS / 2],
                    ratios[ROUNDS - 1],
                    ROUNDS * HOPS,
                    turns.get(path).stream().mapToLong(HopPath.Turn::falseJumps).sum()));
        }
    }

    private double[] ratios(HopPath path) {
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(
                ratios,
                i -> (double) turns.get(path).get(i).nanos()
                        / turns.get(REFERENCE).get(i).nanos());
        Arrays.sort(ratios);
        return ratios;
    }
}

package io.github.looprunner.jmh;

import java.util.Arrays;
import java.util.Locale;

/**
 * Two measurements that have a turn each in every round, in alternating order; the ratio is taken within a round, as a machine
 * that is shared changes from round to round.
 *
 * @param rounds how many count
 * @param warmupRounds how many come before
 */
record PairedRounds(int rounds, int warmupRounds) {

    interface Measurement {

        /** Returns nanoseconds. */
        long run() throws Exception;
    }

    /** Returns the medians of both, and the median and the worst ratio, as the last columns of a row. */
    String compare(Measurement ours, Measurement peers) throws Exception {
        long[] our = new long[rounds];
        long[] peer = new long[rounds];
        for (int round = -warmupRounds; round < rounds; round++) {
            boolean weFirst = round % 2 == 0;
            long first = (weFirst ? ours : peers).run();
            long second = (weFirst ? peers : ours).run();
            if (round >= 0) {
                our[round] = weFirst ? first : second;
                peer[round] = weFirst ? second : first;
            }
        }
        double[] ratios = new double[rounds];
        Arrays.setAll(ratios, i -> (double) our[i] / peer[i]);
        Arrays.sort(ratios);
        return String.format(
                Locale.ROOT,
                " %d | %d | %.2f | %.2f |",
                median(our),
                median(peer),
                ratios[rounds / 2],
                ratios[rounds - 1]);
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}

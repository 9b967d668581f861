package io.github.looprunner.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The last jumps of virtual time; written by one thread at a time, and read by any for a report, best effort. */
final class Jumps {

    private static final int KEPT = 64; // a power of two

    private final long[] from = new long[KEPT];
    private final long[] to = new long[KEPT];
    private final @Nullable Described[] causes = new Described[KEPT];
    private final AtomicLong count = new AtomicLong();

    void add(long fromNanos, long toNanos, @Nullable Described cause) {
        long end = count.get();
        int slot = (int) end & (KEPT - 1);
        from[slot] = fromNanos;
        to[slot] = toNanos;
        causes[slot] = cause;
        count.setRelease(end + 1);
    }

    long count() {
        return count.get();
    }

    /** Returns the last of them, the latest last. */
    List<String> inWords(int limit) {
        List<String> lines = new ArrayList<>();
        long end = count.get();
        for (long i = Math.max(0, end - Math.min(limit, KEPT)); i < end; i++) {
            int slot = (int) i & (KEPT - 1);
            Described cause = causes[slot];
            String what = cause == null ? "a timer" : Described.describe(cause).replace("submitted at", "armed at");
            lines.add(Words.exactly(from[slot]) + " -> " + Words.exactly(to[slot]) + ": " + what);
        }
        return lines;
    }
}

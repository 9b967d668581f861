package io.github.looprunner.loop;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Lets a thread look out for something for a moment before it parks, as long as that has been paying.
 *
 * <p>Waking a parked thread takes up to fifty microseconds where its processor has gone to sleep, and what a test and its
 * loop wait for often comes sooner. Where it does not, or where processors are busy, looking out is a waste; so each
 * success earns credit, each failure costs some, and without credit a thread looks out once in a while only, to find out
 * whether times have changed; the less often, the longer they have not.
 *
 * <p>Safe for use by several threads, which may lose each other's credit.
 */
public final class Spin {

    /** Never looks out. */
    public static final Spin NEVER = new Spin(0, 0, 0);

    private static final long WAKING = TimeUnit.MICROSECONDS.toNanos(50); // about what waking a thread costs at most
    private static final long STARTING = TimeUnit.MICROSECONDS.toNanos(200); // the same of starting one
    private static final long GATHERING = TimeUnit.MICROSECONDS.toNanos(8); // a few hundred tasks of a flood
    private static final int MOST = 8; // successes that are remembered
    private static final int TRY_ONE_IN = 64; // where the credit is new
    private static final int TRY_AT_LEAST_ONE_IN = 256;

    private final int mostCredit;
    private final long longest; // nanoseconds
    private int credit; // racy on purpose
    private int tryOneIn; // racy on purpose
    private int declined; // racy on purpose; since the last try

    private Spin(int mostCredit, int tryOneIn, long longest) {
        this.mostCredit = mostCredit;
        this.tryOneIn = tryOneIn;
        this.longest = longest;
        this.credit = mostCredit / 2;
    }

    /** Returns a new one with some credit for what a thread that is awake brings, where there are processors enough. */
    public static Spin adaptive() {
        return lookingFor(WAKING);
    }

    /** Returns the same for what a thread brings that has to start first. */
    public static Spin adaptiveToStarts() {
        return lookingFor(STARTING);
    }

    private static Spin lookingFor(long longest) {
        return Runtime.getRuntime().availableProcessors() > 1 ? new Spin(MOST, TRY_ONE_IN, longest) : NEVER;
    }

    /** Looks out for a moment, if that seems worthwhile; returns whether it saw what it was looking for. */
    public boolean sees(BooleanSupplier event) {
        if (longest == 0 || (credit <= 0 && ++declined < tryOneIn)) {
            return false;
        }
        declined = 0;
        long start = System.nanoTime();
        do {
            if (event.getAsBoolean()) {
                credit = Math.min(mostCredit, Math.max(credit, 0) + 1);
                tryOneIn = TRY_ONE_IN;
                return true;
            }
            Thread.onSpinWait();
        } while (System.nanoTime() - start < longest);
        if (--credit < 0) {
            tryOneIn = Math.min(TRY_AT_LEAST_ONE_IN, 2 * tryOneIn);
        }
        return false;
    }

    /**
     * Waits a moment without looking, while things come in a flood: a look takes the cache line from who brings them, so
     * that to take them one by one costs both sides five times as much as to take them by the hundred.
     */
    void letGather() {
        if (longest == 0) {
            return; // who brings them needs this very processor
        }
        long start = System.nanoTime();
        do {
            Thread.onSpinWait();
        } while (System.nanoTime() - start < GATHERING);
    }
}

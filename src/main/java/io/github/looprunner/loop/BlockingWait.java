package io.github.looprunner.loop;

import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A wait in which a task of a loop blocks its thread, for what another loop brings. Waits of threads that run no task of a
 * loop are of no interest here.
 */
public final class BlockingWait implements Dependent, AutoCloseable {

    private static final BlockingWait NONE = new BlockingWait(null, null, "", Site.unknown(), /* endless= */ false);

    private final @Nullable SingleThreadLoop loop; // whose task waits; null for none
    private final @Nullable Object awaited;
    private final String method;
    private final Site site;
    private final boolean endless; // ends only when what is awaited comes, and so may be part of a circle

    private BlockingWait(
            @Nullable SingleThreadLoop loop, @Nullable Object awaited, String method, Site site, boolean endless) {
        this.loop = loop;
        this.awaited = awaited;
        this.method = method;
        this.site = site;
        this.endless = endless;
    }

    /**
     * Takes note that the calling thread begins to wait; to be closed when it goes on.
     *
     * @param method what was called, for the message
     * @param awaited a future, or a loop that is to run something
     * @throws IllegalStateException if what is awaited waits for the caller, so that neither ever ends
     */
    public static BlockingWait begin(String method, Object awaited) {
        BlockingWait wait = begin(method, awaited, /* endless= */ true);
        if (wait != NONE) {
            Circle.refuse(method, wait, wait::close);
        }
        return wait;
    }

    /** Takes note that the calling thread begins to wait for a future, and goes on by itself if that does not come. */
    static BlockingWait bounded(String method, Future<?> awaited) {
        return begin(method, awaited, /* endless= */ false);
    }

    private static BlockingWait begin(String method, Object awaited, boolean endless) {
        if (!(CurrentLoop.get() instanceof SingleThreadLoop loop) || Outcome.isDone(awaited)) {
            return NONE;
        }
        BlockingWait wait = new BlockingWait(loop, awaited, method, Site.here(), endless);
        loop.blockedIn(wait);
        return wait;
    }

    @Override
    public void close() {
        if (loop != null) {
            loop.blockedIn(null);
        }
    }

    @Override
    public List<Dependent> needs() {
        return endless && awaited instanceof Dependent dependent ? List.of(dependent) : List.of();
    }

    @Override
    public @Nullable String waitInWords() {
        return loop == null ? null : "loop \"" + loop.name() + "\" waits " + awaitedInWords();
    }

    /** Returns how, where and for what it waits. */
    String awaitedInWords() {
        String what = awaited == null
                ? "nothing"
                : awaited instanceof SingleThreadLoop other
                        ? "loop \"" + other.name() + "\""
                        : LoopView.describeStage(awaited);
        return "in " + method + " at " + site.inWords() + " for " + what;
    }
}

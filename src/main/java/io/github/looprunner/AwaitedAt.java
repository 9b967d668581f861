package io.github.looprunner;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Site;
import org.jspecify.annotations.Nullable;

/** Says, attached to what the code under test threw, where the test waited for it; holds nothing but text. */
final class AwaitedAt extends Exception {

    private static final long serialVersionUID = 1L;

    private AwaitedAt(String message) {
        super(message);
    }

    /** Attaches itself, unless one is there already or the throwable takes none. */
    static void attachTo(Throwable thrown, String method, EventLoop loop, @Nullable Site submitted) {
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (suppressed instanceof AwaitedAt) {
                return;
            }
        }
        AwaitedAt here = new AwaitedAt("this came from loop \"" + loop.name() + "\"; the test waited for it in "
                + method + (submitted == null ? "" : ", submitted at " + submitted.inWords()));
        thrown.addSuppressed(here);
    }
}

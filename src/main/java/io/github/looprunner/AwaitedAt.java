package io.github.looprunner;

/** Says, attached to what the code under test threw, where the test waited for it; holds nothing but text. */
final class AwaitedAt extends Exception {

    private static final long serialVersionUID = 1L;

    private AwaitedAt(String message) {
        super(message);
    }

    /** Attaches itself, unless one is there already or the throwable takes none. */
    static void attachTo(Throwable thrown, String method, String test, String awaited) {
        synchronized (thrown) { // as addSuppressed does, so that of two waits for one failure one attaches
            for (Throwable suppressed : thrown.getSuppressed()) {
                if (suppressed instanceof AwaitedAt) {
                    return;
                }
            }
            thrown.addSuppressed(
                    new AwaitedAt("the test waited in " + method + " at " + Report.userLine(test) + " for " + awaited));
        }
    }
}

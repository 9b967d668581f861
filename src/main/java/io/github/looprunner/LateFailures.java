package io.github.looprunner;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What failed on a test's loop after the test had ended: it fails the class, by name of the test. */
@SuppressWarnings("deprecation") // JUnit before 5.13 closes only a CloseableResource, later ones want AutoCloseable too
final class LateFailures implements ExtensionContext.Store.CloseableResource, AutoCloseable {

    private final List<LoopFailure> failures = new ArrayList<>(); // guarded by this
    private boolean closed; // guarded by this

    /** Returns where the failures of a test go that come too late for it. */
    static Consumer<LoopFailure> of(ExtensionContext context) {
        ExtensionContext ofClass = ScopeStore.classOf(context);
        LateFailures late =
                ScopeStore.get(ofClass, new ScopeStore.Late(ofClass), key -> new LateFailures(), LateFailures.class);
        return late::add;
    }

    private synchronized void add(LoopFailure failure) {
        if (closed) {
            Findings.log(failure);
        } else {
            failures.add(failure);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        LoopFailure first = Findings.together(failures);
        if (first != null) {
            throw first;
        }
    }
}

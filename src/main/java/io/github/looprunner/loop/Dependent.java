package io.github.looprunner.loop;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What cannot go on, or come, before something else has: a link in a {@link Circle} of waits. */
interface Dependent {

    /** Returns what must all come first, as far as that is known; empty where nothing must. Any thread. */
    List<? extends Dependent> needs();

    /** Returns who waits for what, and where, if this is a wait; null otherwise. */
    default @Nullable String waitInWords() {
        return null;
    }
}

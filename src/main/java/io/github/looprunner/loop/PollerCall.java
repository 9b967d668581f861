package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/** A call of a method of a loop's poller, for reports. */
record PollerCall(String method) implements Described {

    @Override
    public String inWords() {
        return method + " of the loop's poller";
    }

    @Override
    public @Nullable Site site() {
        return null;
    }
}

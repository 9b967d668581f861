package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/** A task of this library's own on a loop, such as the completion of a future there; what it is for tells its own tale. */
record Errand(Runnable body) implements Runnable, Described {

    @Override
    public void run() {
        body.run();
    }

    @Override
    public String inWords() {
        return "the completion of a future";
    }

    @Override
    public @Nullable Site site() {
        return null;
    }
}

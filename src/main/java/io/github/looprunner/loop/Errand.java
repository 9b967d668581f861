package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/** A task of this library's own that completes or cancels a future on a loop; who misses it is told by the future. */
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

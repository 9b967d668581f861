package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/** The end of a coroutine's sleep. */
final class Sleep extends LoopFuture<@Nullable Void> {

    Sleep(SingleThreadLoop loop, @Nullable Site site) {
        super(loop, site);
    }

    @Override
    public String inWords() {
        return "a sleep";
    }

    @Override
    String timeoutInWords() {
        return "the end of a sleep";
    }
}

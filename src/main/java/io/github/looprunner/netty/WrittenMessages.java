package io.github.looprunner.netty;

import io.netty.channel.MessageSizeEstimator;

/** Sees every message that a channel writes: Netty asks for the size of each, however it came to the end of the pipeline. */
final class WrittenMessages implements MessageSizeEstimator {

    private final MessageSizeEstimator sizes;
    private final Runnable written;

    WrittenMessages(MessageSizeEstimator sizes, Runnable written) {
        this.sizes = sizes;
        this.written = written;
    }

    @Override
    public Handle newHandle() {
        Handle handle = sizes.newHandle();
        return message -> {
            written.run();
            return handle.size(message);
        };
    }
}

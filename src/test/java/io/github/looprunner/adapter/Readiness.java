package io.github.looprunner.adapter;

import java.nio.channels.SelectableChannel;

/** The framework: calls handlers when channels are ready. */
public interface Readiness {

    /** Calls a handler on the loop whenever a channel, which does not block, is ready for an operation. */
    void whenReady(SelectableChannel channel, int operation, Runnable handler);
}

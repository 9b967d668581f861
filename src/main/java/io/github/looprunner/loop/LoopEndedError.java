package io.github.looprunner.loop;

/** Ends a coroutine that keeps awaiting after its loop has ended; an error, so that a catch of exceptions lets it pass. */
final class LoopEndedError extends Error {

    private static final long serialVersionUID = 1L;

    LoopEndedError(String message) {
        super(message);
    }
}

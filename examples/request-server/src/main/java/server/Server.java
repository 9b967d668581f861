package server;

import java.util.concurrent.CompletableFuture;

/** Answers each line that a client sends with {@code Ack} and that line. All methods may be called from any thread. */
public interface Server extends AutoCloseable {

    /** Starts listening; the answer is the port. */
    CompletableFuture<Integer> start();

    /** Returns the port that the server listens on. */
    int port();

    /** Returns how many clients are connected. */
    int connections();
}

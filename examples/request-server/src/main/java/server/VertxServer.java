package server;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The server on Vert.x. */
public final class VertxServer implements Server {

    private static final int LONGEST_LINE = 8192; // in bytes; whoever sends more is hung up on

    private final NetServer server;
    private final Set<NetSocket> clients = ConcurrentHashMap.newKeySet();

    /**
     * Creates a server for a port of this machine; 0 lets the system choose one.
     *
     * @param patience how long a client may say nothing
     */
    public VertxServer(Vertx vertx, int port, Duration patience) {
        server = vertx.createNetServer(new NetServerOptions()
                        .setHost("localhost")
                        .setPort(port)
                        .setReadIdleTimeout((int) patience.toSeconds())
                        .setIdleTimeoutUnit(TimeUnit.SECONDS))
                .connectHandler(this::serve);
    }

    @Override
    public CompletableFuture<Integer> start() {
        return server.listen().map(NetServer::actualPort).toCompletionStage().toCompletableFuture();
    }

    @Override
    public int port() {
        return server.actualPort();
    }

    @Override
    public int connections() {
        return clients.size();
    }

    /** Stops listening, and hangs up on every client; waits until that is done. */
    @Override
    public void close() throws Exception {
        server.close().await(5, TimeUnit.SECONDS);
    }

    private void serve(NetSocket client) {
        clients.add(client);
        client.closeHandler(closed -> clients.remove(client));
        client.exceptionHandler(reset -> client.close()); // else Vert.x logs that a client has hung up
        client.handler(RecordParser.newDelimited("\n")
                .maxRecordSize(LONGEST_LINE)
                .exceptionHandler(tooLong -> client.close())
                .handler(request -> client.write("Ack " + request.toString().stripTrailing() + "\n")));
    }
}

package server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The server on the JDK's asynchronous channels; it runs on the threads of a group of those and blocks none of them. */
public final class RequestServer implements Server {

    private final AsynchronousChannelGroup group;
    private final int wantedPort;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private AsynchronousServerSocketChannel listener; // guarded by this
    private volatile boolean closed;

    /** Creates a server for a port of this machine; 0 lets the system choose one. */
    public RequestServer(AsynchronousChannelGroup group, int port) {
        this.group = group;
        this.wantedPort = port;
    }

    @Override
    public CompletableFuture<Integer> start() {
        try {
            listen();
            return CompletableFuture.completedFuture(port());
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized void listen() throws IOException {
        if (listener != null || closed) {
            throw new IllegalStateException("the server was started or closed before");
        }
        AsynchronousServerSocketChannel opened = AsynchronousServerSocketChannel.open(group);
        try {
            opened.setOption(StandardSocketOptions.SO_REUSEADDR, true); // a port is free again at once
            opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort));
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        listener = opened;
        acceptNext(opened);
    }

    @Override
    public synchronized int port() {
        if (listener == null) {
            throw new IllegalStateException("the server was not started");
        }
        try {
            return ((InetSocketAddress) listener.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException("the server was closed", e);
        }
    }

    @Override
    public int connections() {
        return connections.size();
    }

    /** Stops listening, and hangs up on every client. */
    @Override
    public void close() throws IOException {
        AsynchronousServerSocketChannel listening;
        synchronized (this) {
            closed = true;
            listening = listener;
        }
        if (listening != null) {
            listening.close();
        }
        connections.forEach(Connection::close); // one that is accepted meanwhile sees `closed`
    }

    private void acceptNext(AsynchronousServerSocketChannel listening) {
        listening.accept(null, new CompletionHandler<AsynchronousSocketChannel, Void>() {

            @Override
            public void completed(AsynchronousSocketChannel channel, Void nothing) {
                serve(channel);
                if (!closed) {
                    acceptNext(listening);
                }
            }

            @Override
            public void failed(Throwable thrown, Void nothing) {
                if (!closed && !(thrown instanceof ClosedChannelException)) {
                    throw new IllegalStateException("the server cannot accept clients", thrown);
                }
            }
        });
    }

    private void serve(AsynchronousSocketChannel channel) {
        Connection connection = new Connection(channel, connections::remove);
        connections.add(connection);
        if (closed) {
            connection.close();
        } else {
            connection.readNext();
        }
    }
}

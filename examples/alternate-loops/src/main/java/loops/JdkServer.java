package loops;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;

/** Sends back what it gets, on the sockets of the JDK. */
public final class JdkServer implements AutoCloseable {

    private final AsynchronousServerSocketChannel listener;

    private JdkServer(AsynchronousServerSocketChannel listener) {
        this.listener = listener;
    }

    /** Listens on a free port of this machine. */
    public static JdkServer start(AsynchronousChannelGroup group) throws IOException {
        AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open(group);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        JdkServer server = new JdkServer(listener);
        listener.accept(null, server.new Accept());
        return server;
    }

    public int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private static void failed(Throwable thrown) {
        if (!(thrown instanceof ClosedChannelException)) {
            throw new IllegalStateException("the server cannot go on", thrown);
        }
    }

    private final class Accept implements CompletionHandler<AsynchronousSocketChannel, Void> {

        @Override
        public void completed(AsynchronousSocketChannel client, Void nothing) {
            new Echo(client).readNext();
            if (listener.isOpen()) {
                listener.accept(null, this);
            }
        }

        @Override
        public void failed(Throwable thrown, Void nothing) {
            JdkServer.failed(thrown);
        }
    }

    /** One client. */
    private record Echo(AsynchronousSocketChannel client, ByteBuffer buffer)
            implements CompletionHandler<Integer, Boolean> {

        Echo(AsynchronousSocketChannel client) {
            this(client, ByteBuffer.allocate(1024));
        }

        void readNext() {
            client.read(buffer.clear(), false, this);
        }

        @Override
        public void completed(Integer bytes, Boolean written) {
            if (bytes < 0) {
                close();
            } else if (!written) {
                client.write(buffer.flip(), true, this);
            } else if (buffer.hasRemaining()) {
                client.write(buffer, true, this);
            } else {
                readNext();
            }
        }

        @Override
        public void failed(Throwable thrown, Boolean written) {
            close();
            JdkServer.failed(thrown);
        }

        private void close() {
            try {
                client.close();
            } catch (IOException e) {
                throw new IllegalStateException("the connection cannot be closed", e);
            }
        }
    }
}

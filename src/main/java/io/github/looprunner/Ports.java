package io.github.looprunner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gives free TCP ports of this machine, each once, and keeps others from taking them. */
final class Ports implements AutoCloseable {

    /*
     * Overview: a port is kept by a socket that is bound to it, and neither listens nor connects. On Linux the system then
     * gives it to nobody who asks for just any port, in whichever process; but whoever asks for this one gets it, as long
     * as both have set SO_REUSEADDR, which the JDK does for servers there. Where a system lets nobody in beside such a
     * socket, it is closed at once, and only the number is remembered.
     */

    private static final int MOST = 1_000; // that are kept at a time: systems have some ten thousand to give

    private final Map<Integer, Socket> given = new LinkedHashMap<>(); // in the order of giving; guarded by this

    /** Returns a port that is free on all addresses, and was not among the last thousand that this gave. */
    synchronized int free() {
        try {
            Socket held = hold();
            while (given.containsKey(held.getLocalPort())) {
                held.close();
                held = hold();
            }
            if (!letsServersIn(held)) {
                held.close();
            }
            int port = held.getLocalPort();
            given.put(port, held);
            letOldestGo();
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException("the system gives no free port", e);
        }
    }

    private static Socket hold() throws IOException {
        Socket held = new Socket();
        held.setReuseAddress(true);
        held.bind(new InetSocketAddress(0));
        return held;
    }

    private static boolean letsServersIn(Socket held) {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(held.getLocalPort()));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private void letOldestGo() throws IOException {
        if (given.size() > MOST) {
            Iterator<Socket> oldest = given.values().iterator();
            oldest.next().close();
            oldest.remove();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        for (Socket held : given.values()) {
            held.close();
        }
        given.clear();
    }
}

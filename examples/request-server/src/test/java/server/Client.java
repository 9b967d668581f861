package server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A plain blocking client, as old as Java. */
final class Client implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader answers;

    Client(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(5_000);
        answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    String ask(String request) throws IOException {
        send(request + "\n");
        return answer();
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the next line, or null once the server has hung up. */
    String answer() throws IOException {
        return answers.readLine();
    }

    /** Says that nothing more will be sent; answers can still come. */
    void finish() throws IOException {
        socket.shutdownOutput();
    }

    /** Hangs up without a good-bye: the server sees a reset connection. */
    void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

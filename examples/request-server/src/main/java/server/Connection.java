package server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * One client. It is either reading or writing, never both, so what it keeps needs no lock.
 *
 * <p>A read may bring a part of a line, or several lines; a write may take a part of an answer.
 */
final class Connection {

    private static final int LONGEST_LINE = 8192; // in bytes; whoever sends more is hung up on

    private final AsynchronousSocketChannel channel;
    private final Consumer<Connection> whenClosed;
    private final ByteBuffer incoming = ByteBuffer.allocate(1024);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Connection(AsynchronousSocketChannel channel, Consumer<Connection> whenClosed) {
        this.channel = channel;
        this.whenClosed = whenClosed;
    }

    void readNext() {
        incoming.clear();
        channel.read(incoming, null, new Step() {
            @Override
            public void completed(Integer count, Void nothing) {
                if (count < 0) {
                    close(); // the client is done, and has its answers
                } else {
                    answer();
                }
            }
        });
    }

    private void answer() {
        incoming.flip();
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        while (incoming.hasRemaining()) {
            byte next = incoming.get();
            if (next == '\n') {
                answers.writeBytes(answerTo(line.toString(StandardCharsets.UTF_8)));
                line.reset();
            } else {
                line.write(next);
            }
        }
        if (line.size() > LONGEST_LINE) {
            close();
        } else {
            write(ByteBuffer.wrap(answers.toByteArray()));
        }
    }

    private static byte[] answerTo(String request) {
        return ("Ack " + request.stripTrailing() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Writes what is left of the answers, then goes on reading. */
    private void write(ByteBuffer answers) {
        if (!answers.hasRemaining()) {
            readNext();
            return;
        }
        channel.write(answers, null, new Step() {
            @Override
            public void completed(Integer count, Void nothing) {
                write(answers);
            }
        });
    }

    /** Closes the channel, from any thread; a read or write that is under way then fails. */
    void close() {
        whenClosed.accept(this);
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A read or a write; where it fails, the client has hung up, or was hung up on. */
    private abstract class Step implements CompletionHandler<Integer, Void> {

        @Override
        public void failed(Throwable thrown, Void nothing) {
            close();
        }
    }
}

package io.github.looprunner;

import io.github.looprunner.LoopFailure.Verdict;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Kernel;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A test's end of a connection: what is read from it has the runner's bound, after which it says what the loops did. */
final class BoundedSocket extends Socket {

    private static final long LEAST = 100; // ms: for an attempt to tell why it fails
    private static final int READ_FRAMES = 12; // in which a read shows
    private static final int SLICE = 50; // ms: a read of a platform thread does not notice an interrupt

    /** What to do where nothing can run before virtual time moves. */
    static final String MOVE_TIME =
            "move time before the read, as with runner.time().advanceBy(...): it stands while a test"
                    + " reads from a socket";

    private final LoopRunner runner;
    private volatile @Nullable Duration timeout; // the user's own; null for the runner's

    private BoundedSocket(LoopRunner runner) {
        this.runner = runner;
    }

    /** Makes one attempt to connect, which ends by a moment, or soon after. */
    static BoundedSocket connect(InetSocketAddress address, LoopRunner runner, Deadline deadline) throws IOException {
        BoundedSocket socket = new BoundedSocket(runner);
        try {
            long millis = deadline.left() / 1_000_000;
            socket.connect(address, (int) Math.max(LEAST, Math.min(millis, Integer.MAX_VALUE)));
            if (socket.isItsOwnPeer()) {
                throw new ConnectException("nobody listens, so the system connected the socket to itself");
            }
            socket.slice();
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Returns how a report calls that a server listens. */
    static ScopeWait.Wording listening(InetSocketAddress address) {
        String where = address.getAddress().getHostAddress() + ":" + address.getPort();
        return new ScopeWait.Wording(
                "nobody listened at " + where,
                "somebody listened at " + where,
                "can never see anybody listen at " + where,
                "start the server, and check that it binds this address: where it was given port 0, ask it which one it got");
    }

    /** A port of those that the system gives to clients may be given to the very client that connects to it. */
    private boolean isItsOwnPeer() {
        return getLocalPort() == getPort() && getLocalAddress().equals(getInetAddress());
    }

    private void slice() throws SocketException {
        super.setSoTimeout(SLICE);
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        if (millis < 0) {
            throw new IllegalArgumentException("timeout (" + millis + ") must not be negative");
        }
        timeout = millis == 0 ? null : Duration.ofMillis(millis);
    }

    @Override
    public int getSoTimeout() {
        Duration own = timeout;
        return own == null ? 0 : (int) own.toMillis();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Input(super.getInputStream());
    }

    private LoopFailure silent() {
        EventLoop loop = runner.loop();
        Scope scope = runner.scope();
        Kernel kernel = scope.kernel();
        SocketAddress peer = getRemoteSocketAddress();
        LoopProbe probe = LoopProbe.of(loop, scope.loops());
        Report report = Report.of(scope.name() + " timed out after "
                        + runner.limit().inWords() + ": "
                        + (probe.isBlocked() ? probe.inWords() : "the server at " + peer + " sends nothing"))
                .fact("waited for", "input from " + peer)
                .fact("waited at", Report.userLine(scope.name()));
        for (EventLoop each : scope.loops()) {
            report.loop(each, probe.stateOf(each));
        }
        probe.describe(kernel == null ? report : report.time(kernel));
        return new LoopFailure(
                probe.isBlocked() ? Verdict.BLOCKED_LOOP : Verdict.TIMED_OUT,
                report.next(next(probe, kernel)).toString());
    }

    private static String next(LoopProbe probe, @Nullable Kernel kernel) {
        if (probe.isBlocked()) {
            return probe.nextStep();
        }
        return kernel != null && kernel.nextDeadline() != Long.MAX_VALUE
                ? MOVE_TIME
                : "answer on every path, also on failure, and flush what is written; or allow more time with"
                        + " runner.within(...).connectTo(...)";
    }

    /** Returns whether a thread with this stack reads from any socket. */
    static boolean isReadIn(StackTraceElement[] stack) {
        return Arrays.stream(stack).limit(READ_FRAMES).anyMatch(frame -> frame.getClassName()
                .equals("java.net.Socket$SocketInputStream"));
    }

    private InterruptedException interrupted() {
        Kernel kernel = runner.scope().kernel();
        if (kernel == null || kernel.testThread().stuckAt() == null) {
            return Interruption.of("a read", interruptedReport(""), runner.limit(), /* last= */ null);
        }
        Report report = interruptedReport(", since nothing could run any more before virtual time moves");
        return Interruption.of("a read", report.time(kernel), MOVE_TIME, /* last= */ null);
    }

    private Report interruptedReport(String why) {
        Scope scope = runner.scope();
        Report report = Report.of(
                        scope.name() + " was interrupted while it read from " + getRemoteSocketAddress() + why)
                .fact("waited at", Report.userLine(scope.name()));
        scope.loops().forEach(loop -> report.loop(loop, loop.state()));
        return report;
    }

    /** Reads in slices, between which it looks for an interrupt and at the time. */
    private final class Input extends InputStream {

        private final InputStream in;

        Input(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Kernel kernel = runner.scope().kernel();
            if (kernel == null) {
                return readInSlices(bytes, offset, length);
            }
            kernel.testThread().reads(true);
            try {
                return readInSlices(bytes, offset, length);
            } finally {
                kernel.testThread().reads(false);
            }
        }

        private int readInSlices(byte[] bytes, int offset, int length) throws IOException {
            Duration own = timeout;
            Deadline deadline = own == null ? Deadline.in(runner.limit()) : Deadline.in(own);
            while (true) {
                try {
                    return in.read(bytes, offset, length);
                } catch (SocketTimeoutException slice) {
                    if (Thread.interrupted()) {
                        throw Checked.<RuntimeException>sneaky(interrupted());
                    }
                    if (deadline.isPast()) {
                        throw own == null ? Checked.<IOException>sneaky(silent()) : slice;
                    }
                }
            }
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

package io.github.looprunner.adapter;

import io.github.looprunner.loop.Connection;
import io.github.looprunner.loop.LoopPoller;
import io.github.looprunner.loop.PolledLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Polls a selector on a loop's thread. */
final class SelectorPoller implements LoopPoller, Readiness {

    private final PolledLoop loop;
    private final Selector selector;

    SelectorPoller(PolledLoop loop) {
        this.loop = loop;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // The framework's side

    @Override
    public void whenReady(SelectableChannel channel, int operation, Runnable handler) {
        if (loop.inEventLoop()) {
            register(channel, operation, handler);
        } else {
            loop.execute(() -> register(channel, operation, handler));
        }
    }

    private void register(SelectableChannel channel, int operation, Runnable handler) {
        try {
            channel.register(selector, operation, handler);
        } catch (ClosedChannelException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handle(SelectionKey key) {
        if (key.isValid()) {
            loop.handle((Runnable) key.attachment());
        }
    }

    // The loop's side

    @Override
    public void poll(long nanos) {
        try {
            if (nanos == 0 || loop.hasWork()) {
                selector.selectNow(this::handle);
            } else if (nanos == Long.MAX_VALUE) {
                selector.select(this::handle);
            } else {
                selector.select(this::handle, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void wakeUp() {
        selector.wakeup();
    }

    @Override
    public boolean isOpen() {
        return selector.isOpen() && !selector.keys().isEmpty();
    }

    @Override
    public Collection<Connection> connections() {
        List<Connection> connections = new ArrayList<>();
        if (selector.isOpen()) {
            for (SelectionKey key : selector.keys()) {
                if (key.channel() instanceof SocketChannel socket && socket.isOpen()) {
                    connections.add(connectionOf(socket));
                }
            }
        }
        return connections;
    }

    private static Connection connectionOf(SocketChannel socket) {
        try {
            return new Connection(socket.getLocalAddress(), socket.getRemoteAddress());
        } catch (IOException closed) {
            return new Connection(null, null);
        }
    }

    @Override
    public boolean mayBeInFlight() {
        return isOpen(); // users write to channels as they like, so nobody knows what was sent
    }

    @Override
    public void arrived() {}

    @Override
    public void closeInput() {
        for (SelectionKey key : selector.keys()) {
            try {
                key.channel().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void end() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return type == Readiness.class ? type.cast(this) : null;
    }
}

package io.github.looprunner.loop;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One end of an open connection.
 *
 * @param local its address; null while it has none
 * @param remote the address of its peer; null while it has none
 */
public record Connection(@Nullable SocketAddress local, @Nullable SocketAddress remote) {

    /** Returns what the other end would be. */
    Connection peer() {
        return new Connection(/* local= */ remote, /* remote= */ local);
    }
}

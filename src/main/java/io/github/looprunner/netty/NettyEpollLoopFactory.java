package io.github.looprunner.netty;

import io.netty.channel.epoll.Epoll;
import java.util.Optional;

/** Opens loops of kind {@code netty-epoll}: Netty on Linux' epoll. */
public final class NettyEpollLoopFactory extends NettyLoopFactory {

    /** Creates the factory; for {@link java.util.ServiceLoader}. */
    public NettyEpollLoopFactory() {
        super("netty-epoll", "netty-transport-native-epoll", "io.netty.channel.epoll.EpollIoHandler");
    }

    @Override
    Optional<Throwable> cause() {
        return Optional.ofNullable(Epoll.unavailabilityCause());
    }

    @Override
    Transport transport() {
        return Transport.epoll();
    }
}

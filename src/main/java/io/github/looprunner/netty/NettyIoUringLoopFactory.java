package io.github.looprunner.netty;

import io.netty.channel.uring.IoUring;
import java.util.Optional;

/** Opens loops of kind {@code netty-io-uring}: Netty on Linux' io_uring. */
public final class NettyIoUringLoopFactory extends NettyLoopFactory {

    /** Creates the factory; for {@link java.util.ServiceLoader}. */
    public NettyIoUringLoopFactory() {
        super("netty-io-uring", "netty-transport-native-io_uring", "io.netty.channel.uring.IoUringIoHandler");
    }

    @Override
    Optional<Throwable> cause() {
        return Optional.ofNullable(IoUring.unavailabilityCause());
    }

    @Override
    Transport transport() {
        return Transport.ioUring();
    }
}

package io.github.looprunner.netty;

/** Opens loops of kind {@code netty-local}: Netty in memory, without sockets. */
public final class NettyLocalLoopFactory extends NettyLoopFactory {

    /** Creates the factory; for {@link java.util.ServiceLoader}. */
    public NettyLocalLoopFactory() {
        super("netty-local", "netty-transport", "io.netty.channel.local.LocalIoHandler");
    }

    @Override
    Transport transport() {
        return Transport.local();
    }
}

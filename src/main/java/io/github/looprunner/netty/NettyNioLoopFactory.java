package io.github.looprunner.netty;

/** Opens loops of kind {@code netty-nio}: Netty on the JDK's selectors. */
public final class NettyNioLoopFactory extends NettyLoopFactory {

    /** Creates the factory; for {@link java.util.ServiceLoader}. */
    public NettyNioLoopFactory() {
        super("netty-nio", "netty-transport", "io.netty.channel.nio.NioIoHandler");
    }

    @Override
    Transport transport() {
        return Transport.nio();
    }
}

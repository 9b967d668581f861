package io.github.looprunner.netty;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.LoopOwner;
import io.github.looprunner.loop.PolledLoop;
import java.util.Optional;

/** Opens loops on one of Netty's transports. Loads nothing of Netty before it is asked. */
abstract class NettyLoopFactory implements EventLoopFactory {

    private static final String OLDEST = "4.2.11.Final"; // whose in-memory channels run on any loop

    private final String kind;
    private final String artifact;
    private final String needed;

    /**
     * Creates a factory.
     *
     * @param artifact what to add where the transport is absent
     * @param needed the name of a class that comes with the transport
     */
    NettyLoopFactory(String kind, String artifact, String needed) {
        this.kind = kind;
        this.artifact = artifact;
        this.needed = needed;
    }

    @Override
    public final String kind() {
        return kind;
    }

    @Override
    public final Optional<String> unavailable() {
        if (!isPresent(needed)) {
            return Optional.of("it needs Netty 4.2; add io.netty:" + artifact + ":" + OLDEST + " or later");
        }
        try {
            return cause().map(cause -> "Netty says so: " + cause);
        } catch (LinkageError broken) {
            return Optional.of("its classes do not fit together: " + broken + "; use one version of Netty, " + OLDEST
                    + " or later");
        }
    }

    @Override
    public final EventLoop open(LoopOwner owner) {
        Optional<String> unavailable = unavailable();
        if (unavailable.isPresent()) {
            throw new IllegalStateException("loop kind (" + kind + ") cannot run here: " + unavailable.get());
        }
        return PolledLoop.open(kind, owner, loop -> new NettyPoller(loop, transport()));
    }

    /** Returns why the transport cannot run here although its classes are there; empty where it can. */
    Optional<Throwable> cause() {
        return Optional.empty();
    }

    abstract Transport transport();

    private static boolean isPresent(String type) {
        try {
            Class.forName(type, /* initialize= */ false, NettyLoopFactory.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }
}

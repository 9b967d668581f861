package io.github.looprunner.vertx;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.LoopOwner;
import io.github.looprunner.loop.PolledLoop;
import io.vertx.core.VertxOptions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens loops of kind {@code vertx}: a Vert.x instance each, whose only event loop it is.
 *
 * <p>No signature here names a type of Vert.x's: as a module it could not be loaded without.
 */
public final class VertxLoopFactory implements EventLoopFactory {

    private static final String KIND = "vertx";
    private static final String NEEDED = "io.vertx.core.transport.Transport"; // since 5.0

    private final @Nullable Object options; // VertxOptions, which may be absent

    /** Creates the factory; for {@link java.util.ServiceLoader}. */
    public VertxLoopFactory() {
        this(null);
    }

    VertxLoopFactory(@Nullable Object options) {
        this.options = options;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<String> unavailable() {
        try {
            Class.forName(NEEDED, /* initialize= */ false, VertxLoopFactory.class.getClassLoader());
            return Optional.empty();
        } catch (ClassNotFoundException | LinkageError absent) {
            return Optional.of("it needs Vert.x 5; add io.vertx:vertx-core:5.0.0 or later, and io.netty:netty-transport"
                    + " 4.2.11.Final or later");
        }
    }

    @Override
    public EventLoop open(LoopOwner owner) {
        Optional<String> unavailable = unavailable();
        if (unavailable.isPresent()) {
            throw new IllegalStateException("loop kind (" + KIND + ") cannot run here: " + unavailable.get());
        }
        return PolledLoop.open(KIND, owner, loop -> new VertxPoller(loop, owner, (VertxOptions) options));
    }
}

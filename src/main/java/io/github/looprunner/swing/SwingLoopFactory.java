package io.github.looprunner.swing;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.LoopCarrier;
import io.github.looprunner.loop.LoopOwner;
import java.awt.AWTError;
import java.awt.Toolkit;
import java.util.Optional;

/** Opens loops of kind {@code swing}: all of them on AWT's event dispatch thread. */
public final class SwingLoopFactory implements EventLoopFactory {

    private static final String KIND = "swing";

    /** Creates the factory; for {@link java.util.ServiceLoader}. */
    public SwingLoopFactory() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<String> unavailable() {
        if (!isPresent()) {
            return Optional.of(
                    "it needs the module java.desktop; use a runtime image that has it, and on the module path"
                            + " --add-modules java.desktop");
        }
        return Awt.failure()
                .map(failure -> "AWT does not start: " + failure
                        + "; where there is no display, run the tests with -Djava.awt.headless=true");
    }

    @Override
    public Optional<String> notCounted() {
        return Optional.of(LoopCarrier.NOT_COUNTED);
    }

    @Override
    public Optional<String> foreignThreads() {
        return Optional.of(LoopCarrier.FOREIGN_THREADS);
    }

    @Override
    public Optional<String> noVirtualTime() {
        return Optional.of(LoopCarrier.NO_VIRTUAL_TIME);
    }

    @Override
    public EventLoop open(LoopOwner owner) {
        Optional<String> unavailable = unavailable();
        if (unavailable.isPresent()) {
            throw new IllegalStateException("loop kind (" + KIND + ") cannot run here: " + unavailable.get());
        }
        return LoopCarrier.open(KIND, owner, new EventDispatchThread());
    }

    private static boolean isPresent() {
        try {
            Class.forName("java.awt.EventQueue", /* initialize= */ false, SwingLoopFactory.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }

    /** What needs the module, and so is not looked at before that is known to be there. */
    private static final class Awt {

        private Awt() {}

        static Optional<String> failure() {
            try {
                Toolkit.getDefaultToolkit();
                return Optional.empty();
            } catch (AWTError | LinkageError failed) {
                return Optional.of(failed.toString());
            }
        }
    }
}

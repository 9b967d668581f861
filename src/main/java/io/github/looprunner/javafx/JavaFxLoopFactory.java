package io.github.looprunner.javafx;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.LoopCarrier;
import io.github.looprunner.loop.LoopOwner;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;
import org.jspecify.annotations.Nullable;

/**
 * Opens loops of kind {@code javafx}: all of them on the JavaFX application thread.
 *
 * <p>The first of them starts JavaFX, unless it runs already, which then goes on when its windows are closed.
 */
public final class JavaFxLoopFactory implements EventLoopFactory {

    private static final String KIND = "javafx";
    private static final String HEADLESS =
            "add org.testfx:openjfx-monocle of the version of your JavaFX, and run the tests"
                    + " with -Dglass.platform=Monocle -Dmonocle.platform=Headless -Dprism.order=sw; JavaFX 26 and later need only"
                    + " -Dglass.platform=Headless";

    /** Creates the factory; for {@link java.util.ServiceLoader}. */
    public JavaFxLoopFactory() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<String> unavailable() {
        try {
            if (!isPresent("javafx.application.Platform")) {
                return Optional.of("it needs JavaFX 17 or later; add org.openjfx:javafx-graphics:17.0.10 or later");
            }
        } catch (LinkageError tooNew) {
            return Optional.of("JavaFX does not fit this JDK: " + tooNew + "; use an older JavaFX, or a later JDK");
        }
        return noScreen(System.getProperty("glass.platform"), System.getProperty("os.name"), System.getenv("DISPLAY"));
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
        Optional<String> obstacle = unavailable.isPresent() ? unavailable : Toolkit.FAILURE;
        if (obstacle.isPresent()) {
            throw new IllegalStateException("loop kind (" + KIND + ") cannot run here: " + obstacle.get());
        }
        return LoopCarrier.open(KIND, owner, new ApplicationThread());
    }

    /** Returns why JavaFX would not start, as it cannot be started again once that has failed; empty where it may. */
    static Optional<String> noScreen(@Nullable String platform, String system, @Nullable String display) {
        if (platform != null) {
            // JavaFX looks for this class too.
            String type = "com.sun.glass.ui." + platform.toLowerCase(Locale.ROOT) + "." + platform + "PlatformFactory";
            return isPresent(type)
                    ? Optional.empty()
                    : Optional.of("glass.platform (" + platform + ") is none that this JavaFX has: " + HEADLESS);
        }
        return system.equals("Linux") && (display == null || display.isEmpty())
                ? Optional.of("there is no display: " + HEADLESS)
                : Optional.empty();
    }

    private static boolean isPresent(String type) {
        try {
            Class.forName(type, /* initialize= */ false, JavaFxLoopFactory.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    /** JavaFX, which is started by the first look at this class, as it can be only once. */
    private static final class Toolkit {

        static final Optional<String> FAILURE = start();

        private static final long BOUND_SECONDS = 10; // many times what a slow machine needs

        private Toolkit() {}

        private static Optional<String> start() {
            CountDownLatch started = new CountDownLatch(1);
            try {
                Platform.startup(started::countDown);
                Platform.setImplicitExit(false);
                return started.await(BOUND_SECONDS, TimeUnit.SECONDS)
                        ? Optional.empty()
                        : Optional.of("JavaFX did not start within " + BOUND_SECONDS + " s");
            } catch (IllegalStateException runs) {
                return Optional.empty(); // the application has started it
            } catch (RuntimeException | LinkageError failed) {
                return Optional.of("JavaFX does not start: " + failed + "; " + HEADLESS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }
}

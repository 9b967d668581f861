package io.github.looprunner;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.EventLoopFactory;
import io.github.looprunner.loop.LoopOwner;
import io.github.looprunner.testing.JupiterRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;
import java.util.Optional;

/**
 * Loads this library anew, where three further kinds are on the class path: {@code own}; {@code timeless}, which has no
 * virtual time; and {@code absent}, which cannot run.
 */
final class FurtherKinds extends URLClassLoader {

    private FurtherKinds() {
        super(
                new URL[] {
                    FurtherKinds.class.getResource("/further-kinds/"),
                    LoopRunner.class.getProtectionDomain().getCodeSource().getLocation(),
                    FurtherKinds.class.getProtectionDomain().getCodeSource().getLocation()
                },
                FurtherKinds.class.getClassLoader());
    }

    /** Runs a class where the further kinds are. */
    static JupiterRun run(Class<?> cases) {
        return run(JupiterRun.with(Map.of()), cases);
    }

    /** Runs a class in some way where the further kinds are. */
    static JupiterRun run(JupiterRun.Setup setup, Class<?> cases) {
        try (FurtherKinds loader = new FurtherKinds()) {
            return setup.run(loader.loadClass(cases.getName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("io.github.looprunner.") || name.startsWith("io.github.looprunner.testing.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    /** A kind like others. */
    public static final class Own implements EventLoopFactory {

        @Override
        public String kind() {
            return "own";
        }

        @Override
        public EventLoop open(LoopOwner owner) {
            return EventLoopFactory.onThreads("own", Thread::new).open(owner);
        }
    }

    /** A kind without virtual time. */
    public static final class Timeless implements EventLoopFactory {

        @Override
        public String kind() {
            return "timeless";
        }

        @Override
        public Optional<String> noVirtualTime() {
            return Optional.of("its clock is on the wall");
        }

        @Override
        public EventLoop open(LoopOwner owner) {
            return EventLoopFactory.onThreads("timeless", Thread::new).open(owner);
        }
    }

    /** A kind whose library is absent. */
    public static final class Absent implements EventLoopFactory {

        @Override
        public String kind() {
            return "absent";
        }

        @Override
        public Optional<String> unavailable() {
            return Optional.of("it has no tail; add one");
        }

        @Override
        public EventLoop open(LoopOwner owner) {
            throw new AssertionError("a kind that cannot run was asked for a loop");
        }
    }
}

package io.github.looprunner.loop;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Opens loops of kind {@code virtual-thread}: a virtual thread each; needs JDK 21 or later. */
public final class VirtualThreadLoopFactory implements EventLoopFactory {

    private static final String KIND = "virtual-thread";

    /** Creates the factory; for {@link java.util.ServiceLoader}. */
    public VirtualThreadLoopFactory() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Optional<String> unavailable() {
        return Threads.FACTORY != null
                ? Optional.empty()
                : Optional.of("virtual threads need JDK 21 or later, and this is JDK "
                        + Runtime.version().feature() + "; run the tests on a later JDK, or use kind \"jdk\"");
    }

    @Override
    public EventLoop open(LoopOwner owner) {
        ThreadFactory virtual = Threads.FACTORY;
        if (virtual == null) {
            throw new IllegalStateException(
                    "loop kind (" + KIND + ") cannot run here: " + unavailable().orElseThrow());
        }
        return new SingleThreadLoop(KIND, owner, LoopThread.of(body -> newThread(virtual, owner, body)));
    }

    private static Thread newThread(ThreadFactory virtual, LoopOwner owner, Runnable body) {
        Thread thread = virtual.newThread(body);
        thread.setName(ThreadedLoopFactory.threadName(owner, KIND));
        thread.setContextClassLoader(owner.contextClassLoader());
        return thread;
    }

    /** Looked up by name, so that one jar serves JDK 17: {@code Thread.ofVirtual().factory()}. */
    private static final class Threads {

        static final @Nullable ThreadFactory FACTORY = find();

        private static @Nullable ThreadFactory find() {
            try {
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                Class<?> builder = Class.forName("java.lang.Thread$Builder");
                Class<?> ofVirtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
                MethodHandle virtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(ofVirtual));
                MethodHandle factory =
                        lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
                return (ThreadFactory) factory.invoke(virtual.invoke());
            } catch (Throwable absent) {
                return null; // JDK 17 to 20 has no such method, or only as a preview that throws
            }
        }
    }
}

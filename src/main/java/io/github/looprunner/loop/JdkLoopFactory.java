package io.github.looprunner.loop;

/** Opens loops of kind {@code jdk}: a daemon platform thread each. */
public final class JdkLoopFactory implements EventLoopFactory {

    private static final String KIND = "jdk";

    /** Creates the factory; for {@link java.util.ServiceLoader}. */
    public JdkLoopFactory() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public EventLoop open(LoopOwner owner) {
        String name = ThreadedLoopFactory.threadName(owner, KIND);
        LoopThreads reused = owner.reusedThreads();
        LoopThread threads =
                reused == null ? LoopThread.of(body -> newThread(owner, name, body)) : reused.of(owner, name);
        return new SingleThreadLoop(KIND, owner, threads);
    }

    private static Thread newThread(LoopOwner owner, String name, Runnable body) {
        LoopThreadGroup group = LoopThreadGroup.of(owner);
        Runnable leaving = () -> {
            body.run();
            group.leave();
        };
        Thread thread = new Thread(group, leaving, name, /* stackSize= */ 0);
        thread.setDaemon(true);
        thread.setContextClassLoader(owner.contextClassLoader());
        return thread;
    }
}

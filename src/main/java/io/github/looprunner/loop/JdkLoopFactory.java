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
        if (reused != null) {
            return new SingleThreadLoop(KIND, owner, reused.of(owner, name));
        }
        LoopGroup group = new LoopGroup(owner);
        return new SingleThreadLoop(
                KIND, owner, group, LoopThread.of(body -> newThread(owner, group.get(), name, body)));
    }

    private static Thread newThread(LoopOwner owner, ThreadGroup group, String name, Runnable body) {
        Thread thread = Births.unnoted(() -> new RunnerThread(group, body, name));
        thread.setContextClassLoader(owner.contextClassLoader());
        return thread;
    }
}

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
        return new SingleThreadLoop(KIND, owner, LoopThread.of(body -> newThread(owner, body)));
    }

    private static Thread newThread(LoopOwner owner, Runnable body) {
        String name = ThreadedLoopFactory.threadName(owner, KIND);
        Thread thread = new Thread(new LoopThreadGroup(owner), body, name, /* stackSize= */ 0);
        thread.setDaemon(true);
        thread.setContextClassLoader(owner.contextClassLoader());
        return thread;
    }
}

package io.github.looprunner.loop;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the threads of loops that have ended for loops to come, where that was asked for.
 *
 * <p>It saves starting a thread for each test, at a price: thread locals stay from one owner to the next. A thread is
 * renamed, gets the class loader of its new owner, and is not kept while threads that were born on it live.
 *
 * <p>Safe for use by several threads.
 */
public final class LoopThreads implements AutoCloseable {

    private final Deque<KeptThread> idle = new ConcurrentLinkedDeque<>();
    private final Spin spin;
    private volatile boolean closed; // written by whoever closes

    /**
     * Creates an empty keep.
     *
     * @param spin how a thread looks out for its next loop before it parks
     */
    public LoopThreads(Spin spin) {
        this.spin = spin;
    }

    /** Returns whether the calling thread runs for a loop, or was born on one: what escapes from it is the test's then. */
    public static boolean isCallerOnLoop() {
        return CurrentLoop.get() != null || Bystanders.loopGroup(Thread.currentThread()) != null;
    }

    /** Returns threads for one loop of an owner. */
    LoopThread of(LoopOwner owner, String name) {
        return new LoopThread() {
            @Override
            public Thread start(Runnable body) {
                KeptThread thread = idle.poll();
                if (thread != null) {
                    thread.carry(owner, name, body);
                    return thread;
                }
                KeptThread fresh = Births.unnoted(() -> new KeptThread(LoopThreadGroup.of(owner)));
                fresh.carry(owner, name, body);
                fresh.start();
                return fresh;
            }

            @Override
            public void join(Thread thread, long nanos, Spin spin) {
                // it goes on to another loop
            }
        };
    }

    /** Ends the threads that wait for a loop; those that run one end with it. */
    @Override
    public void close() {
        closed = true;
        for (KeptThread thread = idle.poll(); thread != null; thread = idle.poll()) {
            thread.retire();
        }
    }

    /** A thread that carries loops, one after the other. */
    private final class KeptThread extends RunnerThread {

        private final LoopThreadGroup group;
        private volatile @Nullable Runnable body; // set by the next owner, cleared by this thread
        private volatile boolean retired; // set by whoever closes the keep

        KeptThread(LoopThreadGroup group) {
            super(group, /* body= */ null, "loop-runner");
            this.group = group;
        }

        void carry(LoopOwner owner, String name, Runnable next) {
            group.belongTo(owner);
            setName(name);
            setContextClassLoader(owner.contextClassLoader());
            body = next;
            LockSupport.unpark(this);
        }

        void retire() {
            retired = true;
            LockSupport.unpark(this);
        }

        @Override
        public void run() {
            boolean kept = true;
            while (kept) {
                Runnable current = body;
                if (current != null) {
                    current.run();
                    kept = keep();
                } else if (retired) {
                    kept = false;
                } else if (!spin.sees(this::hasNews)) {
                    LockSupport.park(this);
                }
                Thread.interrupted(); // what was meant for one loop does not concern the next
            }
            group.leave();
        }

        private boolean hasNews() {
            return body != null || retired;
        }

        /** Offers this thread to the next loop, unless something of the last one is left on it. */
        private boolean keep() {
            body = null;
            group.release();
            setContextClassLoader(null);
            if (closed || group.activeCount() > 1) {
                return false;
            }
            idle.push(this);
            if (closed && idle.remove(this)) {
                return false;
            }
            return true;
        }
    }
}

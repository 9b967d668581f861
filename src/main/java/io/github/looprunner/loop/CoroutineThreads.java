package io.github.looprunner.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The threads that carry the coroutines of one loop; each is kept for the next coroutine until the loop ends. */
final class CoroutineThreads {

    private final SingleThreadLoop loop;
    private final String namePrefix;
    private final Deque<CoroutineThread> idle = new ArrayDeque<>(); // the loop's thread only
    private final List<CoroutineThread> all = new ArrayList<>(); // guarded by itself

    CoroutineThreads(SingleThreadLoop loop, String namePrefix) {
        this.loop = loop;
        this.namePrefix = namePrefix;
    }

    /** Takes an idle thread, or starts one. Called by the loop's thread, whose group and class loader it inherits. */
    CoroutineThread take() {
        CoroutineThread thread = idle.poll();
        if (thread != null) {
            thread.setContextClassLoader(
                    Thread.currentThread().getContextClassLoader()); // its last body may have set one
            return thread;
        }
        synchronized (all) {
            String name = namePrefix + " coroutine-" + (all.size() + 1);
            thread = Births.unnoted(() -> new CoroutineThread(loop, name));
            all.add(thread);
        }
        thread.start();
        return thread;
    }

    void giveBack(CoroutineThread thread) {
        idle.push(thread);
    }

    List<CoroutineThread> all() {
        synchronized (all) {
            return all.isEmpty() ? List.of() : List.copyOf(all); // copying allocates even nothing
        }
    }
}

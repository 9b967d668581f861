package io.github.looprunner.adapter;

import io.github.looprunner.loop.Described;
import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.ForwardingEventLoop;
import io.github.looprunner.loop.Site;

/** A loop whose executed tasks find a tag in a thread local, as request scopes and logging contexts do. */
final class TaggedLoop extends ForwardingEventLoop {

    static final ThreadLocal<String> TAG = new ThreadLocal<>();

    TaggedLoop(EventLoop target) {
        super(target);
    }

    @Override
    public void execute(Runnable task) {
        super.execute(new Tagged(task, name()));
    }

    /** Says what the task in it is, so that reports name that, and not the wrapper. */
    private record Tagged(Runnable task, String tag) implements Runnable, Described {

        @Override
        public void run() {
            TAG.set(tag);
            try {
                task.run();
            } finally {
                TAG.remove();
            }
        }

        @Override
        public String inWords() {
            return Described.nameOf(task);
        }

        @Override
        public Site site() {
            return Described.siteOf(task);
        }
    }
}

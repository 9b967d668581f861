package io.github.looprunner.swing;

import io.github.looprunner.loop.LoopCarrier;
import java.awt.EventQueue;
import java.awt.Toolkit;
import org.jspecify.annotations.Nullable;

/** AWT's thread. It ends when it is idle, and is made anew for the next event: so it is asked for each time. */
final class EventDispatchThread implements LoopCarrier {

    @Override
    public void dispatch(Runnable turn) {
        EventQueue.invokeLater(turn);
    }

    @Override
    public String inWords() {
        return "AWT's event dispatch thread";
    }

    @Override
    public boolean isCarrying() {
        return EventQueue.isDispatchThread();
    }

    @Override
    public <T> @Nullable T unwrap(Class<T> type) {
        return type == EventQueue.class ? type.cast(Toolkit.getDefaultToolkit().getSystemEventQueue()) : null;
    }
}

package io.github.looprunner;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Collects what the library logs, until it is closed; {@code System.Logger} writes to {@code java.util.logging} here. */
final class LoggedFailures extends Handler implements AutoCloseable {

    private final Logger logger = Logger.getLogger("io.github.looprunner"); // kept: the log manager holds it weakly
    private final List<String> messages = new CopyOnWriteArrayList<>();

    LoggedFailures() {
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
    }

    List<String> messages() {
        return messages;
    }

    @Override
    public void publish(LogRecord logged) {
        messages.add(logged.getMessage());
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        logger.setUseParentHandlers(true);
        logger.removeHandler(this);
    }
}

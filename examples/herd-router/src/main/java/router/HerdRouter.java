package router;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Keeps the commands for a herd, in order. It is synchronous, and may be called by any thread but the loop's.
 *
 * <p>What it keeps is touched by the loop only, so it needs no lock.
 */
public final class HerdRouter {

    private final ExecutorService loop;
    private final List<String> commands = new ArrayList<>(); // touched on the loop only

    public HerdRouter(ExecutorService loop) {
        this.loop = loop;
    }

    /** Adds a command, waits until the loop has taken it, and returns its number, the first being 1. */
    public int addCommand(String command) {
        return onLoop(() -> {
            if (command.isBlank()) {
                throw new IllegalArgumentException("a command must say something");
            }
            commands.add(command);
            return commands.size();
        });
    }

    /** Returns the commands so far. */
    public List<String> commands() {
        return onLoop(() -> List.copyOf(commands));
    }

    private <T> T onLoop(Callable<T> work) {
        Future<T> result = loop.submit(work);
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.cancel(true);
            throw new IllegalStateException("interrupted while the loop was at work", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}

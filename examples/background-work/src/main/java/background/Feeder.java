package background;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Feeds cats wherever they are. */
public final class Feeder {

    private final Executor loop;
    private final Directory directory;

    public Feeder(Executor loop, Directory directory) {
        this.loop = loop;
        this.directory = directory;
    }

    /** Feeds a cat; one that cannot be found is fed at home. */
    public CompletableFuture<String> feed(String cat) {
        return directory
                .find(cat)
                .exceptionally(thrown -> "home")
                .thenApplyAsync(place -> cat + " was fed at " + place, loop);
    }

    /** Feeds a cat and waits for it, for callers that are not asynchronous; not to be called on the loop. */
    public String feedNow(String cat) throws TimeoutException, InterruptedException {
        try {
            return feed(cat).get(5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }
}

package background;

import java.util.concurrent.CompletableFuture;

/** Knows where cats are; a remote service, so it answers later. */
public interface Directory {

    CompletableFuture<String> find(String cat);
}

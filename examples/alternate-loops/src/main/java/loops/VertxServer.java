package loops;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;

/** Answers each request after a nap; on Vert.x. */
public final class VertxServer {

    private final Vertx vertx;
    private final Duration nap;

    public VertxServer(Vertx vertx, Duration nap) {
        this.vertx = vertx;
        this.nap = nap;
    }

    /** Listens on a free port of this machine. */
    public Future<HttpServer> start() {
        return vertx.createHttpServer()
                .requestHandler(request -> vertx.setTimer(
                        nap.toMillis(), timer -> request.response().end("Ack " + request.path())))
                .listen(0, "localhost");
    }
}

package io.github.looprunner.jmh;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** An event-loop context of Vert.x. */
record VertxLoop(Vertx vertx, Context context) implements MeasuredLoop {

    static VertxLoop open() {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        return new VertxLoop(vertx, vertx.getOrCreateContext());
    }

    @Override
    public void execute(Task task) {
        context.runOnContext(task);
    }

    @Override
    public <T> T roundTrip(Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        context.runOnContext(nothing -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}

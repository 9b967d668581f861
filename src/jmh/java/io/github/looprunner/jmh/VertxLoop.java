package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** An event-loop context of Vert.x. */
record VertxLoop(Context context, Runnable closing) implements MeasuredLoop {

    static VertxLoop open() {
        return of(Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)));
    }

    static VertxLoop of(Vertx vertx) {
        return new VertxLoop(
                vertx.getOrCreateContext(),
                () -> vertx.close().toCompletionStage().toCompletableFuture().join());
    }

    static VertxLoop of(LoopRunner runner) {
        return new VertxLoop(runner.loop().unwrap(Context.class), runner::close);
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
        closing.run();
    }
}

package io.github.looprunner.house.planted.waiting;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

class WaitsInFuture {
    Object await(CompletableFuture<Object> future) {
        return Optional.of(future).map(CompletableFuture::join);
    }
}

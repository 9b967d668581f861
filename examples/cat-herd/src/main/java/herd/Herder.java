package herd;

import java.util.concurrent.CompletableFuture;

/** Herds cats. */
public final class Herder {

    private Herder() {}

    /** Pets a cat, then moves it; answers whether it moved. */
    public static CompletableFuture<Boolean> herd(Cat cat, String direction) {
        return cat.pet().thenCompose(petted -> cat.move(direction));
    }
}

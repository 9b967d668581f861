package io.github.looprunner.house.planted.api;

import java.io.IOException;

public abstract class Shown<T extends Number> extends Parent implements AutoCloseable {
    protected static final int LIMIT = 1;
    final int hidden = 2;

    protected Shown() {}

    public abstract T first(String... names) throws IOException;

    @Override
    public synchronized void close() {}

    void hidden() {}

    static final class Hidden {}
}

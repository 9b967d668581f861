package io.github.looprunner.loop;

/**
 * Makes virtual time stand until it is closed; see {@link Outside#hold}.
 *
 * <p>May be closed from any thread, more than once.
 */
public interface Hold extends AutoCloseable {

    @Override
    void close();
}

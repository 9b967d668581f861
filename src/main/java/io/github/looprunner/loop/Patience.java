package io.github.looprunner.loop;

import java.time.Duration;

/**
 * How long, in real time, virtual time gives a chance to what it cannot see.
 *
 * @param cushion how long all must be quiet before a jump while a channel is open: for bytes that are on their way
 * @param silence how long all must be quiet before a wait is called hopeless while something outside could still act
 */
public record Patience(Duration cushion, Duration silence) {

    /** Long enough for a loopback socket, and for most threads. */
    public static final Patience DEFAULT = new Patience(Duration.ofMillis(20), Duration.ofSeconds(1));
}

package io.github.looprunner.loop;

/**
 * Why virtual time stands.
 *
 * @param reason who is at work, as the end of a sentence
 * @param remedy what to do about it
 */
public record Standstill(String reason, String remedy) {}

package io.github.looprunner.checks;

/**
 * A rule of the contract.
 *
 * @param name what it says, in words
 * @param source where it is written
 * @param needs what a kind must offer for the rule to concern it
 * @param body throws a {@link Breach}, or anything else, where the rule is broken
 */
record Rule(String name, String source, Needs needs, Body body) {

    /** Returns a rule for every kind that can run. */
    static Rule of(String source, String name, Body body) {
        return new Rule(name, source, Needs.A_LOOP, body);
    }

    Rule needing(Needs other) {
        return new Rule(name, source, other, body);
    }

    /** How a rule is checked. */
    interface Body {

        void check(Trial trial) throws Exception;
    }
}

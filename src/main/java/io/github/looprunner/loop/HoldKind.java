package io.github.looprunner.loop;

/** How somebody came to be known as at work outside, and how reports speak of that. */
public enum HoldKind {
    /** By {@code runner.hold(...)}. */
    HOLD(
            "hold",
            "hold",
            "never closed",
            "is open",
            "open",
            "close it on every path, also on failure, as with try (Hold hold = runner.hold(...)); it may be closed from any"
                    + " thread"),
    /** By {@code runner.track(...)}. */
    TRACKED(
            "a task that a tracked executor took",
            "task",
            "taken by a tracked executor and never ended",
            "has not ended",
            "not ended",
            "let the task end, and its executor run it: a pool that is shut down drops what it has queued"),
    /** By {@code runner.blocking(...)}. */
    BLOCKING(
            "the function of runner.blocking(...)",
            "function",
            "given to runner.blocking(...) and never ended",
            "has not ended",
            "not ended",
            "let the function end: time stands meanwhile, so it must not wait for a timer");

    final String called;
    final String now;
    final String since;
    private final String noun;
    private final String atTheEnd;
    private final String remedy;

    HoldKind(String called, String noun, String atTheEnd, String now, String since, String remedy) {
        this.called = called;
        this.noun = noun;
        this.atTheEnd = atTheEnd;
        this.now = now;
        this.since = since;
        this.remedy = remedy;
    }

    /** Returns what it is, to be counted. */
    public String noun() {
        return noun;
    }

    /** Returns what it was, where it is open although its test has ended. */
    public String atTheEnd() {
        return atTheEnd;
    }

    /** Returns what to do about one that is open for too long. */
    public String remedy() {
        return remedy;
    }
}

package io.github.looprunner.loop;

/** Says which submissions of a loop to look at, without asking its owner each time; racy on purpose. */
final class SiteSampler {

    private final LoopOwner owner;
    private long count;
    private long next;

    SiteSampler(LoopOwner owner) {
        this.owner = owner;
    }

    /** Returns whether to look at one more submission. */
    boolean takesNext() {
        return takes(count++);
    }

    /** Returns whether to look at a submission, given how many came before. */
    boolean takes(long ordinal) {
        return ordinal >= next && ask(ordinal); // so small that it is compiled into each submission
    }

    private boolean ask(long ordinal) {
        next = owner.nextSite(ordinal);
        return next == ordinal;
    }
}

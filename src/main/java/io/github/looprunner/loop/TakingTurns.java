package io.github.looprunner.loop;

import java.util.List;

/**
 * The order of a program that nothing delays: who has waited goes on as soon as it can, and a loop runs what was ready when
 * it got its turn; then comes the next loop.
 */
final class TakingTurns implements Strategy {

    private int current = -1; // the number of the loop that moved last
    private long batchEnd; // how many tasks that loop had been given when it got its turn

    @Override
    public boolean isAskedAtCalls() {
        return false;
    }

    @Override
    public Kernel.Agent next(List<Kernel.Agent> able, Kernel.Agent last) {
        Kernel.Agent first = able.get(0);
        if (!(first instanceof Kernel.LoopAgent)) {
            return first;
        }
        if (last instanceof Kernel.LoopAgent loop && loop.taken() < batchEnd && able.contains(loop)) {
            return loop;
        }
        Kernel.LoopAgent next = afterCurrent(able);
        current = next.number();
        batchEnd = next.submitted();
        return next;
    }

    private Kernel.LoopAgent afterCurrent(List<Kernel.Agent> loops) {
        for (Kernel.Agent agent : loops) {
            if (agent instanceof Kernel.LoopAgent loop && loop.number() > current) {
                return loop;
            }
        }
        return (Kernel.LoopAgent) loops.get(0);
    }
}

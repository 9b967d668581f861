package io.github.looprunner.checks;

import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.LoopOwner;
import io.github.looprunner.loop.TaskFailure;

/** An owner that hands everything on to another. */
class ForwardingOwner implements LoopOwner {

    private final LoopOwner target;

    ForwardingOwner(LoopOwner target) {
        this.target = target;
    }

    @Override
    public String name() {
        return target.name();
    }

    @Override
    public String loopName() {
        return target.loopName();
    }

    @Override
    public ClassLoader contextClassLoader() {
        return target.contextClassLoader();
    }

    @Override
    public long nextSite(long ordinal) {
        return target.nextSite(ordinal);
    }

    @Override
    public Kernel kernel() {
        return target.kernel();
    }

    @Override
    public boolean isEnding() {
        return target.isEnding();
    }

    @Override
    public void failed(TaskFailure failure) {
        target.failed(failure);
    }

    @Override
    public void handed(Throwable thrown) {
        target.handed(thrown);
    }

    @Override
    public void raised(Throwable thrown) {
        target.raised(thrown);
    }

    @Override
    public void stepped() {
        target.stepped();
    }
}

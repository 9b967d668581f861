package io.github.looprunner.checks;

import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.LoopOwner;
import io.github.looprunner.loop.TaskFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The owner of a loop, who keeps what the loop reports. */
final class Reports implements LoopOwner {

    private final String loopName;
    private final @Nullable Kernel kernel;
    private final ClassLoader loader = new ClassLoader(Reports.class.getClassLoader()) {};
    private final List<TaskFailure> failures = new ArrayList<>(); // guarded by itself
    private final List<TaskFailure> open = new ArrayList<>(); // those that nobody took back; guarded by failures
    private final List<Throwable> handed = new ArrayList<>(); // guarded by failures
    private final AtomicLong steps = new AtomicLong();

    Reports(String loopName, @Nullable Kernel kernel) {
        this.loopName = loopName;
        this.kernel = kernel;
    }

    /** Returns every failure that was reported, taken back or not. */
    List<TaskFailure> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    /** Returns the failures of which nobody knows: that were reported, and not taken back. */
    List<Throwable> open() {
        synchronized (failures) {
            return open.stream().map(TaskFailure::thrown).toList();
        }
    }

    long steps() {
        return steps.get();
    }

    @Override
    public String name() {
        return "LoopChecks";
    }

    @Override
    public String loopName() {
        return loopName;
    }

    @Override
    public ClassLoader contextClassLoader() {
        return loader;
    }

    @Override
    public long nextSite(long ordinal) {
        return Long.MAX_VALUE;
    }

    @Override
    public @Nullable Kernel kernel() {
        return kernel;
    }

    @Override
    public void failed(TaskFailure failure) {
        synchronized (failures) {
            failures.add(failure);
            if (handed.stream().noneMatch(thrown -> thrown == failure.thrown())) {
                open.add(failure);
            }
        }
    }

    @Override
    public void handed(Throwable thrown) {
        synchronized (failures) {
            handed.add(thrown);
        }
        raised(thrown);
    }

    @Override
    public void raised(Throwable thrown) {
        synchronized (failures) {
            open.removeIf(failure -> failure.thrown() == thrown);
        }
    }

    @Override
    public void stepped() {
        steps.incrementAndGet();
    }
}

package io.github.looprunner.testing;

import io.github.looprunner.loop.LoopOwner;
import io.github.looprunner.loop.LoopThreads;
import io.github.looprunner.loop.TaskFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** An owner that keeps what its loop reports. */
public class RecordingOwner implements LoopOwner {

    private final String name;
    private final String loopName;
    private final boolean recordsSites;
    private final Set<Thread> submitters = ConcurrentHashMap.newKeySet();
    private volatile LoopThreads reusedThreads; // null unless set
    private final AtomicLong steps = new AtomicLong();
    private final List<Object> log = new ArrayList<>(); // TaskFailures and observed throwables; guarded by itself

    /** Creates the owner of a loop called {@code jdk} that records every site. */
    public RecordingOwner() {
        this("RecordingOwner", "jdk", /* recordsSites= */ true);
    }

    /** Creates an owner. */
    public RecordingOwner(String name, String loopName, boolean recordsSites) {
        this.name = name;
        this.loopName = loopName;
        this.recordsSites = recordsSites;
    }

    /** Returns every failure that was reported, observed or not. */
    public List<TaskFailure> failures() {
        synchronized (log) {
            return log.stream()
                    .filter(TaskFailure.class::isInstance)
                    .map(TaskFailure.class::cast)
                    .toList();
        }
    }

    /** Returns every throwable that was reported. */
    public List<Throwable> reported() {
        return failures().stream().map(TaskFailure::thrown).toList();
    }

    /** Returns the throwables that were reported and never observed, neither before nor after. */
    public List<Throwable> unobserved() {
        List<Throwable> observed = observed();
        return reported().stream()
                .filter(thrown -> observed.stream().noneMatch(other -> other == thrown))
                .toList();
    }

    /** Returns the throwables that were reported and not observed since. */
    public List<Throwable> notTakenBack() {
        List<Throwable> open = new ArrayList<>();
        for (Object entry : log()) {
            if (entry instanceof TaskFailure failure) {
                open.add(failure.thrown());
            } else {
                open.removeIf(thrown -> thrown == entry);
            }
        }
        return open;
    }

    /** Returns every throwable that was observed: handed to somebody, or raised. */
    public List<Throwable> observed() {
        return log().stream()
                .filter(Throwable.class::isInstance)
                .map(Throwable.class::cast)
                .toList();
    }

    /** Returns the threads that submitted something. */
    public Set<Thread> submitters() {
        return Set.copyOf(submitters);
    }

    /** Returns how many steps the loop has taken. */
    public long steps() {
        return steps.get();
    }

    /** Lets loops take used threads, and leave theirs. */
    public RecordingOwner reusing(LoopThreads threads) {
        reusedThreads = threads;
        return this;
    }

    @Override
    public LoopThreads reusedThreads() {
        return reusedThreads;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String loopName() {
        return loopName;
    }

    @Override
    public ClassLoader contextClassLoader() {
        return RecordingOwner.class.getClassLoader();
    }

    @Override
    public long nextSite(long ordinal) {
        submitters.add(Thread.currentThread());
        return recordsSites ? ordinal : ordinal + 1;
    }

    @Override
    public void failed(TaskFailure failure) {
        synchronized (log) {
            log.add(failure);
        }
    }

    @Override
    public void handed(Throwable thrown) {
        synchronized (log) {
            log.add(thrown);
        }
    }

    @Override
    public void raised(Throwable thrown) {
        synchronized (log) {
            log.add(thrown);
        }
    }

    @Override
    public void stepped() {
        steps.incrementAndGet();
    }

    private List<Object> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }
}

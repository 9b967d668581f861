package io.github.looprunner.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The armed timers of a loop, by deadline and then in the order in which they were armed.
 */
final class TimerQueue {

    /*
     * Overview: a 4-ary heap in an array, guarded by this object's monitor, so that any thread arms and cancels without
     * a detour over the loop. Cancelling is lazy: the timer stays until it comes to the top, or until the cancelled ones
     * are more than half, when the heap is rebuilt without them; so a cancel costs amortised constant time. (Removal at
     * the index costs twice as much: each move in the heap must write the index back.) The top is never a cancelled
     * timer, so `next` is exact.
     *
     * `next` is written under the monitor, and read without it: by the loop before it parks, and by those who ask
     * whether a timer is due. A due timer is offered to the task queue before `next` moves on, so that a reader who
     * reads `next` first and the task queue second never misses it in between. It is released only: who arms a timer and
     * then looks whether the loop is parked sets a fence in between.
     */

    static final long NONE = Long.MAX_VALUE;

    private static final int ARITY = 4;
    private static final int SMALL = 64; // below this many timers a rebuild is not worth it

    private @Nullable ScheduledTask<?>[] heap = new ScheduledTask<?>[16];
    private long[] deadlines = new long[16]; // of the timers in the heap: comparing must not load them
    private int size;
    private int cancelled; // how many in the heap are cancelled
    private int oneShots; // how many armed ones are not periodic; others read it racily
    private int sequence; // wraps around; compared by difference
    private boolean closed;
    private final AtomicLong next = new AtomicLong(NONE); // the earliest deadline

    /** Arms a timer, unless the queue is closed; {@link #next} tells whether it is the earliest. */
    synchronized boolean add(ScheduledTask<?> timer) {
        if (closed) {
            return false;
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
            deadlines = Arrays.copyOf(deadlines, size * 2);
        }
        timer.armed(sequence++);
        if (!timer.isPeriodic()) {
            oneShots++;
        }
        siftUp(size++, timer);
        if (timer.deadline() < next.getPlain()) {
            next.setRelease(timer.deadline());
        }
        return true;
    }

    /** Takes note that a timer was cancelled. */
    synchronized void cancelled(ScheduledTask<?> timer) {
        if (!timer.countsAsCancelled()) {
            return;
        }
        cancelled++;
        if (!timer.isPeriodic()) {
            oneShots--;
        }
        if (size > SMALL && cancelled > size / 2) {
            rebuild();
        }
        settleTop();
    }

    /** Returns the earliest deadline, or {@link #NONE}. */
    long next() {
        return next.get();
    }

    /** Hands every timer that is due to a queue, in order. */
    void moveDue(long now, TaskQueue queue) {
        if (next.get() > now) {
            return;
        }
        synchronized (this) {
            while (size > 0 && deadlines[0] <= now) {
                if (!queue.offer(top())) {
                    return; // a shutdown came first, and deals with what is left
                }
                if (!top().isPeriodic()) {
                    oneShots--;
                }
                removeTop();
                dropCancelled();
            }
            next.setRelease(size == 0 ? NONE : deadlines[0]);
        }
    }

    /** Closes the queue and returns the timers that were armed, in order; those due first go to the task queue. */
    synchronized List<ScheduledTask<?>> close(long now, @Nullable TaskQueue dueTo) {
        if (dueTo != null) {
            moveDue(now, dueTo);
        }
        closed = true;
        List<ScheduledTask<?>> left = first(Integer.MAX_VALUE);
        for (int i = 0; i < size; i++) {
            at(i).disarmed(); // the cancelled ones too, so that none is counted from now on
        }
        Arrays.fill(heap, null);
        size = 0;
        cancelled = 0;
        oneShots = 0;
        next.setRelease(NONE);
        return left;
    }

    /** Returns whether no armed timer fires only once; best effort while others arm and cancel. */
    boolean isPeriodicOnly() {
        return oneShots == 0;
    }

    /** Returns the earliest timer, for a report; best effort while others arm and cancel. */
    @Nullable
    ScheduledTask<?> peek() {
        return heap[0];
    }

    /** Returns how many timers are armed. */
    synchronized int count() {
        return size - cancelled;
    }

    /** Returns the first timers, in order. */
    synchronized List<ScheduledTask<?>> first(int limit) {
        PriorityQueue<ScheduledTask<?>> earliest = new PriorityQueue<>(Comparator.reverseOrder());
        forEachLive(timer -> {
            earliest.add(timer);
            if (earliest.size() > limit) {
                earliest.remove(); // the latest of them
            }
        });
        List<ScheduledTask<?>> timers = new ArrayList<>(earliest);
        timers.sort(Comparator.naturalOrder());
        return timers;
    }

    private void forEachLive(Consumer<ScheduledTask<?>> action) {
        for (int i = 0; i < size; i++) {
            ScheduledTask<?> timer = at(i);
            if (!timer.isCancelled()) {
                action.accept(timer);
            }
        }
    }

    private void rebuild() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            ScheduledTask<?> timer = at(i);
            if (timer.isCancelled()) {
                dropped(timer);
                timer.disarmed();
            } else {
                set(kept++, timer, deadlines[i]);
            }
        }
        Arrays.fill(heap, kept, size, null);
        size = kept;
        cancelled = 0;
        for (int i = (kept - 2) / ARITY; i >= 0 && kept > 1; i--) {
            siftDown(i, at(i), deadlines[i]);
        }
    }

    private void settleTop() {
        dropCancelled();
        long earliest = size == 0 ? NONE : deadlines[0];
        if (next.getPlain() != earliest) {
            next.setRelease(earliest);
        }
    }

    private void dropCancelled() {
        while (size > 0 && top().isCancelled()) {
            ScheduledTask<?> top = removeTop();
            cancelled -= top.isCountedAsCancelled() ? 1 : 0;
            dropped(top);
        }
    }

    /** Counts out a cancelled timer whose cancel is still on the way here, and will find it gone. */
    private void dropped(ScheduledTask<?> timer) {
        if (!timer.isCountedAsCancelled() && !timer.isPeriodic()) {
            oneShots--;
        }
    }

    private ScheduledTask<?> removeTop() {
        ScheduledTask<?> top = top();
        top.disarmed();
        ScheduledTask<?> last = at(--size);
        heap[size] = null;
        if (size > 0) {
            siftDown(0, last, deadlines[size]);
        }
        return top;
    }

    /** Moves a timer up that was armed last, so that it comes after all of its deadline. */
    private void siftUp(int from, ScheduledTask<?> timer) {
        long deadline = timer.deadline();
        int index = from;
        while (index > 0) {
            int parent = (index - 1) / ARITY;
            if (deadline >= deadlines[parent]) {
                break;
            }
            set(index, at(parent), deadlines[parent]);
            index = parent;
        }
        set(index, timer, deadline);
    }

    private void siftDown(int from, ScheduledTask<?> timer, long deadline) {
        int index = from;
        while (true) {
            int child = earliestChild(index);
            if (child < 0 || !isBefore(child, timer, deadline)) {
                break;
            }
            set(index, at(child), deadlines[child]);
            index = child;
        }
        set(index, timer, deadline);
    }

    private int earliestChild(int parent) {
        int first = parent * ARITY + 1;
        if (first >= size) {
            return -1;
        }
        int earliest = first;
        for (int child = first + 1; child < Math.min(first + ARITY, size); child++) {
            if (isBefore(child, at(earliest), deadlines[earliest])) {
                earliest = child;
            }
        }
        return earliest;
    }

    private boolean isBefore(int index, ScheduledTask<?> timer, long deadline) {
        long its = deadlines[index];
        return its < deadline || (its == deadline && at(index).isBefore(timer));
    }

    private void set(int index, ScheduledTask<?> timer, long deadline) {
        heap[index] = timer;
        deadlines[index] = deadline;
    }

    private ScheduledTask<?> top() {
        return at(0);
    }

    private ScheduledTask<?> at(int index) {
        return Objects.requireNonNull(heap[index], "slots below size hold timers");
    }
}

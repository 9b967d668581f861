package io.github.looprunner.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An unbounded first-in first-out queue of tasks: any thread offers, one thread takes, and closing it is exact.
 */
final class TaskQueue {

    /*
     * Overview: tasks live in a chain of chunks of SLOTS slots each. Three indices only grow:
     *
     *   completed <= taken <= tail        what has ended | what somebody took | what was offered
     *
     * A producer claims the next index by a CAS on `tail`, then stores its task into the slot of that index; the index,
     * not the store, is the order. Closing sets the sign bit of `tail`: a claim either came before and its task is in, or
     * it fails. So "offered or rejected, never lost" needs no second look. A producer reads `tailChunk` before `tail`, so
     * the chunk is never beyond its index and the slot is found by walking forward. It has its chunk before it claims, and
     * calls nothing between the claim and the store: where memory or stack end, nothing is thrown that would leave a claimed
     * slot empty, for which the consumer would wait for ever.
     *
     * The consumer takes by a CAS on `taken`, because shutdownNow drains from another thread while the consumer may be
     * stuck in a task: whoever moves `taken` over an index has its task. (A plain take with a stop flag needs a full
     * fence for each task, which costs the same.) The consumer clears a slot when it is two tasks further, so what runs and what
     * ran last can be looked at without storing them for each task.
     *
     * Counting is for free: `published()` is the number of tasks ever offered; the queue is at rest when as many have
     * ended.
     *
     * Indices are 63 bits; at a thousand million tasks a second they last 292 years. What producers write, and what the
     * consumer writes for each task, lives in objects of their own, padded, so that neither shares a cache line with the
     * other, nor with what both only read.
     */

    private static final int SLOTS = 512;
    private static final int MASK = SLOTS - 1;
    private static final long CLOSED = Long.MIN_VALUE;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle INDEX;
    private static final VarHandle COMPLETED;
    private static final VarHandle TAIL_CHUNK;
    private static final VarHandle NEXT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            INDEX = lookup.findVarHandle(Index.class, "value", long.class);
            COMPLETED = lookup.findVarHandle(Taken.class, "completed", long.class);
            TAIL_CHUNK = lookup.findVarHandle(TaskQueue.class, "tailChunk", Chunk.class);
            NEXT = lookup.findVarHandle(Chunk.class, "next", Chunk.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Index tail = new PaddedIndex(); // claimed by producers; the sign bit says closed
    private final Taken taken; // by the consumer, or by a drain; what the consumer has ended is in there too
    private volatile Chunk tailChunk; // never beyond the chunk of an index that is still to be claimed

    TaskQueue() {
        tailChunk = new Chunk(0);
        taken = new PaddedTaken(tailChunk);
    }

    /** Adds a task, unless the queue is closed. */
    boolean offer(Runnable task) {
        Chunk chunk = tailChunk;
        while (true) {
            long index = tail.value;
            if (index < 0) {
                return false;
            }
            if (chunk.base != (index & ~MASK)) {
                chunk = find(chunk, index & ~MASK);
            }
            if (INDEX.compareAndSet(tail, index, index + 1)) {
                chunk.slots[(int) index & MASK] = task; // plain: the claim has published what the task is made of
                return true;
            }
        }
    }

    /** Rejects every offer from now on. */
    void close() {
        INDEX.getAndBitwiseOr(tail, CLOSED);
    }

    boolean isClosed() {
        return tail.value < 0;
    }

    /** Returns how many tasks were ever offered. */
    long published() {
        return tail.value & ~CLOSED;
    }

    /** Returns whether every task that was offered was taken, by the consumer or a drain. Any thread. */
    boolean isEmpty() {
        return taken.value == published();
    }

    /** Returns whether a task is among those that are ready. Any thread. */
    boolean contains(Runnable task) {
        AtomicBoolean found = new AtomicBoolean();
        peek(Integer.MAX_VALUE, each -> found.compareAndSet(false, each == task));
        return found.get();
    }

    /** Returns how many tasks have ended, those that a drain took included. */
    long completed() {
        return (long) COMPLETED.getAcquire(taken);
    }

    /** Returns the task that the consumer took and that has not ended, null if there is none. Any thread. */
    @Nullable
    Runnable running() {
        while (true) {
            long ended = completed();
            Runnable task = taken.value > ended ? at(ended) : null;
            if (ended == completed()) {
                return task;
            }
        }
    }

    /** Returns the task that ended last, null before there is one. Any thread. */
    @Nullable
    Runnable last() {
        while (true) {
            long ended = completed();
            Runnable beforeDrain = taken.beforeDrain; // read after it
            Runnable task = ended > 0 ? at(ended - 1) : null;
            if (task == null) {
                task = beforeDrain; // the slots of what was drained are empty
            }
            if (ended == completed()) {
                return task;
            }
        }
    }

    /** Returns how many tasks the consumer has taken. Consumer only. */
    long head() {
        return taken.head;
    }

    /** Takes the next task, which must have been offered; null if a drain took it, and all after it. Consumer only. */
    @Nullable
    Runnable take() {
        long head = taken.head;
        int slot = (int) head & MASK;
        Chunk chunk = taken.headChunk;
        if (slot == 0 && head > 0) {
            taken.carriedOver = (Runnable) chunk.slots[MASK];
            chunk = next(chunk);
            taken.headChunk = chunk;
        }
        if (!INDEX.compareAndSet(taken, head, head + 1)) {
            long drainedTo = taken.value;
            Runnable before = head > 0 ? at(head - 1) : null;
            if (before != null) {
                taken.beforeDrain = before;
            }
            taken.head = drainedTo;
            taken.headChunk =
                    find(chunk, (drainedTo - 1) & ~MASK); // more may be offered, where the queue is still open
            return null;
        }
        taken.head = head + 1;
        if (slot >= 2) {
            chunk.slots[slot - 2] = null; // it is no longer the one that ended last
        }
        return stored(chunk, slot);
    }

    /** Says that the task that was taken last has ended. Consumer only. */
    void complete() {
        COMPLETED.setRelease(taken, taken.head);
    }

    /** Takes all tasks that were offered and that the consumer has not taken. Any thread. */
    List<Runnable> drain() {
        Chunk chunk = taken.headChunk; // read first, so that it is never beyond what was taken
        long end = published();
        long from = taken.value;
        while (from < end && !INDEX.compareAndSet(taken, from, end)) {
            from = taken.value;
        }
        List<Runnable> drained = new ArrayList<>();
        for (long index = from; index < end; index++) {
            chunk = find(chunk, index & ~MASK);
            int slot = (int) index & MASK;
            drained.add(stored(chunk, slot));
            SLOT.setRelease(chunk.slots, slot, null);
        }
        return drained;
    }

    /** Shows the first tasks that are ready; best effort while others work on the queue. Any thread. */
    void peek(int limit, Consumer<Runnable> viewer) {
        Chunk chunk = taken.headChunk;
        int shown = 0;
        for (long index = taken.value; index < published() && shown < limit; index++) {
            chunk = find(chunk, index & ~MASK);
            Runnable task = (Runnable) SLOT.getAcquire(chunk.slots, (int) index & MASK);
            if (task != null) {
                viewer.accept(task);
                shown++;
            }
        }
    }

    /** Returns the task of an index that the consumer is at, or was at last. */
    private @Nullable Runnable at(long index) {
        Chunk chunk = taken.headChunk;
        long base = index & ~MASK;
        if (chunk.base > base) {
            return taken.carriedOver;
        }
        return chunk.base == base ? (Runnable) SLOT.getAcquire(chunk.slots, (int) index & MASK) : null;
    }

    /** Walks to the chunk with the given base, which is this one or a later one. */
    private Chunk find(Chunk from, long base) {
        Chunk chunk = from;
        while (chunk.base < base) {
            chunk = next(chunk);
        }
        Chunk seen = tailChunk;
        if (seen.base < base) {
            TAIL_CHUNK.compareAndSet(this, seen, chunk);
        }
        return chunk;
    }

    private static Chunk next(Chunk chunk) {
        Chunk next = chunk.next;
        if (next != null) {
            return next;
        }
        Chunk appended = new Chunk(chunk.base + SLOTS);
        return NEXT.compareAndSet(chunk, null, appended) ? appended : (Chunk) NEXT.getVolatile(chunk);
    }

    /** Reads a slot that was claimed; its producer may be between the claim and the store. */
    private static Runnable stored(Chunk chunk, int slot) {
        Runnable task = (Runnable) SLOT.getAcquire(chunk.slots, slot);
        for (int spins = 0; task == null; spins++) {
            if (spins < 100) {
                Thread.onSpinWait();
            } else {
                Thread.yield(); // the producer was preempted, and may need this very core
            }
            task = (Runnable) SLOT.getAcquire(chunk.slots, slot);
        }
        return task;
    }

    private static final class Chunk {
        final long base; // the index of the first slot
        final @Nullable Object[] slots = new Object[SLOTS]; // of Runnables: storing one would be checked
        volatile @Nullable Chunk next;

        Chunk(long base) {
            this.base = base;
        }
    }

    /** Keeps an index off the cache line of whatever lies before it. */
    @SuppressWarnings("unused")
    private static class Padding {
        private long p1, p2, p3, p4, p5, p6, p7, p8;
    }

    private static class Index extends Padding {
        volatile long value;
    }

    @SuppressWarnings("unused")
    private static final class PaddedIndex extends Index {
        private long q1, q2, q3, q4, q5, q6, q7, q8;
    }

    /** How many tasks were taken, and what the consumer alone writes. */
    private static class Taken extends Index {
        long head; // how many the consumer took, or saw a drain take; consumer only

        @SuppressWarnings("unused") // through COMPLETED
        long completed;

        volatile Chunk headChunk; // of the task that was taken last, or of the next one

        @Nullable
        Runnable carriedOver; // the last task of the chunk before

        @Nullable
        Runnable beforeDrain; // the task that was taken last before a drain took those after it

        Taken(Chunk first) {
            headChunk = first;
        }
    }

    @SuppressWarnings("unused")
    private static final class PaddedTaken extends Taken {
        private long q1, q2, q3, q4, q5, q6, q7, q8;

        PaddedTaken(Chunk first) {
            super(first);
        }
    }
}

package io.github.looprunner.loop;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The holds that are open in one scope. */
final class Holds {

    private final AtomicInteger count = new AtomicInteger(); // a set's size is not exact, and dearer
    private volatile boolean wasAny;
    private final Set<OpenHold> open = ConcurrentHashMap.newKeySet();

    /** Opens one that is known by a name. */
    Hold open(HoldKind kind, String name) {
        OpenHold hold = new OpenHold(kind, name);
        wasAny = true;
        open.add(hold);
        count.incrementAndGet();
        return hold;
    }

    boolean wasAny() {
        return wasAny;
    }

    boolean isAny() {
        return count.get() > 0;
    }

    List<String> inWords() {
        return open.stream().map(OpenHold::inWords).sorted().toList();
    }

    List<String> inWords(HoldKind kind) {
        return open.stream()
                .filter(hold -> hold.kind == kind)
                .map(OpenHold::inWords)
                .sorted()
                .toList();
    }

    /** Returns why time stands, the longest open one first. */
    List<Standstill> standstills() {
        return open.stream()
                .sorted(Comparator.comparingLong(OpenHold::age).reversed())
                .map(OpenHold::standstill)
                .toList();
    }

    private final class OpenHold implements Hold {

        private final HoldKind kind;
        private final String name;
        private final Site site = Site.here();
        private final long since = System.nanoTime();

        OpenHold(HoldKind kind, String name) {
            this.kind = kind;
            this.name = name;
        }

        @Override
        public void close() {
            if (open.remove(this)) {
                count.decrementAndGet();
            }
        }

        long age() {
            return System.nanoTime() - since;
        }

        Standstill standstill() {
            return new Standstill(name + " (" + site + ") " + kind.now, kind.remedy());
        }

        String inWords() {
            return name + " of " + site.inWords() + ", " + kind.since + " for "
                    + Duration.ofNanos(age()).toMillis() + " ms";
        }

        @Override
        public @Nullable String toString() {
            return inWords();
        }
    }
}

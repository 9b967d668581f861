package io.github.looprunner.loop;

import java.time.Duration;
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

    Hold open(String why) {
        OpenHold hold = new OpenHold(why);
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

    private final class OpenHold implements Hold {

        private final String why;
        private final Site site = Site.here();
        private final long since = System.nanoTime();

        OpenHold(String why) {
            this.why = why;
        }

        @Override
        public void close() {
            if (open.remove(this)) {
                count.decrementAndGet();
            }
        }

        String inWords() {
            long millis = Duration.ofNanos(System.nanoTime() - since).toMillis();
            return "hold \"" + why + "\" of " + site.inWords() + ", open for " + millis + " ms";
        }

        @Override
        public @Nullable String toString() {
            return inWords();
        }
    }
}

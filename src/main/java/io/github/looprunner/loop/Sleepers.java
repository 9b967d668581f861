package io.github.looprunner.loop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether threads that seem to wait do so: one that was woken just now is ready to run for the operating system, while the
 * JVM still has it waiting until it gets a processor.
 */
final class Sleepers {

    /** What the operating system has to say of some threads. */
    enum Seen {
        ALL_ASLEEP,
        NOT_ALL_ASLEEP,
        UNKNOWN
    }

    /*
     * Overview: Linux lists the threads of this process in a directory, each with its state and the start of the name that
     * the JVM gave it. Which of them is which thread of Java's is known by that name alone. So where others share it, any of
     * them counts; and where fewer bear a name than should, as when a thread was renamed or is just starting, nothing is known.
     */

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final int NAME_BYTES = 15;

    private Sleepers() {}

    /** Looks at threads once; a millisecond of work at the most. */
    static Seen look(Collection<Thread> threads) {
        Map<String, Integer> missing = new HashMap<>();
        for (Thread thread : threads) {
            missing.merge(nativeName(thread.getName()), 1, Integer::sum);
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(THREADS)) {
            for (Path each : all) {
                String stat = read(each.resolve("stat")); // as in: 4711 (its name) S ...
                int nameEnd = stat.lastIndexOf(')');
                if (nameEnd < 0) {
                    continue; // it has just ended
                }
                String name = stat.substring(stat.indexOf('(') + 1, nameEnd);
                if (missing.computeIfPresent(name, (same, left) -> left - 1) == null) {
                    continue;
                }
                if (stat.charAt(nameEnd + 2) != 'S') {
                    return Seen.NOT_ALL_ASLEEP;
                }
            }
        } catch (IOException | RuntimeException notThere) {
            return Seen.UNKNOWN;
        }
        return missing.values().stream().anyMatch(left -> left > 0) ? Seen.UNKNOWN : Seen.ALL_ASLEEP;
    }

    private static String read(Path stat) {
        try {
            return Files.readString(stat, StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    /** Returns the part of a name that the operating system keeps, its bytes read as {@link #read} reads them. */
    private static String nativeName(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return new String(bytes, 0, Math.min(bytes.length, NAME_BYTES), StandardCharsets.ISO_8859_1);
    }
}

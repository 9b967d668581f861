package io.github.looprunner.loop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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
     * the JVM gave it. Which of them is which thread of Java's is known by that name alone. So where others share the name of one
     * that is awake, or fewer bear a name than should, as when a thread was renamed or is just starting, nothing is known.
     */

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final int NAME_BYTES = 15;

    private Sleepers() {}

    /** Looks at threads once, which takes a millisecond where the process has a few dozen. */
    static Seen look(Collection<Thread> threads) {
        Map<String, Integer> missing = new HashMap<>();
        Set<String> awake = new HashSet<>();
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
                    awake.add(name);
                }
            }
        } catch (IOException | RuntimeException notThere) {
            return Seen.UNKNOWN;
        }
        boolean isClear = missing.values().stream().noneMatch(left -> left > 0)
                && awake.stream().allMatch(name -> Objects.equals(missing.get(name), 0));
        return !isClear ? Seen.UNKNOWN : awake.isEmpty() ? Seen.ALL_ASLEEP : Seen.NOT_ALL_ASLEEP;
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

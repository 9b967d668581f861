package io.github.looprunner.loop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
     *
     * To read the whole directory takes milliseconds where there are hundreds of threads; so what was found is looked at again
     * until it no longer fits, or a thread was started.
     */

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final int NAME_BYTES = 15;

    private @Nullable List<Path> found; // the files of threads with these names; null where they are to be looked for

    /** Takes note that there may be other threads now. */
    void forget() {
        found = null;
    }

    /** Looks at threads once. */
    Seen look(Collection<Thread> threads) {
        Map<String, Integer> missing = new HashMap<>();
        for (Thread thread : threads) {
            missing.merge(nativeName(thread.getName()), 1, Integer::sum);
        }
        Set<String> awake = new HashSet<>();
        List<Path> bearing = new ArrayList<>();
        try {
            for (Path each : found == null ? all() : found) {
                String stat = read(each); // as in: 4711 (its name) S ...
                int nameEnd = stat.lastIndexOf(')');
                String name =
                        nameEnd < 0 ? "" : stat.substring(stat.indexOf('(') + 1, nameEnd); // else it has just ended
                if (missing.computeIfPresent(name, (same, left) -> left - 1) != null) {
                    bearing.add(each);
                    if (stat.charAt(nameEnd + 2) != 'S') {
                        awake.add(name);
                    }
                }
            }
        } catch (IOException | RuntimeException notThere) {
            return Seen.UNKNOWN;
        }
        boolean allFound = missing.values().stream().noneMatch(left -> left > 0);
        found = allFound ? bearing : null;
        if (!allFound || awake.stream().anyMatch(name -> !Objects.equals(missing.get(name), 0))) {
            return Seen.UNKNOWN;
        }
        return awake.isEmpty() ? Seen.ALL_ASLEEP : Seen.NOT_ALL_ASLEEP;
    }

    private static List<Path> all() throws IOException {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(THREADS)) {
            directories.forEach(directory -> all.add(directory.resolve("stat")));
        }
        return all;
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

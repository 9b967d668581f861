package io.github.looprunner.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What test classes that run inside a test saw, by keyword; a test clears it before it runs them. */
public final class Seen {

    private final Map<String, List<Object>> seen = new LinkedHashMap<>(); // guarded by this

    /** Notes something. */
    public synchronized <T> T note(String keyword, T thing) {
        seen.computeIfAbsent(keyword, key -> new ArrayList<>()).add(thing);
        return thing;
    }

    /** Returns what was noted under a keyword, in order. */
    public synchronized List<Object> all(String keyword) {
        return List.copyOf(seen.getOrDefault(keyword, List.of()));
    }

    /** Returns what was noted under a keyword as one type, in order. */
    public <T> List<T> all(String keyword, Class<T> type) {
        return all(keyword).stream().map(type::cast).toList();
    }

    /** Returns the one thing that was noted under a keyword. */
    public <T> T one(String keyword, Class<T> type) {
        List<Object> all = all(keyword);
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " things were noted as " + keyword + ": " + all);
        }
        return type.cast(all.get(0));
    }

    /** Returns the keywords in the order in which they came up. */
    public synchronized List<String> keywords() {
        return List.copyOf(seen.keySet());
    }

    /** Forgets everything. */
    public synchronized void clear() {
        seen.clear();
    }
}

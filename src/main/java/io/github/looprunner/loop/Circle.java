package io.github.looprunner.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** A circle of waits: each needs the next one, so that none of them ever ends. */
final class Circle {

    /*
     * Overview: each wait is an object of its own, so that one that was left never comes back; whoever begins one makes it
     * known, and then walks from need to need. Of several that close a circle together the last one sees it whole. Others
     * go on meanwhile, so that a first walk may join waits that were never there at once, and several may see one circle;
     * it is believed only where a second walk meets the same, and under a lock, so that one wait gives way and the others
     * go on.
     */

    private final List<Dependent> links;

    private Circle(List<Dependent> links) {
        this.links = links;
    }

    /**
     * Throws if a wait needs itself. The wait must be known to others already.
     *
     * @param withdraw makes it unknown again; called before this throws
     */
    static void refuse(String method, Dependent wait, Runnable withdraw) {
        List<Dependent> seen = walk(wait);
        if (seen.isEmpty()) {
            return;
        }
        synchronized (Circle.class) {
            for (List<Dependent> again = walk(wait); !isSame(seen, again); again = walk(wait)) {
                if (again.isEmpty()) {
                    return;
                }
                seen = again;
            }
            String circle = new Circle(seen).inWords();
            withdraw.run();
            throw new IllegalStateException(method + " would wait for ever, since these wait for one another: " + circle
                    + "; let one of them go on without the others");
        }
    }

    /** Returns the way from a wait back to itself; empty if there is none. */
    private static List<Dependent> walk(Dependent start) {
        Set<Dependent> visited = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Dependent> path = new ArrayList<>();
        Deque<Iterator<? extends Dependent>> open = new ArrayDeque<>(); // for each step of the path, where it may go on
        Dependent next = start;
        while (true) {
            if (visited.add(next)) {
                path.add(next);
                open.push(next.needs().iterator());
            }
            while (!open.isEmpty() && !open.element().hasNext()) {
                open.pop();
                path.remove(path.size() - 1);
            }
            if (open.isEmpty()) {
                return path;
            }
            next = open.element().next();
            if (next == start) {
                return path;
            }
        }
    }

    private static boolean isSame(List<Dependent> one, List<Dependent> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (one.get(i) != other.get(i)) {
                return false;
            }
        }
        return true;
    }

    private String inWords() {
        return links.stream()
                .map(Dependent::waitInWords)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("; "));
    }
}

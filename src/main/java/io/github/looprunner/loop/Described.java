package io.github.looprunner.loop;

import org.jspecify.annotations.Nullable;

/** A task that can say what it is. */
interface Described {

    /** Returns what the task is, without where it was submitted. */
    String inWords();

    /** Returns where the task was submitted, where that was recorded. */
    @Nullable Site site();

    /** Returns what a task is and where it was submitted. */
    static String describe(Object task) {
        Site site = siteOf(task);
        return site == null ? nameOf(task) : nameOf(task) + ", submitted at " + site;
    }

    static String nameOf(Object task) {
        return task instanceof Described described ? described.inWords() : typeOf(task);
    }

    static @Nullable Site siteOf(Object task) {
        return task instanceof Described described ? described.site() : null;
    }

    /** The user's own toString is not called: a report must not run user code. */
    private static String typeOf(Object task) {
        String type = task.getClass().getName();
        type = type.substring(type.lastIndexOf('.', type.contains("/") ? type.indexOf('/') : type.length()) + 1);
        int lambda = type.indexOf("$$Lambda");
        return lambda < 0 ? type.replace('$', '.') : "a lambda of " + type.substring(0, lambda).replace('$', '.');
    }
}

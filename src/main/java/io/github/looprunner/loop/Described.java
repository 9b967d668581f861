package io.github.looprunner.loop;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** A task that can say what it is, for reports; it must not run code of the user's to do so. */
public interface Described {

    /** Returns what the task is, without where it was submitted. */
    String inWords();

    /** Returns where the task was submitted, where that was recorded. */
    @Nullable
    Site site();

    /** Returns what a task is and where it was submitted. */
    static String describe(Object task) {
        Site site = siteOf(task);
        return site == null || !site.isKnown() ? nameOf(task) : nameOf(task) + ", submitted at " + site;
    }

    /** Returns what a task is: what it says itself, or its class. */
    static String nameOf(Object task) {
        return task instanceof Described described ? described.inWords() : typeOf(task);
    }

    /** Returns where a task was submitted, null where that was not recorded. */
    static @Nullable Site siteOf(Object task) {
        if (task instanceof AwaitedTask awaited) {
            return awaited.waitedAt();
        }
        return task instanceof Described described ? described.site() : null;
    }

    /** The user's own toString is not called: a report must not run user code. */
    private static String typeOf(Object task) {
        if (task.getClass().getProtectionDomain() == Described.class.getProtectionDomain()) {
            return "a task";
        }
        if (Proxy.isProxyClass(task.getClass()) && task.getClass().getInterfaces().length > 0) {
            return "a proxy of " + task.getClass().getInterfaces()[0].getSimpleName();
        }
        String type = task.getClass().getName();
        int hidden = type.indexOf('/'); // lambdas are hidden classes: Foo$$Lambda$14/0x0000...
        type = hidden < 0 ? type : type.substring(0, hidden);
        type = type.substring(type.lastIndexOf('.') + 1);
        int lambda = type.indexOf("$$Lambda");
        return lambda < 0
                ? type.replace('$', '.')
                : "a lambda of " + type.substring(0, lambda).replace('$', '.');
    }
}

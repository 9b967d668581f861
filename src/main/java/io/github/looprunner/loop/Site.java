package io.github.looprunner.loop;

import java.security.ProtectionDomain;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A place in the user's code, such as where a task was submitted: the nearest frames outside this library and the JDK.
 */
public final class Site {

    private static final int FRAMES = 3;
    private static final String OURS = "io.github.looprunner.";
    private static final ProtectionDomain OUR_DOMAIN = Site.class.getProtectionDomain();

    private volatile Object seen; // the Stack, until a report asks for the StackTraceElements of the user's

    private Site(Stack stack) {
        this.seen = stack;
    }

    private Site(StackTraceElement... frames) {
        this.seen = frames;
    }

    /** Returns the place of what nobody submitted, such as a thread. */
    static Site unknown() {
        return new Site();
    }

    /** Returns the place in the user's code that led to this call; costs a few microseconds. */
    public static Site here() {
        return new Site(new Stack());
    }

    /** Returns the place in the user's code where another thread is now. */
    public static Site of(Thread thread) {
        StackTraceElement nearest = nearest(thread.getStackTrace());
        return nearest == null ? unknown() : new Site(nearest);
    }

    /** Returns where a future or task that a loop handed out was made, null where that was not recorded. */
    public static @Nullable Site of(Object madeByLoop) {
        return Described.siteOf(madeByLoop);
    }

    /** Returns the nearest of the given frames that is the user's, or null if none is. */
    public static @Nullable StackTraceElement nearest(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (isEngine(frame.getClassName())) {
                return null;
            }
            if (isUsers(frame)) {
                return frame;
            }
        }
        return null;
    }

    /** Returns whether there was any frame of the user's. */
    public boolean isKnown() {
        return stackTrace().length > 0;
    }

    /** Returns the frames of the user's, nearest first. */
    public StackTraceElement[] stackTrace() {
        Object known = seen;
        if (known instanceof Stack stack) {
            known = Arrays.stream(stack.getStackTrace())
                    .takeWhile(frame -> !isEngine(frame.getClassName()))
                    .filter(Site::isUsers)
                    .limit(FRAMES)
                    .toArray(StackTraceElement[]::new);
            seen = known; // the stack keeps every class that was on it
        }
        return ((StackTraceElement[]) known).clone();
    }

    /** Returns the method and the line, such as {@code HerdRouter.add (HerdRouter.java:31)}. */
    public String inWords() {
        return isKnown() ? describe(stackTrace()[0]) : "unknown";
    }

    /** Returns the line, such as {@code HerdRouter.java:31}. */
    @Override
    public String toString() {
        return isKnown() ? line(stackTrace()[0]) : "unknown";
    }

    /** Returns a frame as {@code HerdRouter.add (HerdRouter.java:31)}. */
    public static String describe(StackTraceElement frame) {
        String type = frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
        return type.replace('$', '.') + "." + methodOf(frame) + " (" + line(frame) + ")";
    }

    /** Returns the line of a frame, such as {@code HerdRouter.java:31}. */
    public static String line(StackTraceElement frame) {
        String file = frame.getFileName() == null ? frame.getClassName() : frame.getFileName();
        return frame.getLineNumber() < 0 ? file : file + ":" + frame.getLineNumber();
    }

    /** A lambda's frame carries a made-up name, lambda$method$0: the method around it is what the user knows. */
    private static String methodOf(StackTraceElement frame) {
        String method = frame.getMethodName();
        if (!method.startsWith("lambda$")) {
            return method;
        }
        int end = method.lastIndexOf('$');
        return end > "lambda$".length() ? method.substring("lambda$".length(), end) : method;
    }

    private static boolean isUsers(StackTraceElement frame) {
        return !isPlatform(frame.getClassName()) && !isLibrary(frame);
    }

    /** The frames of JUnit and AssertJ count as the JDK's: nobody's code is there, but it is called from there. */
    private static boolean isPlatform(String type) {
        return type.startsWith("java.")
                || type.startsWith("jdk.")
                || type.startsWith("sun.")
                || type.startsWith("org.junit.")
                || type.startsWith("org.assertj.");
    }

    /** What calls JUnit's engine is a build tool, and nobody's code under test; and to stop there is cheaper. */
    private static boolean isEngine(String type) {
        return type.startsWith("org.junit.jupiter.engine.") || type.startsWith("org.junit.platform.");
    }

    /** Returns the class whose code it is; that of a lambda is hidden, and no loader knows it by name. */
    private static String declared(StackTraceElement frame) {
        String type = frame.getClassName();
        int lambda = type.indexOf("$$Lambda");
        return lambda < 0 ? type : type.substring(0, lambda);
    }

    /** Returns whether a frame is this library's own. */
    public static boolean isLibrary(StackTraceElement frame) {
        if (!frame.getClassName().startsWith(OURS)) {
            return false;
        }
        try {
            Class<?> type = Class.forName(declared(frame), /* initialize= */ false, Site.class.getClassLoader());
            return type.getProtectionDomain() == OUR_DOMAIN;
        } catch (ClassNotFoundException | LinkageError unknown) {
            return false;
        }
    }

    /** A stack as it was; to take it costs far less than a {@link StackWalker} does before that is compiled. */
    private static final class Stack extends Throwable {

        private static final long serialVersionUID = 1L;

        Stack() {
            super(null, null, /* enableSuppression= */ false, /* writableStackTrace= */ true);
        }
    }
}

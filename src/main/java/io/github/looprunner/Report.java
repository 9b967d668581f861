package io.github.looprunner;

import io.github.looprunner.loop.EventLoop;
import io.github.looprunner.loop.Kernel;
import io.github.looprunner.loop.LoopState;
import io.github.looprunner.loop.Site;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The text of a failure: one sentence of verdict, the facts as {@code key: value}, the next step. */
final class Report {

    static final String SITE_NOT_RECORDED = "not recorded; -Dlooprunner.submissionSites=all records every submission";

    private static final int KEY_WIDTH = 14;
    private static final int STACK_LINES = 12;
    private static final int JUMPS = 5;
    private static final int SUMMARY_LENGTH = 300;
    private static final String CONTINUED = "\n" + " ".repeat(KEY_WIDTH + 4);

    private final StringBuilder text;

    private Report(String verdict) {
        this.text = new StringBuilder(verdict);
    }

    static Report of(String verdict) {
        return new Report(verdict);
    }

    Report fact(String key, String value) {
        text.append("\n  ").append(key).append(" ".repeat(Math.max(0, KEY_WIDTH - key.length())));
        text.append(": ").append(value.replace("\n", CONTINUED));
        return this;
    }

    Report facts(String key, List<String> values) {
        return values.isEmpty() ? this : fact(key, String.join("\n", values));
    }

    Report next(String step) {
        return fact("next", step);
    }

    /** Adds what a loop does, what it has queued and what it has scheduled. */
    Report loop(EventLoop loop, LoopState state) {
        fact("loop \"" + loop.name() + "\"", inWords(state));
        facts("ready", listed(state.ready(), state.readyCount()));
        facts("timers", listed(state.timers(), state.timerCount()));
        return facts("coroutines", state.coroutines());
    }

    /** Adds what time it is, how it got there, and what is outside. */
    Report time(Kernel kernel) {
        List<String> outside = kernel.outsideInWords();
        fact("outside", outside.isEmpty() ? "no holds, no threads at work" : String.join("\n", outside));
        facts("real timers", kernel.outside().realTimersInWords());
        fact(
                "virtual time",
                kernel.time().inWords() + " since the start, after "
                        + count(kernel.time().jumpCount(), "jump"));
        Site taken = kernel.testThread().takenAt();
        if (taken != null) {
            fact("partly", "loops moved while the test's thread was blocked at " + taken.inWords());
        }
        return facts("last jumps", kernel.time().jumpsInWords(JUMPS));
    }

    /** Returns what to do where somebody outside is to bring what did not come. */
    static String tellWhoWill(Kernel kernel) {
        List<String> outside = kernel.outsideInWords();
        return "tell the runner who will: runner.hold(\"why\")"
                + (outside.isEmpty()
                        ? ""
                        : ", runner.track(executor) or runner.blocking(...), if that is "
                                + outside.get(0)
                                + (outside.size() == 1 ? "" : ", or another of those outside")
                                + "; or allow a longer silence with looprunner.silence");
    }

    /** Adds the user's and the JDK's part of a thread's stack, as far as it concerns the user. */
    Report stack(String key, StackTraceElement[] stack) {
        List<String> lines = Arrays.stream(stack)
                .takeWhile(frame -> !frame.getClassName().startsWith("org.junit."))
                .filter(frame -> !Site.isLibrary(frame) && !isPlumbing(frame.getClassName()))
                .map(frame -> "at " + frame.getClassName() + "." + frame.getMethodName() + "(" + Site.line(frame) + ")")
                .toList();
        return facts(key, listed(lines.subList(0, Math.min(STACK_LINES, lines.size())), lines.size()));
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private static boolean isPlumbing(String type) {
        return type.contains("$$Lambda")
                || type.equals("java.lang.Thread")
                || type.equals("java.lang.VirtualThread")
                || type.startsWith("java.lang.reflect.")
                || type.startsWith("jdk.internal.reflect.");
    }

    /** Returns the user's line in a stack. */
    static String place(StackTraceElement[] stack) {
        StackTraceElement frame = Site.nearest(stack);
        return frame == null ? "unknown" : Site.describe(frame);
    }

    /** Returns the user's line that led to this call. */
    static String userLine() {
        return userLine("unknown");
    }

    /** Returns the user's line that led to this call, or something else where JUnit made it. */
    static String userLine(String otherwise) {
        StackTraceElement frame = Site.nearest(new Throwable().getStackTrace());
        return frame == null ? otherwise : Site.describe(frame);
    }

    /** Returns what a throwable says, on one line that is not too long. */
    static String summary(Throwable thrown) {
        String text;
        try {
            text = thrown.toString().strip().replaceAll("\\s+", " ");
        } catch (Throwable broken) { // a getMessage of the user's; it may well overflow the stack
            return thrown.getClass().getName();
        }
        return text.length() <= SUMMARY_LENGTH ? text : text.substring(0, SUMMARY_LENGTH) + "...";
    }

    /** Returns the type of an object in words; its toString is not called, as that is the user's code. */
    static String describeType(Object object) {
        if (Proxy.isProxyClass(object.getClass()) && object.getClass().getInterfaces().length > 0) {
            return "a proxy of "
                    + shortName(object.getClass().getInterfaces()[0].getName());
        }
        String type = object.getClass().getName();
        int lambda = type.indexOf("$$Lambda");
        return lambda < 0 ? "a " + shortName(type) : "a lambda of " + shortName(type.substring(0, lambda));
    }

    /** Returns the name of a class as a user would write it, such as {@code Herd.Cat}. */
    static String shortName(String className) {
        return className.substring(className.lastIndexOf('.') + 1).replace('$', '.');
    }

    static String inWords(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "less than 1 ms";
        }
        if (millis < 1000) {
            return millis + " ms";
        }
        return millis % 1000 == 0 ? millis / 1000 + " s" : String.format(Locale.ROOT, "%.2f s", millis / 1000.0);
    }

    private static String inWords(LoopState state) {
        return activity(state) + "; " + state.readyCount() + " ready, " + count(state.timerCount(), "timer")
                + last(state) + (state.shutDownAt() == null ? "" : "; shut down at " + state.shutDownAt());
    }

    private static String activity(LoopState state) {
        if (state.running() != null) {
            return "runs " + state.running() + (state.waitsFor() == null ? "" : ", which waits " + state.waitsFor());
        }
        if (state.carrier() != null) {
            return "waits for a turn on " + state.carrier();
        }
        if (state.idleFor() != null) {
            return state.idleFor().isZero() ? "idle" : "idle for " + inWords(state.idleFor());
        }
        if (state.thread() == null) {
            return state.completed() == 0 ? "has run nothing" : "has ended";
        }
        return state.thread().isAlive() ? "between two tasks" : "its thread has ended";
    }

    private static String last(LoopState state) {
        return state.last() == null ? "" : "; last ran " + state.last();
    }

    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static List<String> listed(List<String> shown, int all) {
        if (all <= shown.size() || shown.isEmpty()) {
            return shown;
        }
        List<String> lines = new ArrayList<>(shown);
        lines.add("... and " + (all - shown.size()) + " more");
        return lines;
    }
}

package io.github.looprunner;

import java.util.List;

/** Failure messages without what differs from run to run. */
final class Messages {

    private static final List<String[]> VOLATILE = List.of(
            new String[] {"\\.java:\\d+", ".java:N"},
            new String[] {"idle for (less than )?[\\d.]+ m?s", "idle for N ms"},
            new String[] {"(came|,|held) (less than )?\\d+ ms after", "$1 N ms after"},
            new String[] {"(?m): in [\\d.hms ]+:", ": in N:"},
            new String[] {"with \\d+ tasks done in the last [\\d.]+ m?s", "with N tasks done in the last N ms"},
            new String[] {"checked       : \\d+ times", "checked       : N times"},
            new String[] {"on thread \"ForkJoinPool[^\"]*\"", "on thread \"POOL\""},
            new String[] {"(its stack     |stack         ): .*\\n( {18}at .*\\n)*", "$1: STACK\n"});

    private Messages() {}

    static String of(Throwable thrown) {
        String text = String.valueOf(thrown.getMessage());
        for (String[] each : VOLATILE) {
            text = text.replaceAll(each[0], each[1]);
        }
        return text;
    }

    /** Returns the only suppressed one. */
    static Throwable suppressedIn(Throwable thrown) {
        if (thrown.getSuppressed().length != 1) {
            throw new AssertionError("expected one suppressed throwable", thrown);
        }
        return thrown.getSuppressed()[0];
    }
}

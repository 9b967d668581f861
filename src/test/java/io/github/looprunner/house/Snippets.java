package io.github.looprunner.house;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Java blocks of a Markdown text, and whether a source file contains them. */
final class Snippets {

    private static final Pattern FENCE =
            Pattern.compile("^( *)```java\\s*\\n(.*?)^ *```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern EXEMPT = Pattern.compile("<!-- not compiled: [^>]+-->\\s*\\z");
    private static final Pattern TAG = Pattern.compile("\\s*// (tag|end)::.*");

    private final List<List<String>> sources;

    Snippets(List<String> sources) {
        this.sources = sources.stream().map(Snippets::lines).toList();
    }

    /** Returns the Java blocks of a text that are in no source, without those after {@code <!-- not compiled: why -->}. */
    List<String> missingIn(String markdown) {
        List<String> missing = new ArrayList<>();
        Matcher block = FENCE.matcher(markdown);
        while (block.find()) {
            boolean exempt =
                    EXEMPT.matcher(markdown.substring(0, block.start())).find();
            if (!exempt && !isCompiled(lines(block.group(2)))) {
                missing.add(block.group(2).stripIndent());
            }
        }
        return missing;
    }

    private boolean isCompiled(List<String> block) {
        return sources.stream().anyMatch(source -> contains(source, block));
    }

    private static boolean contains(List<String> source, List<String> block) {
        for (int start = 0; start + block.size() <= source.size(); start++) {
            if (source.get(start).strip().equals(block.get(0).strip())
                    && withoutIndent(source.subList(start, start + block.size()))
                            .equals(withoutIndent(block))) {
                return true;
            }
        }
        return false;
    }

    private static String withoutIndent(List<String> lines) {
        return String.join("\n", lines).stripIndent();
    }

    /** Returns the lines of a text without tags, and without blank lines around it. */
    private static List<String> lines(String text) {
        List<String> lines = text.lines()
                .filter(line -> !TAG.matcher(line).matches())
                .map(String::stripTrailing)
                .toList();
        int first = 0;
        int last = lines.size();
        while (first < last && lines.get(first).isEmpty()) {
            first++;
        }
        while (last > first && lines.get(last - 1).isEmpty()) {
            last--;
        }
        return first == last ? List.of("") : lines.subList(first, last);
    }
}

package io.evenkeel.remediation.runbook;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong in a directory, so that a person sees all of it at once. For one thread. */
public final class Problems {
    private final List<Problem> found = new ArrayList<>();

    public void add(Problem problem) {
        found.add(problem);
    }

    public void add(YamlNode at, String what, String expected, String mend) {
        found.add(new Problem(at.file(), at.line(), what, expected, mend));
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public int size() {
        return found.size();
    }

    public List<Problem> list() {
        return List.copyOf(found);
    }

    /** One line per problem, as {@link Problem#text()}. */
    public List<String> texts() {
        return found.stream().map(Problem::text).toList();
    }
}

package io.evenkeel.remediation.execution;

import io.evenkeel.remediation.runbook.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The executors of this installation by verb. */
public final class Executors {
    private final Map<String, Executor> byUse = new HashMap<>();
    private final List<Verb> verbs = new ArrayList<>();

    public Executors(List<? extends Executor> executors) {
        for (Executor executor : executors) {
            for (Verb verb : executor.verbs()) {
                verbs.add(verb);
                if (byUse.put(verb.use(), executor) != null) {
                    throw new IllegalArgumentException("two executors offer " + verb.use());
                }
            }
        }
    }

    public List<Verb> verbs() {
        return List.copyOf(verbs);
    }

    /**
     * @throws UnplannableException when no executor offers the verb any more
     */
    public Executor of(String use) throws UnplannableException {
        Executor executor = byUse.get(use);
        if (executor == null) {
            throw new UnplannableException("no executor offers " + use);
        }
        return executor;
    }

    /** Name of the executor behind a verb, the part before the dot: the scope of its stop flag. */
    public static String name(String use) {
        int dot = use.indexOf('.');
        return dot < 0 ? use : use.substring(0, dot);
    }
}

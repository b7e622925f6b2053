package io.evenkeel.remediation.runbook;

import io.evenkeel.domain.remedy.Risk;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A repair that people wrote down. Never acts by itself: a plan made of it passes the gate first.
 *
 * @param name unique, for example {@code rollback-deploy}
 * @param title what it does in people's words, for example {@code Roll back a deploy}
 * @param owner team that answers for it, empty when nobody is named
 * @param docs link for people, may be empty
 * @param file file it stands in
 * @param hash SHA-256 of the file's bytes, hex
 * @param source the file's text
 * @param risk the highest of what was declared and what the engine raised it to
 * @param triggers it is proposed when any of them holds
 * @param parameters by name, in file order
 * @param preconditions all must hold, at planning and again right before the effect
 * @param limits how much it may do
 * @param approval who must say yes beyond what policy asks; null when the file says nothing
 * @param approvalGroup named group of the policy, empty when none
 * @param approvalWhen the approval applies only when this holds; null: always
 * @param steps in order, at least one
 * @param verify how the effect is judged
 * @param onFailure what follows when it did not help
 */
public record Runbook(
        String name,
        String title,
        String owner,
        String docs,
        String file,
        String hash,
        String source,
        Risk risk,
        List<Expression> triggers,
        Map<String, Parameter> parameters,
        List<Precondition> preconditions,
        Limits limits,
        @Nullable ApprovalRule approval,
        String approvalGroup,
        @Nullable Expression approvalWhen,
        List<Step> steps,
        VerifyRule verify,
        Set<OnFailure> onFailure) {
    public Runbook {
        triggers = List.copyOf(triggers);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        preconditions = List.copyOf(preconditions);
        steps = List.copyOf(steps);
        onFailure = Set.copyOf(onFailure);
    }

    /** What follows when a run did not help. */
    public enum OnFailure {
        UNDO,
        PAGE
    }

    /**
     * @param type what it takes
     * @param from name of the incident's vocabulary it is filled from, empty when it has only a default
     * @param otherwise default, null when it must be filled
     */
    public record Parameter(
            ParameterType type, String from, @Nullable Object otherwise) {}

    /**
     * @param question yes or no
     * @param text what must hold, in people's words; the question's own text when the file has none
     */
    public record Precondition(Expression question, String text) {}

    public boolean isIrreversible() {
        return steps.stream().anyMatch(step -> step.undo().kind() == Undo.Kind.IRREVERSIBLE);
    }
}

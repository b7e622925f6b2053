package io.evenkeel.remediation.runbook;

import io.evenkeel.domain.remedy.Risk;
import java.util.Set;

/**
 * A verb that an executor offers, so that a runbook can be checked before it is ever run.
 *
 * @param use full name such as {@code supervisor.rollback}
 * @param required arguments that must be there
 * @param optional arguments that may be there
 * @param atLeast lowest risk it can have, whatever a file declares
 * @param endpoint name of the endpoint it uses unless {@code endpoint:} says otherwise; empty: it must be said
 * @param restorable true when {@code undo: {restore: before}} is possible
 */
public record Verb(
        String use, Set<String> required, Set<String> optional, Risk atLeast, String endpoint, boolean restorable) {
    public Verb {
        required = Set.copyOf(required);
        optional = Set.copyOf(optional);
    }
}

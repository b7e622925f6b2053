package io.evenkeel.remediation.incident;

import io.evenkeel.domain.incident.IncidentState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is needed to judge where an incident stands.
 *
 * @param number its number
 * @param state its state now
 * @param onset estimated start of the harm
 * @param actedOn true when somebody or something acted on it
 * @param repairRunning true while a repair runs or is being verified
 * @param supersededBy the job's word: id that replaced it, empty for a plain supersession, null while it is confirmed
 * @param successor number of the incident it was merged into, null when there is none or it has not come in yet
 * @param userHarm true when {@code deciding} holds findings of harm to users, false when there is no such harm and all
 *     members decide
 * @param deciding findings that decide when it is over
 */
public record IncidentFacts(
        long number,
        IncidentState state,
        Instant onset,
        boolean actedOn,
        boolean repairRunning,
        @Nullable String supersededBy,
        @Nullable Long successor,
        boolean userHarm,
        List<HarmFact> deciding) {
    public IncidentFacts {
        deciding = List.copyOf(deciding);
    }
}

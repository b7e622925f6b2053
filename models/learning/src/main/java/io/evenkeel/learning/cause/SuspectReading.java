package io.evenkeel.learning.cause;

import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.EvidenceTerm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What seems wrong with one suspect, and why it seems so.
 *
 * @param cause what seems wrong
 * @param instance the one replica at fault, null when the whole service is meant
 * @param certainty how sure the evidence makes us if the blame lies here at all, 0..1
 * @param text one or two sentences
 * @param evidence reasons, strongest first
 */
record SuspectReading(
        CauseKind cause, @Nullable String instance, double certainty, String text, List<EvidenceTerm> evidence) {
    SuspectReading {
        evidence = List.copyOf(evidence);
    }
}

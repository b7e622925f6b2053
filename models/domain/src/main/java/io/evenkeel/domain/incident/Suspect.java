package io.evenkeel.domain.incident;

import io.evenkeel.domain.telemetry.ServiceKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service (or one of its replicas) that may be the cause, with reasons. Always a hypothesis.
 *
 * @param service the suspected service
 * @param instance {@code service.instance.id} of the one replica at fault, null when the whole service is suspected
 * @param cause what seems wrong with it
 * @param share part of the incident's weight that points at it, 0..1; shares of all suspects sum to at most 1
 * @param confidence probability that this is the cause, 0..1, see {@code calibrated}
 * @param calibrated false until ≥ 30 labelled outcomes of the class stand behind the confidence
 * @param suffers true when its trouble is explained by its callees
 * @param text one or two sentences for the card
 * @param evidence reasons, strongest first
 */
public record Suspect(
        ServiceKey service,
        @Nullable String instance,
        CauseKind cause,
        double share,
        double confidence,
        boolean calibrated,
        boolean suffers,
        String text,
        List<EvidenceTerm> evidence) {
    public Suspect {
        evidence = List.copyOf(evidence);
    }
}

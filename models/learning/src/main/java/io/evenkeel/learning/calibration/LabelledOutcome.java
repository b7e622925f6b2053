package io.evenkeel.learning.calibration;

import io.evenkeel.domain.incident.CauseKind;
import java.time.Instant;

/**
 * What a person said about a suspect that we had named.
 *
 * @param id unique; the same outcome told twice counts once
 * @param raw raw confidence that was shown, 0..1
 * @param cause cause kind that was named
 * @param right true when it was the cause
 * @param at when it was said
 */
public record LabelledOutcome(String id, double raw, CauseKind cause, boolean right, Instant at) {
    public LabelledOutcome {
        if (!(raw >= 0 && raw <= 1)) {
            throw new IllegalArgumentException("a raw confidence lies in 0..1, not " + raw);
        }
    }
}

package io.evenkeel.learning.cause;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.domain.topology.ChangeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How much more a changed service is suspected, once it has trouble of its own. A prior multiplier on blame that is there;
 * times zero it stays zero, so a change alone never convicts. Its size is not measured (no public data labels changes:
 * design CORRELATION.md, section 1 point 4).
 */
final class ChangePrior {
    /** Changes older than this at the onset are not looked at. */
    static final Duration WINDOW = Duration.ofMinutes(15);

    /** A change may seem to come just after the onset it caused: onset and change are both known to a 10 s step or so. */
    static final Duration SLACK = Duration.ofSeconds(30);

    /** Half of a change's suspicion is gone after this time. */
    private static final double HALF_LIFE_SECONDS = 300;

    private static final double BOOST = 2;
    private static final double STRONGEST_WEIGHT = 0.9;

    private ChangePrior() {}

    /** The latest change that may have broken the service. */
    static Optional<Change> suspicious(List<Change> changes, ServiceKey service, Instant onset) {
        return changes.stream()
                .filter(change -> change.service().equals(service) && mayBreak(change.kind()))
                .filter(change -> !change.at().isBefore(onset.minus(WINDOW))
                        && !change.at().isAfter(onset.plus(SLACK)))
                .max(Comparator.comparing(Change::at).thenComparing(Change::id));
    }

    /** Factor on blame, 1..3. */
    static double factor(Change change, Instant onset) {
        return 1 + BOOST * freshness(change, onset);
    }

    /** Weight as evidence, 0..0.9: for example 0.81 for a deploy 48 s before the onset. */
    static double weight(Change change, Instant onset) {
        return STRONGEST_WEIGHT * freshness(change, onset);
    }

    private static double freshness(Change change, Instant onset) {
        double age = Math.max(0, Duration.between(change.at(), onset).toMillis() / 1000.0);
        return Math.pow(2, -age / HALF_LIFE_SECONDS);
    }

    private static boolean mayBreak(ChangeKind kind) {
        return kind != ChangeKind.RESTART && kind != ChangeKind.SCALE;
    }
}

package io.evenkeel.correlation;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.learning.cause.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When a group becomes an incident: at once when users are hurt by errors, soon when an inner service is in clear trouble,
 * later when it may still be the ordinary stir of a deploy. Hints and young baselines without harm open nothing.
 */
final class Opening {
    /** Inner errors wait this long for the callers' findings, so that the first version already knows who suffers. */
    static final Duration INNER_ERRORS = Duration.ofSeconds(10);

    /** A slow inner service that no caller feels must stay slow this long. */
    static final Duration INNER_SLOWNESS = Duration.ofSeconds(30);

    /** A fresh process is slow until it is warm: slowness alone waits this long after a change nearby. */
    static final Duration WARM_UP = Duration.ofSeconds(45);

    /** A silent replica that nobody misses may have been replaced: its successor shows within this time. */
    static final Duration SUCCESSOR = Duration.ofSeconds(30);

    /** The same while its service is being deployed, restarted or scaled. */
    static final Duration SUCCESSOR_IN_ROLLOUT = Duration.ofMinutes(2);

    /** A service that the call graph does not know yet waits this long for it, lest an inner one pass for a front. */
    static final Duration PLACE_UNKNOWN = Duration.ofSeconds(3);

    /** A change counts as near a trouble's onset within this time before or after. */
    private static final Duration NEAR_CHANGE = Duration.ofMinutes(2);

    private final Surroundings surroundings;

    Opening(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    boolean mayOpen(Group group, Instant now) {
        return opensAt(group).map(at -> !at.isAfter(now)).orElse(false);
    }

    /** The earliest moment at which one of its lasting troubles makes the group an incident; empty when none will. */
    Optional<Instant> opensAt(Group group) {
        List<Finding> lasting = group.troubles()
                .filter(Membership::lasts)
                .map(Membership::latest)
                .toList();
        return lasting.stream()
                .flatMap(finding -> opensAt(finding, lasting, group).stream())
                .min(Instant::compareTo);
    }

    private Optional<Instant> opensAt(Finding finding, List<Finding> lasting, Group group) {
        Instant seen = group.member(finding.id()).orElseThrow().joinedAt();
        if (isHarm(finding)) {
            if (Trouble.isSlowness(finding) && isRollout(lasting)) {
                return Optional.of(seen.plus(WARM_UP));
            }
            return Optional.of(isPlaced(finding.signal().service()) ? seen : seen.plus(PLACE_UNKNOWN));
        }
        if (Trouble.isSilence(finding)) {
            boolean missed =
                    !isRollout(lasting) && lasting.stream().anyMatch(other -> isComplaintAbout(other, finding));
            Duration hold = changed(finding.signal().service(), finding.onset()) ? SUCCESSOR_IN_ROLLOUT : SUCCESSOR;
            return Optional.of(missed || Trouble.isEnvironmentBlindness(finding) ? seen : seen.plus(hold));
        }
        if (finding.youngBaseline() || !Trouble.isFailingOrSlow(finding)) {
            return Optional.empty();
        }
        if (Trouble.isErrors(finding)) {
            return Optional.of(seen.plus(INNER_ERRORS));
        }
        return Optional.of(seen.plus(isRollout(lasting) ? WARM_UP.plus(INNER_SLOWNESS) : INNER_SLOWNESS));
    }

    /** Users feel it: their calls fail, are slow, or no longer arrive. */
    boolean isHarm(Finding finding) {
        boolean felt = Trouble.isFailingOrSlow(finding) || Trouble.isRateCollapse(finding);
        return felt
                && !finding.signal().isEdge()
                && finding.signal().slot().isEmpty()
                && !Trouble.isHealthCheck(finding.signal().operation())
                && surroundings.isUserFacing(finding.signal().service());
    }

    /** True from the version on that users felt, whatever milder ones came after it. */
    boolean isHarm(Membership member) {
        return isHarm(member.latest()) || isHarm(member.worst());
    }

    /** We no longer see a service that users call: it may be down. */
    boolean isBlindnessThatPages(Finding finding) {
        return Trouble.isBlindness(finding)
                && surroundings.isUserFacing(finding.signal().service());
    }

    private static boolean isComplaintAbout(Finding other, Finding silence) {
        return Trouble.isFailingOrSlow(other)
                && (silence.signal().service().equals(other.signal().callee())
                        || !other.signal().service().equals(silence.signal().service()));
    }

    private boolean isRollout(List<Finding> lasting) {
        return lasting.stream().noneMatch(Trouble::isErrors)
                && lasting.stream()
                        .anyMatch(finding -> Stream.concat(
                                        Stream.of(finding.signal().service(), Link.seat(finding)),
                                        surroundings
                                                .graph()
                                                .callsOf(finding.signal().service())
                                                .stream()
                                                .map(edge -> edge.callee()))
                                .anyMatch(service -> changed(service, finding.onset())));
    }

    private boolean isPlaced(ServiceKey service) {
        return surroundings.graph().knows(service) || surroundings.userFacing().containsKey(service);
    }

    private boolean changed(ServiceKey service, Instant at) {
        return surroundings.changedWithin(service, at, NEAR_CHANGE);
    }
}

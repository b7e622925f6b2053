package io.evenkeel.correlation;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.learning.cause.CallGraph;
import io.evenkeel.learning.cause.Figures;
import io.evenkeel.learning.cause.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why two findings are one fault: trouble at one place, or trouble that travelled against the direction of a call, from
 * callee to caller, in the order of onsets. The rule is the one that did best of those measured (directed edge, onset
 * order, call share: pair-F1 .63 on TrainTicket against .31 for grouping by service; design CORRELATION.md, 3c).
 *
 * @param firm false when a service between the two has not reported yet: enough to wait together, not to merge incidents
 * @param reason why, such as {@code checkout calls payment; onset 4 s after it}
 */
record Link(boolean firm, String reason) {
    /** Findings of one place belong together when no longer apart than this (CORRELATION.md, section 1 point 7). */
    static final Duration SAME_PLACE = Duration.ofMinutes(5);

    /** A caller follows its callee within this time, less over a rarely used edge (same source). */
    static final Duration HOP = Duration.ofMinutes(2);

    /** Onsets are known to a step of 10 s on either side; beyond the interval they carry we allow as much again. */
    static final Duration SLACK = Duration.ofSeconds(20);

    /** Users' calls pass at most this many services before we stop guessing which one has not reported yet. */
    private static final int FAR_HOPS = 4;

    /** The link between two troubles in either direction; empty when nothing links them. */
    static Optional<Link> between(Finding one, Finding other, Surroundings surroundings) {
        return samePlace(one, other)
                .or(() -> travelled(other, one, surroundings.graph()))
                .or(() -> travelled(one, other, surroundings.graph()))
                .or(() -> farAbove(one, other, surroundings))
                .or(() -> farAbove(other, one, surroundings))
                .or(() -> blindTogether(one, other));
    }

    private static Optional<Link> samePlace(Finding one, Finding other) {
        ServiceKey place = seat(one);
        boolean shared = place.equals(seat(other))
                || one.signal().id().equals(other.signal().id());
        if (!shared || !lastNear(one, other)) {
            return Optional.empty();
        }
        return Optional.of(new Link(true, "also at " + place.name() + after(one, other)));
    }

    /** Trouble at {@code cause} that surfaced as {@code effect} at a caller. */
    private static Optional<Link> travelled(Finding cause, Finding effect, CallGraph graph) {
        if (isNoEffect(effect, cause)) {
            return Optional.empty();
        }
        ServiceKey surface = cause.signal().service();
        ServiceKey seat = seat(effect);
        boolean proven = cause.signal().isEdge() && surface.equals(seat);
        if (proven) {
            return startsAfter(effect, cause) && lastNear(cause, effect)
                    ? Optional.of(new Link(true, seat.name() + " makes these calls" + after(effect, cause)))
                    : Optional.empty();
        }
        double weight = graph.shareWeight(seat, surface);
        if (weight <= 0 || !followsWithin(effect, cause, HOP.toMillis() * weight)) {
            return Optional.empty();
        }
        return Optional.of(new Link(true, seat.name() + " calls " + surface.name() + after(effect, cause)));
    }

    /** A user-facing service suffers from something further down whose messengers have not reported yet. */
    private static Optional<Link> farAbove(Finding effect, Finding cause, Surroundings surroundings) {
        ServiceKey service = effect.signal().service();
        if (effect.signal().isEdge()
                || isNoEffect(effect, cause)
                || !surroundings.isUserFacing(service)
                || !surroundings.graph().reaches(service, cause.signal().service(), FAR_HOPS)
                || !followsWithin(effect, cause, HOP.toMillis())) {
            return Optional.empty();
        }
        return Optional.of(new Link(
                false,
                service.name() + " depends on " + cause.signal().service().name() + after(effect, cause)));
    }

    /** A caller's calls fail or wait when its callee does, but its replicas do not fall silent for that. */
    private static boolean isNoEffect(Finding effect, Finding cause) {
        return Trouble.isSilence(effect) && !Trouble.isSilence(cause);
    }

    /** Several services that fall silent as a whole at once have lost their telemetry together. */
    private static Optional<Link> blindTogether(Finding one, Finding other) {
        return Trouble.isBlindness(one)
                        && Trouble.isBlindness(other)
                        && apart(one, other).compareTo(Duration.ofMinutes(1)) <= 0
                ? Optional.of(new Link(
                        true,
                        "fell silent together with " + other.signal().service().name()))
                : Optional.empty();
    }

    /** Where the trouble sits: at the service itself, or at the callee of the calls that go wrong. */
    static ServiceKey seat(Finding finding) {
        @Nullable ServiceKey callee = finding.signal().callee();
        return callee == null ? finding.signal().service() : callee;
    }

    private static boolean lastNear(Finding one, Finding other) {
        Finding first = one.onset().isAfter(other.onset()) ? other : one;
        Finding second = first == one ? other : one;
        Instant end = first.closedAt();
        if (first.isOpen() || end == null) {
            return true;
        }
        Instant from = end.isBefore(first.onset()) ? first.onset() : end;
        return !second.onset().isAfter(from.plus(SAME_PLACE));
    }

    private static boolean startsAfter(Finding effect, Finding cause) {
        return !effect.onsetTo().plus(SLACK).isBefore(cause.onsetFrom());
    }

    private static boolean followsWithin(Finding effect, Finding cause, double millis) {
        return startsAfter(effect, cause)
                && Duration.between(cause.onset(), effect.onset()).toMillis() <= millis;
    }

    private static Duration apart(Finding one, Finding other) {
        return Duration.between(one.onset(), other.onset()).abs();
    }

    private static String after(Finding finding, Finding other) {
        Duration later = Duration.between(other.onset(), finding.onset());
        if (later.abs().toSeconds() < 1) {
            return "; same onset";
        }
        return "; onset " + Figures.age(later) + (later.isNegative() ? " before it" : " after it");
    }
}

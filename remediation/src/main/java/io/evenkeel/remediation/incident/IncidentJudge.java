package io.evenkeel.remediation.incident;

import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.remediation.incident.IncidentLifecycle.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides from the facts whether an incident is mitigated, resolved, given up or needs a person. Pure; never acts. A
 * finding that was accepted as a new level is never a recovery: it keeps the incident open and asks a person. Nor is the
 * silence of a harmed service: until it sends again, what it measured last proves nothing.
 */
public final class IncidentJudge {
    private final Duration resolveAfter;

    /**
     * @param resolveAfter how long all harm must have stayed returned before the incident is resolved by itself; 5 min
     *     by ARCHITECTURE's ownership rule
     */
    public IncidentJudge(Duration resolveAfter) {
        this.resolveAfter = resolveAfter;
    }

    public Judgement judge(IncidentFacts facts, Instant now) {
        if (facts.state() == IncidentState.SUPERSEDED && facts.supersededBy() == null) {
            return new Judgement(
                    Event.CONFIRMED_AGAIN, now, "Open again: the analysis found it again after all.", null);
        }
        if (facts.state() != IncidentState.OPEN && facts.state() != IncidentState.MITIGATED) {
            return Judgement.stays(now);
        }
        if (facts.supersededBy() != null) {
            return givenUp(facts, facts.supersededBy(), now);
        }
        if (facts.deciding().isEmpty()) {
            return Judgement.stays(now);
        }
        Optional<HarmFact> newLevel = facts.deciding().stream()
                .filter(fact -> fact.ending() == FindingEnding.ACCEPTED_AS_NEW_LEVEL)
                .findFirst();
        if (newLevel.isPresent()) {
            return Judgement.asks(
                    now,
                    SignalWords.name(newLevel.get().signal())
                            + " did not come back to its band and was learned as a new level. Decide whether that is acceptable, then resolve.");
        }
        return recovery(facts, now);
    }

    private static Judgement givenUp(IncidentFacts facts, String supersededBy, Instant now) {
        if (!supersededBy.isEmpty()) {
            Long successor = facts.successor();
            return successor == null
                    ? Judgement.stays(now)
                    : new Judgement(
                            Event.MERGED, now, "Merged into INC-" + successor + ": it is the same trouble.", null);
        }
        if (facts.actedOn()) {
            return Judgement.asks(
                    now,
                    "After a restart the analysis does not find this incident again, but it was acted on. Check, then resolve.");
        }
        return new Judgement(
                Event.NOT_CONFIRMED, now, "Superseded: after a restart the analysis did not find it again.", null);
    }

    private Judgement recovery(IncidentFacts facts, Instant now) {
        Judgement judgement = recoveryAsMeasured(facts, now);
        boolean isBetter = judgement.event() == Event.RETURNED_FOR_GOOD || judgement.event() == Event.HARM_BACK_IN_BAND;
        Optional<HarmFact> unseen =
                facts.deciding().stream().filter(fact -> fact.isUnseen(now)).findFirst();
        if (!isBetter || unseen.isEmpty()) {
            return judgement;
        }
        boolean isOver = facts.deciding().stream().allMatch(fact -> fact.closedAt() != null);
        return isOver
                ? Judgement.asks(
                        now,
                        unseen.get().signal().service().name()
                                + " sends no telemetry any more, so nobody can see whether it recovered. Look at it, then resolve.")
                : Judgement.stays(now);
    }

    private Judgement recoveryAsMeasured(IncidentFacts facts, Instant now) {
        Optional<Instant> goodSince = returnedSince(facts.deciding());
        if (goodSince.isPresent()
                && !facts.repairRunning()
                && !goodSince.get().plus(resolveAfter).isAfter(now)) {
            String what = facts.userHarm() ? "every harmed signal has been" : "every signal has been";
            return new Judgement(
                    Event.RETURNED_FOR_GOOD,
                    now,
                    "Resolved: " + what + " back in its band for " + SignalWords.span(resolveAfter) + ".",
                    null);
        }
        if (!facts.userHarm()) {
            return Judgement.stays(now);
        }
        if (facts.state() == IncidentState.MITIGATED) {
            return facts.deciding().stream()
                    .filter(HarmFact::outNow)
                    .findFirst()
                    .map(fact -> new Judgement(
                            Event.HARM_OUT_AGAIN,
                            now,
                            "Open again: " + SignalWords.name(fact.signal()) + " left its band once more.",
                            null))
                    .orElseGet(() -> Judgement.stays(now));
        }
        return backInBandSince(facts.deciding())
                .map(since -> new Judgement(Event.HARM_BACK_IN_BAND, since, mitigated(facts, since), null))
                .orElseGet(() -> Judgement.stays(now));
    }

    private static String mitigated(IncidentFacts facts, Instant since) {
        String name = SignalWords.name(facts.deciding().get(0).signal());
        String what = facts.deciding().size() == 1
                ? name + " is"
                : name + " and " + (facts.deciding().size() - 1) + " more are";
        return "Users are served again: " + what + " back in the band of before, "
                + SignalWords.span(Duration.between(facts.onset(), since)) + " after the onset.";
    }

    /** When the last finding ended, if all ended well: returned, or replaced while the signal is inside its band. */
    private static Optional<Instant> returnedSince(List<HarmFact> deciding) {
        Instant latest = Instant.MIN;
        boolean anyReturned = false;
        for (HarmFact fact : deciding) {
            Instant closedAt = fact.closedAt();
            if (closedAt == null || fact.outNow()) {
                return Optional.empty();
            }
            anyReturned |= fact.ending() == FindingEnding.RETURNED || fact.backSince() != null;
            latest = latest.isAfter(closedAt) ? latest : closedAt;
        }
        return anyReturned ? Optional.of(latest) : Optional.empty();
    }

    /** When the last of the harmed signals re-entered its band, if all have. */
    private static Optional<Instant> backInBandSince(List<HarmFact> deciding) {
        Instant latest = Instant.MIN;
        boolean anyBack = false;
        for (HarmFact fact : deciding) {
            Instant since = since(fact);
            if (since == null) {
                if (fact.ending() == FindingEnding.SUPERSEDED) {
                    continue;
                }
                return Optional.empty();
            }
            anyBack = true;
            latest = latest.isAfter(since) ? latest : since;
        }
        return anyBack ? Optional.of(latest) : Optional.empty();
    }

    private static @Nullable Instant since(HarmFact fact) {
        if (fact.backSince() != null) {
            return fact.backSince();
        }
        return fact.ending() == FindingEnding.RETURNED ? fact.closedAt() : null;
    }
}

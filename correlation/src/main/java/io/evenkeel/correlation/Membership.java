package io.evenkeel.correlation;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.learning.cause.Trouble;
import java.time.Instant;

/**
 * A finding inside a group, without its drawing material.
 *
 * @param latest newest version
 * @param worst version with the highest impact so far: what it was like before a repair took hold
 * @param joinedAt when it was placed here (processing time)
 * @param reason why it was placed here, such as {@code checkout calls payment; onset 4 s after it}
 */
public record Membership(Finding latest, Finding worst, Instant joinedAt, String reason) {
    /** Once a finding's impact has fallen below this part of its worst, the repair has begun and the worst tells more. */
    private static final double STILL_TELLING = 0.5;

    static final String FIRST = "the first finding of this incident";

    static Membership of(Finding finding, Instant now, String reason) {
        Finding slim = withoutDrawing(finding);
        return new Membership(slim, slim, now, reason);
    }

    public String findingId() {
        return latest.id();
    }

    boolean lasts() {
        return latest.isOpen();
    }

    /**
     * Trouble, as opposed to a hint folded in as evidence. What was trouble once stays it until it closes: a rate that
     * hovers about half of the usual must not close and reopen its incident with every version.
     */
    boolean tellsTrouble() {
        return Trouble.isTrouble(latest) || Trouble.isTrouble(worst);
    }

    /** True when it had ended, for all we know, before that moment. */
    boolean endedBefore(Instant moment) {
        Instant end = latest.closedAt();
        return end != null && end.isBefore(moment);
    }

    Membership updated(Finding newer) {
        Finding slim = withoutDrawing(newer);
        boolean worse = slim.isOpen() && Trouble.impact(slim) >= Trouble.impact(worst);
        return new Membership(slim, worse ? slim : worst, joinedAt, reason);
    }

    /** The same finding after its group went up in another one. */
    Membership movedBy(String service) {
        String moved = "linked by " + service;
        return new Membership(latest, worst, joinedAt, reason.equals(FIRST) ? moved : reason + "; " + moved);
    }

    /** Closes the finding here because a later one of the same signal took its place. */
    Membership replaced(Instant now) {
        return lasts() ? new Membership(closed(latest, now, FindingEnding.SUPERSEDED), worst, joinedAt, reason) : this;
    }

    boolean isUntoldSince(Instant since) {
        return lasts() && latest.updatedAt().isBefore(since) && joinedAt.isBefore(since);
    }

    /** The version that titles and rankings stand on. */
    Finding telling() {
        boolean asBad = Trouble.isTrouble(latest) == tellsTrouble()
                && Trouble.impact(latest) >= STILL_TELLING * Trouble.impact(worst);
        return lasts() && asBad ? latest : worst;
    }

    boolean isAcceptedAsNewLevel() {
        return latest.ending() == FindingEnding.ACCEPTED_AS_NEW_LEVEL;
    }

    private static Finding withoutDrawing(Finding full) {
        return new Finding(
                full.id(),
                full.kind(),
                full.signal(),
                full.direction(),
                full.onset(),
                full.onsetFrom(),
                full.onsetTo(),
                full.openedAt(),
                full.updatedAt(),
                full.closedAt(),
                full.ending(),
                full.score(),
                full.value(),
                full.expected(),
                full.lower(),
                full.upper(),
                full.impact(),
                full.impactUnit(),
                null,
                null,
                full.exemplars(),
                full.attributes(),
                full.youngBaseline(),
                full.epoch(),
                full.sequence());
    }

    private static Finding closed(Finding open, Instant now, FindingEnding ending) {
        return new Finding(
                open.id(),
                open.kind(),
                open.signal(),
                open.direction(),
                open.onset(),
                open.onsetFrom(),
                open.onsetTo(),
                open.openedAt(),
                open.updatedAt(),
                now,
                ending,
                open.score(),
                open.value(),
                open.expected(),
                open.lower(),
                open.upper(),
                open.impact(),
                open.impactUnit(),
                null,
                null,
                open.exemplars(),
                open.attributes(),
                open.youngBaseline(),
                open.epoch(),
                open.sequence());
    }
}

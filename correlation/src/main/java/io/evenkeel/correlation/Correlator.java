package io.evenkeel.correlation;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.learning.calibration.Calibrator;
import io.evenkeel.wire.event.Feedback;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One environment's correlation from event to incident versions: place, open, rank, write. Pure: each call gives the new
 * state and what to send. The Flink function around it only fetches, calls, and sends on.
 */
public final class Correlator {
    /** An incident is sent again at most this often while it is new; its first version never waits. */
    static final Duration BETWEEN_VERSIONS = Duration.ofSeconds(1);

    /** The same once everybody who will page has been paged and the figures merely move on. */
    static final Duration BETWEEN_LATER_VERSIONS = Duration.ofSeconds(3);

    private static final Duration NEW = Duration.ofMinutes(1);

    /** While harm lasts, the figures are brought up to date this often even if no finding changes. */
    static final Duration HEARTBEAT = Duration.ofSeconds(10);

    /** An incident of an earlier epoch has this long to be found again (ARCHITECTURE.md 3, "Replay after restore"). */
    static final Duration CONFIRM_WITHIN = Duration.ofMinutes(2);

    /** The same version deployed to the same service again within this time is one deploy told twice. */
    static final Duration SAME_DEPLOY = Duration.ofMinutes(5);

    private static final Duration CHANGES_KEPT = Duration.ofHours(1);
    private static final int MOST_CHANGES = 200;
    private static final int MOST_NAMED = 500;

    private final long epoch;
    private final Instant listensSince;

    /**
     * @param epoch this job's epoch: milliseconds at its start
     * @param listensSince when this run began to hear of findings (processing time): what it was not told of before, while
     *     nobody listened, is not lost yet
     */
    public Correlator(long epoch, Instant listensSince) {
        this.epoch = epoch;
        this.listensSince = listensSince;
    }

    /**
     * @param state the state afterwards
     * @param toSend incident versions, in this order
     */
    public record Step(EnvironmentState state, List<Incident> toSend) {
        public Step {
            toSend = List.copyOf(toSend);
        }
    }

    /** State of an environment that has none yet. */
    public EnvironmentState fresh() {
        return EnvironmentState.fresh(epoch);
    }

    public Step onFinding(EnvironmentState state, Surroundings surroundings, Finding finding, Instant now) {
        Surroundings around = around(surroundings, state);
        Step resumed = resume(state, around, now);
        Placement placement = new IncidentGrouper(around).place(resumed.state().grouping(), finding, now);
        List<Incident> toSend = new ArrayList<>(resumed.toSend());
        IncidentWriter writer = writer(resumed.state(), around);
        for (Placement.Merge merge : placement.merged()) {
            if (merge.loser().isIncident()) {
                toSend.add(writer.write(merge.loser(), now, merge.survivor()).incident());
            }
        }
        return sendDue(resumed.state().with(placement.grouping()), around, toSend, now);
    }

    /** Lets time pass: holds end, figures grow, spent groups go, unconfirmed incidents close. */
    public Step onTick(EnvironmentState state, Surroundings surroundings, Instant now) {
        Surroundings around = around(surroundings, state);
        Step resumed = resume(state, around, now);
        EnvironmentState swept = resumed.state()
                .with(new IncidentGrouper(around).sweep(resumed.state().grouping(), listensSince, now));
        Step supersessions = Supersession.giveUp(swept, now, epoch);
        List<Incident> toSend = new ArrayList<>(resumed.toSend());
        toSend.addAll(supersessions.toSend());
        return sendDue(supersessions.state(), around, toSend, now);
    }

    /** A change is kept for an hour; the same deploy told by two sources counts once. */
    public Step onChange(EnvironmentState state, Change change, Instant now) {
        boolean known = state.changes().stream()
                .anyMatch(other -> other.id().equals(change.id())
                        || (isSameDeploy(other, change)
                                && state.changes().stream()
                                        .noneMatch(between -> isReplacedBy(other, between, change))));
        if (known || change.at().isBefore(now.minus(CHANGES_KEPT))) {
            return new Step(state, List.of());
        }
        List<Change> changes = new ArrayList<>(state.changes());
        changes.add(change);
        changes.removeIf(old -> old.at().isBefore(now.minus(CHANGES_KEPT)));
        changes.sort(Comparator.comparing(Change::at).thenComparing(Change::id));
        List<Group> groups = state.grouping().groups().stream()
                .map(group -> group.isIncident() && group.closedAt() == null
                        ? group.withMembers(group.members(), true)
                        : group)
                .toList();
        return new Step(
                state.with(state.grouping().withGroups(groups))
                        .withChanges(EnvironmentState.last(changes, MOST_CHANGES)),
                List.of());
    }

    private static boolean isSameDeploy(Change one, Change other) {
        return one.service().equals(other.service())
                && one.kind() == other.kind()
                && !other.toVersion().isEmpty()
                && one.toVersion().equals(other.toVersion())
                && Duration.between(one.at(), other.at()).abs().compareTo(SAME_DEPLOY) <= 0;
    }

    /** Rolled back and deployed again within minutes, it is another deploy of the same version. */
    private static boolean isReplacedBy(Change first, Change between, Change second) {
        return between.service().equals(first.service())
                && !between.toVersion().isEmpty()
                && !between.toVersion().equals(first.toVersion())
                && between.at().isAfter(first.at())
                && between.at().isBefore(second.at());
    }

    /** An incident version read back from our own topic: one of an earlier epoch must be found again or closed. */
    public Step onPastIncident(EnvironmentState state, Incident incident, Instant now) {
        return new Step(Supersession.remember(state, incident, now, epoch), List.of());
    }

    /** What a person decided; empty when the incident is not this environment's. */
    public Optional<Step> onFeedback(
            EnvironmentState state, Surroundings surroundings, Feedback feedback, Instant now) {
        Surroundings around = around(surroundings, state);
        return PersonsWord.apply(state, feedback, now).map(heard -> sendDue(heard, around, new ArrayList<>(), now));
    }

    /** True while time alone can change something, so that ticks are needed. */
    public boolean needsTicks(EnvironmentState state) {
        return !state.grouping().groups().isEmpty()
                || !state.grouping().hints().isEmpty()
                || !state.unconfirmed().isEmpty();
    }

    /** After a restart under a new epoch, open incidents are said again, which confirms them. */
    private Step resume(EnvironmentState state, Surroundings around, Instant now) {
        if (state.epoch() == epoch) {
            return new Step(state, List.of());
        }
        EnvironmentState renewed = state.withEpoch(epoch);
        List<Group> groups = renewed.grouping().groups().stream()
                .map(group -> group.isIncident() ? group.withMembers(group.members(), true) : group)
                .toList();
        return sendDue(renewed.with(renewed.grouping().withGroups(groups)), around, new ArrayList<>(), now);
    }

    private Step sendDue(EnvironmentState state, Surroundings around, List<Incident> toSend, Instant now) {
        Opening opening = new Opening(around);
        IncidentWriter writer = writer(state, around);
        EnvironmentState after = state;
        for (Group group : state.grouping().groups()) {
            Group due = !group.isIncident() && opening.mayOpen(group, now) ? group.opened(now) : group;
            if (due.isIncident() && isDue(due, opening, now)) {
                IncidentWriter.Written written = writer.write(due, now, null);
                after = after.with(after.grouping().with(written.group()));
                after = remembered(after, group.id(), written.ranked());
                toSend.add(written.incident());
            }
        }
        return new Step(after, toSend);
    }

    private static boolean isDue(Group group, Opening opening, Instant now) {
        Instant sent = group.sentAt();
        if (sent == null) {
            return true;
        }
        Duration since = Duration.between(sent, now);
        if (group.unsent()) {
            boolean isNew = group.sequence() == 0 || group.age(now).compareTo(NEW) < 0 || group.closedAt() != null;
            return since.compareTo(isNew ? BETWEEN_VERSIONS : BETWEEN_LATER_VERSIONS) >= 0;
        }
        return since.compareTo(HEARTBEAT) >= 0
                && group.closedAt() == null
                && group.troubles().anyMatch(member -> member.lasts() && opening.isHarm(member));
    }

    /** The raw confidences are remembered: outcomes must not calibrate what was already calibrated. */
    private static EnvironmentState remembered(EnvironmentState state, String incidentId, List<Suspect> ranked) {
        EnvironmentState after = state;
        for (Suspect suspect : ranked) {
            if (!suspect.suffers() && suspect.share() > 0) {
                after = after.withNamed(
                        new EnvironmentState.Named(
                                incidentId, suspect.service().id(), suspect.cause(), suspect.confidence()),
                        MOST_NAMED);
            }
        }
        return after;
    }

    private IncidentWriter writer(EnvironmentState state, Surroundings around) {
        Calibrator calibrator = state.calibration().isEmpty()
                ? Calibrator.none()
                : Calibrator.fromBytes(Base64.getDecoder().decode(state.calibration()));
        return new IncidentWriter(around, calibrator, epoch);
    }

    private static Surroundings around(Surroundings surroundings, EnvironmentState state) {
        return new Surroundings(surroundings.graph(), surroundings.userFacing(), state.changes());
    }
}

package io.evenkeel.correlation;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.incident.EvidenceTerm;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.incident.Member;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.learning.calibration.Calibrator;
import io.evenkeel.learning.cause.CallGraph;
import io.evenkeel.learning.cause.CauseCase;
import io.evenkeel.learning.cause.RootCauseRanker;
import io.evenkeel.learning.cause.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes one version of an incident from a group: harm, suspects, members with their roles, changes, graph. */
final class IncidentWriter {
    /** Changes on the incident's services and their neighbours are told from this long before the onset on. */
    private static final Duration CHANGES_BEFORE = Duration.ofMinutes(15);

    private static final Duration CHANGES_AFTER = Duration.ofMinutes(1);

    /** A page of a graph larger than this says nothing to a person. */
    private static final int MOST_EDGES = 60;

    private static final String NAMED = "A person named it as the cause.";

    private final Surroundings surroundings;
    private final Calibrator calibrator;
    private final long epoch;

    IncidentWriter(Surroundings surroundings, Calibrator calibrator, long epoch) {
        this.surroundings = surroundings;
        this.calibrator = calibrator;
        this.epoch = epoch;
    }

    /**
     * @param group the group after the writing: sequence raised, harm counted
     * @param incident the version to send
     * @param ranked its suspects with raw confidences, most likely first, whatever a person said
     */
    record Written(Group group, Incident incident, List<Suspect> ranked) {}

    Written write(Group group, Instant now, @Nullable String supersededBy) {
        HarmMeter meter = new HarmMeter(surroundings);
        HarmMeter.Measure measure = meter.measure(group, now);
        CauseCase question = question(group, now);
        List<Suspect> ranked = RootCauseRanker.rank(question);
        List<Suspect> suspects = shown(ranked, group);
        boolean closed = group.closedAt() != null || supersededBy != null;
        boolean pages = !closed && (measure.lastsNow() || meter.blindness(group).isPresent());
        Group sent = group.sent(
                group.sequence() + 1, now, measure.severity(), measure.affectedTotal(), measure.affectedUntil());
        Finding first = group.earliest();
        Incident incident = new Incident(
                group.id(),
                first.signal().service().environment(),
                first.onset(),
                first.onsetFrom(),
                first.onsetTo(),
                Objects.requireNonNullElse(group.openedAt(), now),
                now,
                measure.severity(),
                pages,
                measure.harm() != null ? measure.harm().text() : meter.innerTitle(group),
                measure.harm(),
                suspects,
                members(group, suspects, meter, question.completedGraph()),
                changes(group, question),
                edges(group),
                supersededBy != null && group.closedAt() == null ? now : group.closedAt(),
                supersededBy,
                epoch,
                sent.sequence());
        return new Written(sent, incident, ranked);
    }

    private CauseCase question(Group group, Instant now) {
        List<Membership> round = group.round();
        Instant onset = round.stream()
                .filter(Membership::tellsTrouble)
                .map(member -> member.latest().onset())
                .min(Comparator.naturalOrder())
                .orElseGet(group::onset);
        List<Finding> findings = round.stream().map(Membership::telling).toList();
        return new CauseCase(findings, surroundings.graph(), surroundings.changes(), onset, now);
    }

    private List<Suspect> shown(List<Suspect> ranked, Group group) {
        List<Suspect> calibrated = ranked.stream().map(this::calibrated).toList();
        return group.namedCause().isEmpty() ? calibrated : named(calibrated, ServiceKey.parse(group.namedCause()));
    }

    private Suspect calibrated(Suspect raw) {
        if (raw.suffers()) {
            return raw;
        }
        Calibrator.Confidence confidence = calibrator.calibrate(raw.confidence(), raw.cause());
        return new Suspect(
                raw.service(),
                raw.instance(),
                raw.cause(),
                raw.share(),
                confidence.probability(),
                confidence.calibrated(),
                false,
                raw.text(),
                raw.evidence());
    }

    /** A person who looked knows better than the figures: the named service comes first. */
    private static List<Suspect> named(List<Suspect> ranked, ServiceKey service) {
        List<Suspect> reordered = new ArrayList<>(ranked);
        for (Suspect suspect : ranked) {
            if (suspect.service().equals(service)) {
                reordered.remove(suspect);
                List<EvidenceTerm> evidence = new ArrayList<>(List.of(personsWord()));
                evidence.addAll(suspect.evidence());
                reordered.add(
                        0,
                        new Suspect(
                                service,
                                suspect.instance(),
                                suspect.cause(),
                                suspect.share(),
                                suspect.confidence(),
                                suspect.calibrated(),
                                false,
                                NAMED + " " + suspect.text(),
                                evidence));
            }
        }
        if (ranked.stream().noneMatch(suspect -> suspect.service().equals(service))) {
            reordered.add(
                    0,
                    new Suspect(
                            service,
                            null,
                            CauseKind.UNKNOWN,
                            0,
                            0,
                            false,
                            false,
                            NAMED + " Nothing that is watched points at it.",
                            List.of(personsWord())));
        }
        return reordered;
    }

    private static EvidenceTerm personsWord() {
        return new EvidenceTerm("a person", NAMED, 1, Double.NaN, null);
    }

    private static List<Member> members(Group group, List<Suspect> suspects, HarmMeter meter, CallGraph graph) {
        Suspect cause = suspects.isEmpty() || suspects.get(0).share() <= 0 ? null : suspects.get(0);
        return group.members().stream()
                .map(member -> new Member(
                        member.findingId(),
                        member.latest().kind(),
                        member.latest().signal(),
                        role(member, cause, meter, graph),
                        member.latest().onset(),
                        member.latest().closedAt(),
                        member.latest().ending(),
                        member.reason()
                                + (member.isAcceptedAsNewLevel() ? "; stayed at its new level: a person decides" : "")))
                .toList();
    }

    /** Only callers of the cause, near or far, suffer from it; what else went wrong meanwhile was also seen. */
    private static MemberRole role(Membership member, @Nullable Suspect cause, HarmMeter meter, CallGraph graph) {
        if (!member.tellsTrouble()) {
            return MemberRole.EVIDENCE;
        }
        if (meter.isHarm(member)) {
            return MemberRole.HARM;
        }
        ServiceKey seat = Link.seat(member.latest());
        if (cause == null || Trouble.isRateCollapse(member.telling())) {
            return MemberRole.SYMPTOM;
        }
        if (seat.equals(cause.service())) {
            return MemberRole.CAUSE;
        }
        return graph.reaches(seat, cause.service(), Integer.MAX_VALUE) ? MemberRole.SYMPTOM : MemberRole.ALSO_SEEN;
    }

    /** Changes nearby, shortly before the incident's onset or that of the service's own trouble in it. */
    private List<Change> changes(Group group, CauseCase question) {
        Set<ServiceKey> near = new HashSet<>(group.services());
        for (ServiceKey service : group.services()) {
            surroundings.graph().callsOf(service).forEach(edge -> near.add(edge.callee()));
            surroundings.graph().callersOf(service).forEach(edge -> near.add(edge.caller()));
        }
        return surroundings.changes().stream()
                .filter(change -> near.contains(change.service()))
                .filter(change -> isShortlyBefore(change, group.onset())
                        || isShortlyBefore(change, question.onsetAt(change.service())))
                .sorted(Comparator.comparing(Change::at).thenComparing(Change::id))
                .toList();
    }

    private static boolean isShortlyBefore(Change change, Instant onset) {
        return !change.at().isBefore(onset.minus(CHANGES_BEFORE))
                && !change.at().isAfter(onset.plus(CHANGES_AFTER));
    }

    /** Calls that the incident's services make, so that the picture shows the well neighbours too. */
    private List<CallEdge> edges(Group group) {
        Set<ServiceKey> services = group.services();
        return surroundings
                .graph()
                .edges()
                .filter(edge -> services.contains(edge.caller()) || services.contains(edge.callee()))
                .sorted(Comparator.comparing((CallEdge edge) ->
                                !(services.contains(edge.caller()) && services.contains(edge.callee())))
                        .thenComparing(CallEdge::caller)
                        .thenComparing(CallEdge::callee))
                .limit(MOST_EDGES)
                .toList();
    }
}

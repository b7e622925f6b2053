package io.evenkeel.correlation;

import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.incident.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Incidents that an earlier epoch of the job sent and that this one, restored from an older checkpoint or none, does not
 * know. Those not found again in time are closed as superseded; remediation keeps any that someone has acted on.
 */
final class Supersession {
    private Supersession() {}

    /** Notes one version read back from the incidents topic. */
    static EnvironmentState remember(EnvironmentState state, Incident incident, Instant now, long epoch) {
        List<EnvironmentState.Unconfirmed> others = new ArrayList<>(state.unconfirmed());
        Instant until = now.plus(Correlator.CONFIRM_WITHIN);
        for (EnvironmentState.Unconfirmed other : state.unconfirmed()) {
            if (other.incident().id().equals(incident.id())) {
                if (other.incident().supersedes(incident)) {
                    return state;
                }
                until = other.until();
                others.remove(other);
            }
        }
        boolean stands = incident.epoch() < epoch
                && incident.closedAt() == null
                && incident.supersededBy() == null
                && state.grouping().incidents().stream()
                        .noneMatch(group -> group.id().equals(incident.id()));
        if (stands) {
            others.add(new EnvironmentState.Unconfirmed(incident, until));
        }
        return stands || others.size() != state.unconfirmed().size() ? state.withUnconfirmed(others) : state;
    }

    /** Closes those whose time is up, pointing to the incident that holds one of their findings, if any does. */
    static Correlator.Step giveUp(EnvironmentState state, Instant now, long epoch) {
        Set<String> found = state.grouping().incidents().stream().map(Group::id).collect(Collectors.toSet());
        List<EnvironmentState.Unconfirmed> waiting = new ArrayList<>();
        List<Incident> closed = new ArrayList<>();
        for (EnvironmentState.Unconfirmed unconfirmed : state.unconfirmed()) {
            if (found.contains(unconfirmed.incident().id())) {
                continue;
            }
            if (unconfirmed.until().isAfter(now)) {
                waiting.add(unconfirmed);
            } else {
                closed.add(superseded(unconfirmed.incident(), successor(state, unconfirmed.incident()), now, epoch));
            }
        }
        return waiting.size() == state.unconfirmed().size()
                ? new Correlator.Step(state, List.of())
                : new Correlator.Step(state.withUnconfirmed(waiting), closed);
    }

    private static String successor(EnvironmentState state, Incident lost) {
        Set<String> findings = lost.members().stream().map(Member::findingId).collect(Collectors.toSet());
        return state.grouping().incidents().stream()
                .filter(group -> group.findings().anyMatch(finding -> findings.contains(finding.id())))
                .map(Group::id)
                .findFirst()
                .orElse("");
    }

    private static Incident superseded(Incident lost, String successor, Instant now, long epoch) {
        return new Incident(
                lost.id(),
                lost.environment(),
                lost.onset(),
                lost.onsetFrom(),
                lost.onsetTo(),
                lost.openedAt(),
                now,
                lost.severity(),
                false,
                lost.title(),
                lost.harm(),
                lost.suspects(),
                lost.members(),
                lost.changes(),
                lost.edges(),
                now,
                successor,
                epoch,
                1);
    }
}

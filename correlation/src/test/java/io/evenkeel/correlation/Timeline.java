package io.evenkeel.correlation;

import static io.evenkeel.correlation.TestObjects.NOON;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.learning.cause.CallGraph;
import io.evenkeel.wire.event.Feedback;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A story under a hand-moved clock: events at seconds after noon, a tick every second between them. */
public final class Timeline {
    private final Map<ServiceKey, Boolean> catalogue = new HashMap<>();
    private final List<Incident> sent = new ArrayList<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private List<CallEdge> edges;
    private Correlator correlator = new Correlator(1, NOON);
    private EnvironmentState state = correlator.fresh();
    private Instant now = NOON;

    public Timeline(List<CallEdge> edges) {
        this.edges = edges;
    }

    public static Timeline shop() {
        return new Timeline(TestObjects.shop());
    }

    public Timeline catalogued(ServiceKey service, boolean userFacing) {
        catalogue.put(service, userFacing);
        return this;
    }

    public Timeline edges(List<CallEdge> changed) {
        edges = changed;
        return this;
    }

    /** Moves the clock to that second after noon. */
    public Timeline at(double seconds) {
        Instant until = NOON.plusMillis((long) (seconds * 1000));
        while (now.plusSeconds(1).isBefore(until)) {
            now = now.plusSeconds(1);
            take(correlator.onTick(state, surroundings(), now));
        }
        now = until;
        return this;
    }

    public Timeline found(TestObjects.Draft draft, double onset) {
        return found(draft.open(NOON.plusMillis((long) (onset * 1000)), now));
    }

    public Timeline found(Finding finding) {
        sequences.put(finding.id(), finding.sequence());
        take(correlator.onFinding(state, surroundings(), finding, now));
        return this;
    }

    /** A later version of a finding with that onset: the draft's figures as they are now. */
    public Timeline updated(TestObjects.Draft draft, double onset) {
        return version(draft, onset, null, null);
    }

    public Timeline closed(TestObjects.Draft draft, double onset) {
        return version(draft, onset, now, FindingEnding.RETURNED);
    }

    public Timeline version(TestObjects.Draft draft, double onset, Instant closedAt, FindingEnding ending) {
        Instant began = NOON.plusMillis((long) (onset * 1000));
        String id = draft.open(began, now).id();
        long next = sequences.merge(id, 1L, Long::sum);
        return found(draft.version(began, now, closedAt, ending, next));
    }

    public Timeline changed(Change change) {
        take(correlator.onChange(state, change, now));
        return this;
    }

    public Timeline heard(Feedback.Verdict verdict, String incidentId, String service) {
        Feedback feedback = new Feedback("f" + now, incidentId, verdict, service, "kim", now);
        correlator.onFeedback(state, surroundings(), feedback, now).ifPresent(this::take);
        return this;
    }

    public Timeline readBack(Incident incident) {
        take(correlator.onPastIncident(state, incident, now));
        return this;
    }

    /** A new epoch of the job on the same state. */
    public Timeline restarted(long epoch) {
        correlator = new Correlator(epoch, now);
        return this;
    }

    /** Nobody listens until that second after noon; then a new epoch goes on from the same state. */
    public Timeline stoppedUntil(double seconds, long epoch) {
        now = NOON.plusMillis((long) (seconds * 1000));
        return restarted(epoch);
    }

    /** A new epoch of the job that has lost its state. */
    public Timeline restartedEmpty(long epoch) {
        correlator = new Correlator(epoch, now);
        state = correlator.fresh();
        return this;
    }

    /** Last version of every incident, in the order of their first. */
    public Collection<Incident> incidents() {
        Map<String, Incident> latest = new LinkedHashMap<>();
        sent.forEach(
                incident -> latest.merge(incident.id(), incident, (old, newer) -> newer.supersedes(old) ? newer : old));
        return latest.values();
    }

    /** The only incident. */
    public Incident incident() {
        Collection<Incident> all = incidents();
        if (all.size() != 1) {
            throw new AssertionError("expected one incident, found "
                    + all.stream().map(Incident::title).toList());
        }
        return all.iterator().next();
    }

    public List<Incident> sent() {
        return List.copyOf(sent);
    }

    public EnvironmentState state() {
        return state;
    }

    public Instant now() {
        return now;
    }

    private Surroundings surroundings() {
        return new Surroundings(CallGraph.of(edges), catalogue, state.changes());
    }

    private void take(Correlator.Step step) {
        state = step.state();
        sent.addAll(step.toSend());
    }
}

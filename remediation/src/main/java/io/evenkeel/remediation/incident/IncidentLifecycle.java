package io.evenkeel.remediation.incident;

import io.evenkeel.domain.incident.IncidentState;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The legal moves of an incident, as data. A return of the harm after RESOLVED is not a move: it opens a new, linked
 * incident, so that the clocks and the postmortem of the first stay what they were.
 */
public final class IncidentLifecycle {
    /** What can happen to an incident. Acknowledgement is a mark beside the state and not listed. */
    public enum Event {
        /** Every harmed signal is back inside the band frozen before the onset. */
        HARM_BACK_IN_BAND,
        /** A harmed signal left that band again before the incident was resolved. */
        HARM_OUT_AGAIN,
        /** All findings of harm ended `returned`, long enough ago. */
        RETURNED_FOR_GOOD,
        /** A person said that it is over. */
        RESOLVED_BY_PERSON,
        /** The restored correlation job does not find it again, and nobody and nothing acted on it. */
        NOT_CONFIRMED,
        /** The job found again what it had given up. */
        CONFIRMED_AGAIN,
        /** Folded into another incident. */
        MERGED
    }

    private static final Map<IncidentState, Map<Event, IncidentState>> MOVES = moves();

    private IncidentLifecycle() {}

    /** The state after the event, or empty when the event is not legal in that state and must change nothing. */
    public static Optional<IncidentState> next(IncidentState state, Event event) {
        return Optional.ofNullable(moves(state).get(event));
    }

    /** Every legal move out of a state. Empty for an end state. */
    public static Map<Event, IncidentState> moves(IncidentState state) {
        return Map.copyOf(MOVES.getOrDefault(state, Map.of()));
    }

    /** The table as a Mermaid state diagram, for the module's README. */
    public static String diagram() {
        StringBuilder text = new StringBuilder("stateDiagram-v2\n    [*] --> OPEN\n");
        for (IncidentState state : IncidentState.values()) {
            MOVES.getOrDefault(state, Map.of())
                    .forEach((event, next) -> text.append("    ")
                            .append(state)
                            .append(" --> ")
                            .append(next)
                            .append(" : ")
                            .append(event.name()
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .replace('_', ' '))
                            .append('\n'));
        }
        return text.toString();
    }

    private static Map<IncidentState, Map<Event, IncidentState>> moves() {
        Map<Event, IncidentState> open = new EnumMap<>(Event.class);
        open.put(Event.HARM_BACK_IN_BAND, IncidentState.MITIGATED);
        open.put(Event.RETURNED_FOR_GOOD, IncidentState.RESOLVED);
        open.put(Event.RESOLVED_BY_PERSON, IncidentState.RESOLVED);
        open.put(Event.NOT_CONFIRMED, IncidentState.SUPERSEDED);
        open.put(Event.MERGED, IncidentState.MERGED);

        Map<Event, IncidentState> mitigated = new EnumMap<>(Event.class);
        mitigated.put(Event.HARM_OUT_AGAIN, IncidentState.OPEN);
        mitigated.put(Event.RETURNED_FOR_GOOD, IncidentState.RESOLVED);
        mitigated.put(Event.RESOLVED_BY_PERSON, IncidentState.RESOLVED);
        mitigated.put(Event.NOT_CONFIRMED, IncidentState.SUPERSEDED);
        mitigated.put(Event.MERGED, IncidentState.MERGED);

        Map<Event, IncidentState> superseded = new EnumMap<>(Event.class);
        superseded.put(Event.CONFIRMED_AGAIN, IncidentState.OPEN);

        Map<IncidentState, Map<Event, IncidentState>> all = new EnumMap<>(IncidentState.class);
        all.put(IncidentState.OPEN, open);
        all.put(IncidentState.MITIGATED, mitigated);
        all.put(IncidentState.SUPERSEDED, superseded);
        return all;
    }
}

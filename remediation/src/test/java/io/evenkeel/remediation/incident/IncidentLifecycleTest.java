package io.evenkeel.remediation.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.incident.IncidentState;
import io.evenkeel.remediation.incident.IncidentLifecycle.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IncidentLifecycleTest {
    /** The whole table, written out: every pair that is not here is refused. */
    private static final List<String> LEGAL = List.of(
            "OPEN HARM_BACK_IN_BAND MITIGATED",
            "OPEN RETURNED_FOR_GOOD RESOLVED",
            "OPEN RESOLVED_BY_PERSON RESOLVED",
            "OPEN NOT_CONFIRMED SUPERSEDED",
            "OPEN MERGED MERGED",
            "MITIGATED HARM_OUT_AGAIN OPEN",
            "MITIGATED RETURNED_FOR_GOOD RESOLVED",
            "MITIGATED RESOLVED_BY_PERSON RESOLVED",
            "MITIGATED NOT_CONFIRMED SUPERSEDED",
            "MITIGATED MERGED MERGED",
            "SUPERSEDED CONFIRMED_AGAIN OPEN");

    @Test
    void allowsEveryLegalMoveAndRefusesAllOthers() {
        List<String> allowed = new ArrayList<>();
        for (IncidentState state : IncidentState.values()) {
            for (Event event : Event.values()) {
                IncidentLifecycle.next(state, event).ifPresent(next -> allowed.add(state + " " + event + " " + next));
            }
        }

        assertThat(allowed).containsExactlyInAnyOrderElementsOf(LEGAL);
    }

    /** A return of the harm is a new, linked incident: the first one's clocks and postmortem stay. */
    @ParameterizedTest
    @EnumSource(Event.class)
    void resolvedIsAnEnd(Event event) {
        assertThat(IncidentLifecycle.next(IncidentState.RESOLVED, event)).isEmpty();
        assertThat(IncidentLifecycle.next(IncidentState.MERGED, event)).isEmpty();
    }

    @Test
    void everyEventAndEveryStateIsPartOfSomeMove() {
        for (Event event : Event.values()) {
            assertThat(LEGAL).anyMatch(move -> move.contains(" " + event + " "));
        }
        for (IncidentState state : IncidentState.values()) {
            assertThat(IncidentLifecycle.diagram()).contains(state.name());
        }
    }
}

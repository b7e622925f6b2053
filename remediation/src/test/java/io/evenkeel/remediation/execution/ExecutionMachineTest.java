package io.evenkeel.remediation.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.remedy.ExecutionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ExecutionMachineTest {
    private static final Set<ExecutionState> EFFECTS = EnumSet.of(ExecutionState.RUNNING, ExecutionState.COMPENSATING);

    @Test
    void everyStateAnswersEveryEvent() {
        for (ExecutionState state : ExecutionState.values()) {
            for (ExecutionEvent event : ExecutionEvent.values()) {
                ExecutionMachine.next(state, event)
                        .ifPresent(to -> assertThat(to).isNotNull());
            }
        }
    }

    @Test
    void everyStateIsReachedAndEveryEndIsAnEnd() {
        assertThat(reachable(ExecutionState.PROPOSED)).containsExactlyInAnyOrder(ExecutionState.values());
        for (ExecutionState state : ExecutionState.values()) {
            if (ExecutionMachine.isEnd(state)) {
                assertThat(ExecutionMachine.moves(state))
                        .as("nothing leaves " + state)
                        .isEmpty();
            } else {
                assertThat(reachable(state)).as("an end from " + state).anyMatch(ExecutionMachine::isEnd);
            }
        }
    }

    @Test
    void everyEventLeadsSomewhere() {
        for (ExecutionEvent event : ExecutionEvent.values()) {
            assertThat(ExecutionState.values())
                    .as(event.name())
                    .anyMatch(state -> ExecutionMachine.next(state, event).isPresent());
        }
    }

    /** The only doors to an effect: the checks right before it, a verified step before it, and an undo. */
    @Test
    void effectsAreOnlyReachedThroughTheirDoors() {
        Set<String> doors = new HashSet<>();
        for (ExecutionState from : ExecutionState.values()) {
            ExecutionMachine.moves(from).forEach((event, to) -> {
                if (EFFECTS.contains(to) && from != to) {
                    doors.add(from + " -> " + to);
                }
            });
        }
        assertThat(doors)
                .containsExactlyInAnyOrder(
                        "PRECHECK -> RUNNING",
                        "VERIFYING -> RUNNING",
                        "NOT_RECOVERED -> COMPENSATING",
                        "WORSENED -> COMPENSATING");
    }

    /** Whatever happens in whatever order: no effect without an approval (by people or by the gate) and a check after it. */
    @Property(tries = 2000)
    void noEffectWithoutApprovalAndCheck(@ForAll @Size(max = 60) List<ExecutionEvent> events) {
        ExecutionState state = ExecutionState.PROPOSED;
        boolean approved = false;
        boolean checked = false;
        for (ExecutionEvent event : events) {
            ExecutionState next = ExecutionMachine.next(state, event).orElse(state);
            if (next == ExecutionState.APPROVED) {
                approved = true;
                checked = false;
            }
            if (next == ExecutionState.PRECHECK) {
                checked = approved;
            }
            if (next == ExecutionState.STALE) {
                approved = false;
                checked = false;
            }
            if (next == ExecutionState.RUNNING) {
                assertThat(approved && checked).isTrue();
            }
            if (state == ExecutionState.HALTED) {
                assertThat(next).isEqualTo(ExecutionState.HALTED);
            }
            state = next;
        }
    }

    /** The picture in the documentation is the table. */
    @Test
    void theDocumentedDiagramIsThisTable() throws IOException {
        assertThat(Files.readString(Path.of("../docs/remediation.md"))).contains(ExecutionMachine.diagram());
    }

    private static Set<ExecutionState> reachable(ExecutionState from) {
        Set<ExecutionState> seen = EnumSet.of(from);
        Deque<ExecutionState> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            for (ExecutionState next : ExecutionMachine.moves(open.pop()).values()) {
                if (seen.add(next)) {
                    open.push(next);
                }
            }
        }
        return seen;
    }
}

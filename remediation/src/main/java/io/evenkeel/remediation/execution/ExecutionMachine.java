package io.evenkeel.remediation.execution;

import static io.evenkeel.domain.remedy.ExecutionState.APPROVED;
import static io.evenkeel.domain.remedy.ExecutionState.AWAITING_APPROVAL;
import static io.evenkeel.domain.remedy.ExecutionState.AWAITING_VETO;
import static io.evenkeel.domain.remedy.ExecutionState.CANCELLED;
import static io.evenkeel.domain.remedy.ExecutionState.CLOSED;
import static io.evenkeel.domain.remedy.ExecutionState.COMPENSATED;
import static io.evenkeel.domain.remedy.ExecutionState.COMPENSATING;
import static io.evenkeel.domain.remedy.ExecutionState.COMPENSATION_FAILED;
import static io.evenkeel.domain.remedy.ExecutionState.DENIED;
import static io.evenkeel.domain.remedy.ExecutionState.EXPIRED;
import static io.evenkeel.domain.remedy.ExecutionState.HALTED;
import static io.evenkeel.domain.remedy.ExecutionState.INCONCLUSIVE;
import static io.evenkeel.domain.remedy.ExecutionState.NOT_RECOVERED;
import static io.evenkeel.domain.remedy.ExecutionState.PRECHECK;
import static io.evenkeel.domain.remedy.ExecutionState.PROPOSED;
import static io.evenkeel.domain.remedy.ExecutionState.RECOVERED;
import static io.evenkeel.domain.remedy.ExecutionState.REJECTED;
import static io.evenkeel.domain.remedy.ExecutionState.RUNNING;
import static io.evenkeel.domain.remedy.ExecutionState.SHADOWED;
import static io.evenkeel.domain.remedy.ExecutionState.STALE;
import static io.evenkeel.domain.remedy.ExecutionState.SUGGESTED;
import static io.evenkeel.domain.remedy.ExecutionState.SUPERSEDED;
import static io.evenkeel.domain.remedy.ExecutionState.VERIFYING;
import static io.evenkeel.domain.remedy.ExecutionState.WORSENED;

import io.evenkeel.domain.remedy.ExecutionState;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The legal moves of an execution, as data. A pair that is not in the table is refused and changes nothing. Effects are
 * only caused in RUNNING and COMPENSATING; RUNNING is only reached from PRECHECK (the checks right before the first
 * effect) and from VERIFYING (the next step).
 */
public final class ExecutionMachine {
    private static final Map<ExecutionState, Map<ExecutionEvent, ExecutionState>> TABLE = table();

    /** Nothing ever leaves these. */
    private static final Set<ExecutionState> ENDS = Collections.unmodifiableSet(EnumSet.of(
            RECOVERED,
            INCONCLUSIVE,
            COMPENSATED,
            COMPENSATION_FAILED,
            REJECTED,
            EXPIRED,
            CANCELLED,
            HALTED,
            SUPERSEDED,
            CLOSED));

    /** It is resting on a decision of the gate; a new look may change it. */
    private static final Set<ExecutionState> RESTING =
            Collections.unmodifiableSet(EnumSet.of(PROPOSED, DENIED, SHADOWED, SUGGESTED, STALE));

    private ExecutionMachine() {}

    /** Where the event leads, empty when it is refused in that state. */
    public static Optional<ExecutionState> next(ExecutionState state, ExecutionEvent event) {
        return Optional.ofNullable(TABLE.getOrDefault(state, Map.of()).get(event));
    }

    /** All legal moves of a state. */
    public static Map<ExecutionEvent, ExecutionState> moves(ExecutionState state) {
        return Collections.unmodifiableMap(TABLE.getOrDefault(state, Map.of()));
    }

    /** True when nothing can follow. NOT_RECOVERED and WORSENED may still be undone. */
    public static boolean isEnd(ExecutionState state) {
        return ENDS.contains(state);
    }

    /** True while the gate's word is all there is: planned or to be planned again, nothing waited for, nothing begun. */
    public static boolean isResting(ExecutionState state) {
        return RESTING.contains(state);
    }

    /** True while it waits for people. */
    public static boolean isWaiting(ExecutionState state) {
        return state == AWAITING_APPROVAL || state == AWAITING_VETO;
    }

    /** True from the approval until its end: another repair of the same incident must wait. */
    public static boolean isUnderWay(ExecutionState state) {
        return state == APPROVED
                || state == PRECHECK
                || state == RUNNING
                || state == VERIFYING
                || state == COMPENSATING;
    }

    /** The table as a Mermaid state diagram, for the documentation. */
    public static String diagram() {
        StringBuilder text = new StringBuilder("stateDiagram-v2\n    [*] --> PROPOSED\n");
        for (ExecutionState state : ExecutionState.values()) {
            moves(state)
                    .forEach((event, to) -> text.append("    ")
                            .append(state)
                            .append(" --> ")
                            .append(to)
                            .append(": ")
                            .append(event.name()
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .replace('_', ' '))
                            .append('\n'));
            if (isEnd(state)) {
                text.append("    ").append(state).append(" --> [*]\n");
            }
        }
        return text.toString();
    }

    private static Map<ExecutionState, Map<ExecutionEvent, ExecutionState>> table() {
        Table table = new Table();
        for (ExecutionState state : new ExecutionState[] {PROPOSED, DENIED, SHADOWED, SUGGESTED, STALE}) {
            table.on(state, ExecutionEvent.GATE_REFUSED, DENIED)
                    .on(state, ExecutionEvent.GATE_OBSERVES, SHADOWED)
                    .on(state, ExecutionEvent.GATE_SUGGESTS, SUGGESTED)
                    .on(state, ExecutionEvent.GATE_ASKS, AWAITING_APPROVAL)
                    .on(state, ExecutionEvent.GATE_WAITS_FOR_VETO, AWAITING_VETO)
                    .on(state, ExecutionEvent.GATE_RUNS, APPROVED)
                    .on(state, ExecutionEvent.REPLACED, SUPERSEDED)
                    .on(state, ExecutionEvent.RECOVERED_MEANWHILE, SUPERSEDED)
                    .on(state, ExecutionEvent.CANCELLED, CANCELLED)
                    .on(state, ExecutionEvent.INCIDENT_ENDED, CLOSED);
        }
        for (ExecutionState state : new ExecutionState[] {AWAITING_APPROVAL, AWAITING_VETO}) {
            table.on(state, ExecutionEvent.APPROVED, APPROVED)
                    .on(state, ExecutionEvent.REJECTED, REJECTED)
                    .on(state, ExecutionEvent.CANCELLED, CANCELLED)
                    .on(state, ExecutionEvent.STOPPED, CANCELLED)
                    .on(state, ExecutionEvent.CHANGED, STALE)
                    .on(state, ExecutionEvent.RECOVERED_MEANWHILE, SUPERSEDED)
                    .on(state, ExecutionEvent.REPLACED, SUPERSEDED)
                    .on(state, ExecutionEvent.INCIDENT_ENDED, SUPERSEDED);
        }
        table.on(AWAITING_APPROVAL, ExecutionEvent.EXPIRED, EXPIRED);
        table.on(AWAITING_VETO, ExecutionEvent.VETO_PASSED, APPROVED);
        table.on(APPROVED, ExecutionEvent.CHECK_STARTED, PRECHECK)
                .on(APPROVED, ExecutionEvent.CANCELLED, CANCELLED)
                .on(APPROVED, ExecutionEvent.STOPPED, CANCELLED)
                .on(APPROVED, ExecutionEvent.INCIDENT_ENDED, SUPERSEDED);
        table.on(PRECHECK, ExecutionEvent.CHECKS_PASSED, RUNNING)
                .on(PRECHECK, ExecutionEvent.CHANGED, STALE)
                .on(PRECHECK, ExecutionEvent.GATE_REFUSED, DENIED)
                .on(PRECHECK, ExecutionEvent.RECOVERED_MEANWHILE, SUPERSEDED)
                .on(PRECHECK, ExecutionEvent.CANCELLED, CANCELLED)
                .on(PRECHECK, ExecutionEvent.STOPPED, CANCELLED)
                .on(PRECHECK, ExecutionEvent.INCIDENT_ENDED, SUPERSEDED);
        table.on(RUNNING, ExecutionEvent.STEP_APPLIED, VERIFYING)
                .on(RUNNING, ExecutionEvent.NEXT_STEP, RUNNING)
                .on(RUNNING, ExecutionEvent.STEP_FAILED, NOT_RECOVERED)
                .on(RUNNING, ExecutionEvent.EFFECT_UNKNOWN, INCONCLUSIVE)
                .on(RUNNING, ExecutionEvent.STOPPED, HALTED)
                .on(RUNNING, ExecutionEvent.CANCELLED, HALTED);
        table.on(VERIFYING, ExecutionEvent.NEXT_STEP, RUNNING)
                .on(VERIFYING, ExecutionEvent.JUDGED_RECOVERED, RECOVERED)
                .on(VERIFYING, ExecutionEvent.JUDGED_NOT_RECOVERED, NOT_RECOVERED)
                .on(VERIFYING, ExecutionEvent.JUDGED_WORSENED, WORSENED)
                .on(VERIFYING, ExecutionEvent.JUDGED_INCONCLUSIVE, INCONCLUSIVE);
        table.on(NOT_RECOVERED, ExecutionEvent.UNDO_STARTED, COMPENSATING);
        table.on(WORSENED, ExecutionEvent.UNDO_STARTED, COMPENSATING);
        table.on(COMPENSATING, ExecutionEvent.UNDO_DONE, COMPENSATED)
                .on(COMPENSATING, ExecutionEvent.UNDO_FAILED, COMPENSATION_FAILED);
        return table.moves;
    }

    /** Collects the table; a pair given twice is a mistake. */
    private static final class Table {
        private final Map<ExecutionState, Map<ExecutionEvent, ExecutionState>> moves =
                new EnumMap<>(ExecutionState.class);

        Table on(ExecutionState state, ExecutionEvent event, ExecutionState to) {
            ExecutionState before = moves.computeIfAbsent(state, s -> new EnumMap<>(ExecutionEvent.class))
                    .put(event, to);
            if (before != null) {
                throw new IllegalStateException(state + " on " + event + " is there twice");
            }
            return this;
        }
    }
}

package io.evenkeel.remediation.execution;

import io.evenkeel.domain.remedy.ExecutionState;

/** The state does not know this event. */
public final class IllegalMoveException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public IllegalMoveException(ExecutionState state, ExecutionEvent event) {
        super(state + " does not take " + event);
    }
}

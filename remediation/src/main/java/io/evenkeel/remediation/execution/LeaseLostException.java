package io.evenkeel.remediation.execution;

/** Somebody else drives this execution now, or it is no longer in the state that was read. Drop it, write nothing. */
public final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LeaseLostException(String message) {
        super(message);
    }
}

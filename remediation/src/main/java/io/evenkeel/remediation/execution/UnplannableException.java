package io.evenkeel.remediation.execution;

/** A plan cannot be made: the target does not exist, cannot be reached, or the set of targets is empty. */
public final class UnplannableException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnplannableException(String message) {
        super(message);
    }

    public UnplannableException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.evenkeel.remediation.incident;

/**
 * An event is well-formed but the database refuses it for good (a zero byte in a text, a number out of range). Trying
 * again cannot help: the reader dead-letters the one event and goes on.
 */
public final class UnstorableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnstorableException(String message, Throwable cause) {
        super(message, cause);
    }
}

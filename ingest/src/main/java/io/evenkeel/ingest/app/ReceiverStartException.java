package io.evenkeel.ingest.app;

import org.jspecify.annotations.Nullable;

/** The receiver cannot open as it was told to; the message says what, where and how to mend it, for an operator. */
public final class ReceiverStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong; all are for the operator to mend. */
    public enum Problem {
        UNKNOWN_ADDRESS,
        BEYOND_LOOPBACK_UNGUARDED,
        TOKEN_UNUSABLE,
        TLS_UNUSABLE,
        PORT_UNAVAILABLE
    }

    private final Problem problem;

    ReceiverStartException(Problem problem, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}

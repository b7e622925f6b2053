package io.evenkeel.remediation.incident;

/** A person asked for something that cannot be done; the message says what, why and what to try. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, in the words of HTTP. */
    public enum Kind {
        NOT_FOUND,
        CONFLICT,
        INVALID,
        UNAVAILABLE
    }

    private final Kind kind;

    public Refusal(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Refusal(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}

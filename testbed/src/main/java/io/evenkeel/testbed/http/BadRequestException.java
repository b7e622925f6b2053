package io.evenkeel.testbed.http;

/** The caller asked for something that cannot be. Carries the HTTP status to answer with and a message for people. */
public final class BadRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    public BadRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** HTTP status, 400 to 499. */
    public int status() {
        return status;
    }
}

package io.evenkeel.wire.otlp;

/**
 * The body is no OTLP request: the sender is at fault and sending it again will not help. The message names the field
 * and the place, never the content. Carries no stack trace, since it can be thrown as fast as garbage arrives.
 */
public final class MalformedRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedRequestException(String message) {
        super(message, null, false, false);
    }
}

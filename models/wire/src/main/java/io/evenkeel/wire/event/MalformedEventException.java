package io.evenkeel.wire.event;

import org.jspecify.annotations.Nullable;

/** Bytes on one of our topics are not the event they should be; the reader dead-letters the record and goes on. */
public final class MalformedEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedEventException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

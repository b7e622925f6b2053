package io.evenkeel.launcher.setup;

import org.jspecify.annotations.Nullable;

/** Evenkeel cannot start or go on; the message says what, where and how to mend it, and is shown without a stack trace. */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartupException(String message) {
        super(message);
    }

    public StartupException(@Nullable String message, Throwable cause) {
        super(message, cause);
    }
}

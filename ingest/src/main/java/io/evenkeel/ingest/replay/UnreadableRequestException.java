package io.evenkeel.ingest.replay;

import java.io.IOException;

/** One recorded request cannot be read; those behind it may be. The message names file and request. */
public final class UnreadableRequestException extends IOException {
    private static final long serialVersionUID = 1;

    UnreadableRequestException(String message) {
        super(message);
    }
}

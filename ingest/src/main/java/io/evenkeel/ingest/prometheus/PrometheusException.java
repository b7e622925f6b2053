package io.evenkeel.ingest.prometheus;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A Prometheus cannot be reached, does not take the query, or answers with what cannot be used; the message says which. */
public final class PrometheusException extends IOException {
    private static final long serialVersionUID = 1L;

    PrometheusException(String message) {
        this(message, null);
    }

    PrometheusException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

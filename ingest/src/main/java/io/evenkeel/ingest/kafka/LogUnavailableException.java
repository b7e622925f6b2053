package io.evenkeel.ingest.kafka;

/** Kafka did not acknowledge every record in time; sending the request again may succeed, and may write some twice. */
public final class LogUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LogUnavailableException(String message, Throwable cause) {
        super(message, cause, false, false);
    }

    LogUnavailableException(String message) {
        super(message, null, false, false);
    }
}

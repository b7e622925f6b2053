package io.evenkeel.remediation.kafka;

/** The brokers did not take an event in time. Type system: nothing was lost, try again when they are back. */
public final class EventNotSentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EventNotSentException(String topic, String reason, Throwable cause) {
        super(
                "Kafka did not take an event for " + topic + ": " + reason + ". Try again when the brokers answer.",
                cause);
    }
}

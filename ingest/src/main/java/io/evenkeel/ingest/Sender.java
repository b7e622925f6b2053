package io.evenkeel.ingest;

/**
 * Who sends: one line of the token file, or anyone where no token is asked for.
 *
 * @param name for logs and counters, for example {@code checkout-collector}
 * @param limit what all who show the token may send together
 */
public record Sender(String name, RateLimit limit) {
    static final Sender ANYONE = new Sender("", RateLimit.NONE);
}

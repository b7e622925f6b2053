package io.evenkeel.ingest;

/**
 * A decision about a request or a part of it.
 *
 * @param <T> what an accepted one has become
 */
public sealed interface Verdict<T> {
    record Accepted<T>(T value) implements Verdict<T> {}

    /**
     * Not taken.
     *
     * @param message for the sender's log: what is wrong and what to try, never content or secrets
     */
    record Refused<T>(Refusal reason, String message) implements Verdict<T> {
        /** The same refusal where another type is due. */
        public <U> Refused<U> as() {
            return new Refused<>(reason, message);
        }
    }

    static <T> Verdict<T> accepted(T value) {
        return new Accepted<>(value);
    }

    static <T> Verdict<T> refused(Refusal reason, String message) {
        return new Refused<>(reason, message);
    }
}

package io.evenkeel.remediation.notify;

/** How a notification leaves the house: the webhook, or a stand-in in tests. */
public interface Delivery {
    /**
     * @param ok true when the receiver took it
     * @param error what went wrong, empty when ok
     */
    record Outcome(boolean ok, String error) {
        public static Outcome arrived() {
            return new Outcome(true, "");
        }

        public static Outcome failed(String error) {
            return new Outcome(false, error);
        }
    }

    /**
     * @param id the same on every try of the same notification, by which a receiver drops repetitions
     */
    Outcome deliver(Route route, String id, String payload);
}

package io.evenkeel.detection;

/**
 * Something about the way a metric is sent that makes its figures mean less than they seem to. Told to operators, not to
 * whoever is on call; the points are counted all the same.
 *
 * @param service {@code ServiceKey.id()}
 * @param detail what was seen, in words
 */
public record MetricDoubt(String service, String metric, Kind kind, String detail) {
    public enum Kind {
        /** One name, several units or types: kept apart, but no figure of that name means all of them. */
        NAME_CONFLICT,
        /** Two senders with one identity, or one that was set back or begins anew without saying so. */
        TWO_WRITERS
    }
}

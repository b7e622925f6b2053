package io.evenkeel.domain.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * One learned signal: what is judged against a baseline, drawn in a plot and rolled up to a row. Survives deploys:
 * a replica's successor in the same slot has the same key.
 *
 * @param service whose signal it is; for an edge the caller
 * @param kind what it measures
 * @param callee for an edge caller→callee, else null
 * @param operation span or route name such as {@code POST /checkout}; empty for the whole service
 * @param slot {@code host#ordinal} for a signal of one replica, such as {@code node-3#1}; empty for the whole service
 * @param metric metric name such as {@code jvm.memory.used}; {@code requests} for RED signals
 * @param attributes point attributes in canonical form {@code k=v,k2=v2}, keys ascending; empty when there are none
 */
public record SignalKey(
        ServiceKey service,
        SignalKind kind,
        @Nullable ServiceKey callee,
        String operation,
        String slot,
        String metric,
        String attributes) {
    /** Metric name of rate, errors and duration signals, whatever telemetry they were formed from. */
    public static final String REQUESTS = "requests";

    /**
     * Metric name of the note that a bound on what is kept of a service has been reached: points per second refused. The
     * attributes of its key name the host or owner, of its finding {@code metric} and {@code attribute} what fills it.
     */
    public static final String REFUSED = "evenkeel.refused_points";

    /** A RED signal of a whole service. */
    public static SignalKey ofService(ServiceKey service, SignalKind kind) {
        return new SignalKey(service, kind, null, "", "", REQUESTS, "");
    }

    /** A RED signal of one operation of a service. */
    public static SignalKey ofOperation(ServiceKey service, String operation, SignalKind kind) {
        return new SignalKey(service, kind, null, operation, "", REQUESTS, "");
    }

    /** A RED signal of the calls that one service makes to another, seen by the caller. */
    public static SignalKey ofEdge(ServiceKey caller, ServiceKey callee, SignalKind kind) {
        return new SignalKey(caller, kind, callee, "", "", REQUESTS, "");
    }

    /**
     * Refused points of a service.
     *
     * @param owner host or pod owner whose series they are; empty for the operations and calls of the service
     */
    public static SignalKey ofRefused(ServiceKey service, String owner) {
        String attributes = owner.isEmpty() ? "" : "owner=" + owner;
        return new SignalKey(service, SignalKind.COUNTER_RATE, null, "", "", REFUSED, attributes);
    }

    public boolean isEdge() {
        return callee != null;
    }

    /** True for rate, errors or duration of a whole service: the "golden" signals, kept at 10 s. */
    public boolean isGolden() {
        return metric.equals(REQUESTS) && callee == null && operation.isEmpty() && slot.isEmpty();
    }

    /** The same signal without saying of which replica: what a service's replicas have in common. */
    public SignalKey ofAnySlot() {
        return slot.isEmpty() ? this : new SignalKey(service, kind, callee, operation, "", metric, attributes);
    }

    /**
     * Stable text form, unique per signal, for example
     * {@code demo/shop/payment|error_ratio|||requests|} : service, kind, callee, operation, slot, metric, attributes,
     * joined by {@code |}.
     */
    public String id() {
        return service.id()
                + '|'
                + kind.word()
                + '|'
                + (callee == null ? "" : callee.id())
                + '|'
                + ServiceKey.escape(operation)
                + '|'
                + ServiceKey.escape(slot)
                + '|'
                + ServiceKey.escape(metric)
                + '|'
                + ServiceKey.escape(attributes);
    }

    /**
     * Reads {@link #id()} back.
     *
     * @throws IllegalArgumentException if the text does not have exactly seven parts or names an unknown kind
     */
    public static SignalKey parse(String id) {
        String[] parts = id.split("\\|", -1);
        if (parts.length != 7) {
            throw new IllegalArgumentException("signal id '" + id
                    + "' must have seven parts: service|kind|callee|operation|slot|metric|attributes");
        }
        return new SignalKey(
                ServiceKey.parse(parts[0]),
                SignalKind.valueOf(parts[1].toUpperCase(java.util.Locale.ROOT)),
                parts[2].isEmpty() ? null : ServiceKey.parse(parts[2]),
                ServiceKey.unescape(parts[3]),
                ServiceKey.unescape(parts[4]),
                ServiceKey.unescape(parts[5]),
                ServiceKey.unescape(parts[6]));
    }
}

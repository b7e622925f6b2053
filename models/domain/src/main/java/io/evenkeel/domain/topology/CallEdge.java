package io.evenkeel.domain.topology;

import io.evenkeel.domain.telemetry.ServiceKey;
import java.time.Instant;

/**
 * One service calls another. Direction is that of the request: trouble travels against it, from callee to caller.
 *
 * @param caller who calls
 * @param callee who is called; {@link ServiceKey#isRemote()} when it sends no telemetry itself
 * @param protocol {@code http}, {@code rpc}, {@code db} or {@code messaging}; the last carries no latency to the caller
 * @param callsPerSecond recent rate, ≥ 0
 * @param lastSeen latest call seen (event time)
 */
public record CallEdge(ServiceKey caller, ServiceKey callee, String protocol, double callsPerSecond, Instant lastSeen) {
    /** Stable key of the edge, {@code caller>callee}. */
    public String id() {
        return caller.id() + '>' + callee.id();
    }
}

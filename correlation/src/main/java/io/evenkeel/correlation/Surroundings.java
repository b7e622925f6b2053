package io.evenkeel.correlation;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.Change;
import io.evenkeel.learning.cause.CallGraph;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What is known about an environment beside its findings.
 *
 * @param graph who calls whom
 * @param userFacing per catalogued service whether users call it directly; services that nobody catalogued are missing
 * @param changes recent changes, any order
 */
public record Surroundings(CallGraph graph, Map<ServiceKey, Boolean> userFacing, List<Change> changes) {
    public Surroundings {
        userFacing = Map.copyOf(userFacing);
        changes = List.copyOf(changes);
    }

    public static Surroundings unknown() {
        return new Surroundings(CallGraph.of(List.of()), Map.of(), List.of());
    }

    /** The catalogue's word; without one, a service that nobody is seen to call must be called by users. */
    public boolean isUserFacing(ServiceKey service) {
        Boolean catalogued = userFacing.get(service);
        return catalogued != null
                ? catalogued
                : !service.isRemote() && graph.callersOf(service).isEmpty();
    }

    /** True when the service was deployed, restarted, scaled or otherwise changed at most that long before. */
    boolean changedWithin(ServiceKey service, Instant at, Duration before) {
        return changes.stream()
                .anyMatch(change -> change.service().equals(service)
                        && !change.at().isBefore(at.minus(before))
                        && !change.at().isAfter(at.plus(before)));
    }
}

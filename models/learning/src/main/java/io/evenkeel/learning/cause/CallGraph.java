package io.evenkeel.learning.cause;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who calls whom in one environment, as last seen: an immutable picture. Never guesses an edge that no telemetry showed.
 */
public final class CallGraph {
    /** Weight floor of a rarely used edge and its slope over the call share: see {@link #shareWeight}. */
    private static final double SHARE_FLOOR = 0.25;

    private static final double SHARE_SLOPE = 1.5;

    private final Map<ServiceKey, List<CallEdge>> byCaller = new LinkedHashMap<>();
    private final Map<ServiceKey, List<CallEdge>> byCallee = new LinkedHashMap<>();

    private CallGraph() {}

    /** Later edges of the same id replace earlier ones; a service that calls itself is left out. */
    public static CallGraph of(Collection<CallEdge> edges) {
        Map<String, CallEdge> latest = new LinkedHashMap<>();
        edges.stream()
                .filter(edge -> !edge.caller().equals(edge.callee()))
                .forEach(edge -> latest.put(edge.id(), edge));
        CallGraph graph = new CallGraph();
        for (CallEdge edge : latest.values()) {
            graph.byCaller
                    .computeIfAbsent(edge.caller(), key -> new ArrayList<>())
                    .add(edge);
            graph.byCallee
                    .computeIfAbsent(edge.callee(), key -> new ArrayList<>())
                    .add(edge);
        }
        return graph;
    }

    /** Edges that leave a service; empty when it calls nobody. */
    public List<CallEdge> callsOf(ServiceKey caller) {
        return byCaller.getOrDefault(caller, List.of());
    }

    /** Edges that enter a service; empty when nobody is seen to call it. */
    public List<CallEdge> callersOf(ServiceKey callee) {
        return byCallee.getOrDefault(callee, List.of());
    }

    public boolean calls(ServiceKey caller, ServiceKey callee) {
        return callsOf(caller).stream().anyMatch(edge -> edge.callee().equals(callee));
    }

    /** True when any call from or to the service was seen. */
    public boolean knows(ServiceKey service) {
        return byCaller.containsKey(service) || byCallee.containsKey(service);
    }

    public Stream<CallEdge> edges() {
        return byCaller.values().stream().flatMap(List::stream);
    }

    /** Share of the callee's calls that come over this edge, 0..1; equal parts when no rate is known. */
    public double shareOfCallee(CallEdge edge) {
        return share(edge, callersOf(edge.callee()));
    }

    /** Share of the caller's calls that go over this edge, 0..1; equal parts when no rate is known. */
    public double shareOfCaller(CallEdge edge) {
        return share(edge, callsOf(edge.caller()));
    }

    private static double share(CallEdge edge, List<CallEdge> siblings) {
        double sum = siblings.stream().mapToDouble(CallEdge::callsPerSecond).sum();
        return sum > 0 ? edge.callsPerSecond() / sum : 1.0 / Math.max(1, siblings.size());
    }

    /**
     * How readily trouble passes from the callee to the caller, 0.25..1: a caller that sends most of its calls over the
     * edge follows surely, one that rarely uses it seldom. The form min(1, 0.25 + 1.5 x share) is the one measured for
     * grouping (design CORRELATION.md, 3c).
     */
    public double shareWeight(ServiceKey caller, ServiceKey callee) {
        return callsOf(caller).stream()
                .filter(edge -> edge.callee().equals(callee))
                .mapToDouble(edge -> Math.min(1, SHARE_FLOOR + SHARE_SLOPE * shareOfCaller(edge)))
                .max()
                .orElse(0);
    }

    /** True when a chain of at most {@code maxHops} calls leads from the one service to the other. */
    public boolean reaches(ServiceKey from, ServiceKey to, int maxHops) {
        Set<ServiceKey> seen = new HashSet<>(Set.of(from));
        List<ServiceKey> frontier = List.of(from);
        for (int hop = 0; hop < maxHops && !frontier.isEmpty(); hop++) {
            frontier = frontier.stream()
                    .flatMap(service -> callsOf(service).stream().map(CallEdge::callee))
                    .filter(seen::add)
                    .toList();
            if (seen.contains(to)) {
                return true;
            }
        }
        return from.equals(to);
    }
}

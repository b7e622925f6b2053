package io.evenkeel.learning.cause;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.domain.topology.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known when the question "what is the cause?" is asked.
 *
 * @param findings findings of one incident, one version each
 * @param graph call graph of the environment
 * @param changes changes around the onset, anywhere in the environment
 * @param onset onset of the incident
 * @param now time of asking; some answers (is a replica silent?) take a while to come in
 */
public record CauseCase(List<Finding> findings, CallGraph graph, List<Change> changes, Instant onset, Instant now) {
    public CauseCase {
        findings = List.copyOf(findings);
        changes = List.copyOf(changes);
    }

    /** The graph with the calls that a finding shows although it has not: telemetry of the two may arrive in any order. */
    public CallGraph completedGraph() {
        List<CallEdge> edges = new ArrayList<>(graph.edges().toList());
        for (Finding finding : findings) {
            ServiceKey callee = finding.signal().callee();
            if (callee != null && !graph.calls(finding.signal().service(), callee)) {
                edges.add(new CallEdge(finding.signal().service(), callee, "http", 1, finding.onset()));
            }
        }
        return CallGraph.of(edges);
    }

    /** Services that a finding is about, callees of edges included. */
    Set<ServiceKey> services() {
        Set<ServiceKey> services = new TreeSet<>();
        for (Finding finding : findings) {
            services.add(finding.signal().service());
            ServiceKey callee = finding.signal().callee();
            if (callee != null) {
                services.add(callee);
            }
        }
        return services;
    }

    /** Findings that a service's own telemetry shows. */
    List<Finding> ownFindings(ServiceKey service) {
        return findings.stream()
                .filter(finding ->
                        !finding.signal().isEdge() && finding.signal().service().equals(service))
                .toList();
    }

    /** Findings of callers about their calls to a service. */
    List<Finding> callersFindings(ServiceKey service) {
        return findings.stream()
                .filter(finding -> service.equals(finding.signal().callee()))
                .toList();
    }

    /** When calls to a service began to fail or be slow, by its own or its callers' view; else the incident's onset. */
    public Instant onsetAt(ServiceKey service) {
        return Stream.concat(ownFindings(service).stream(), callersFindings(service).stream())
                .filter(Trouble::isFailingOrSlow)
                .map(Finding::onset)
                .min(Comparator.naturalOrder())
                .orElse(onset);
    }

    /** Impact per service of one kind of trouble: the whole service's where it is known, else the sum of its operations'. */
    Map<ServiceKey, Double> impacts(java.util.function.Predicate<Finding> kind) {
        Map<ServiceKey, List<Finding>> byService = findings.stream()
                .filter(kind)
                .filter(finding -> !finding.signal().isEdge())
                .collect(Collectors.groupingBy(finding -> finding.signal().service()));
        return byService.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> impact(entry.getValue())));
    }

    /** Impact per edge id of one kind of trouble, as callers see it. */
    Map<String, Double> edgeImpacts(java.util.function.Predicate<Finding> kind) {
        return findings.stream()
                .filter(kind)
                .filter(finding -> finding.signal().isEdge())
                .collect(Collectors.toMap(CauseCase::edgeId, Trouble::impact, Double::max));
    }

    private static String edgeId(Finding finding) {
        ServiceKey callee = finding.signal().callee();
        return finding.signal().service().id() + '>' + (callee == null ? "" : callee.id());
    }

    private static double impact(List<Finding> ofOneService) {
        return ofOneService.stream()
                .filter(finding -> finding.signal().operation().isEmpty()
                        && finding.signal().slot().isEmpty())
                .mapToDouble(Trouble::impact)
                .max()
                .orElseGet(
                        () -> ofOneService.stream().mapToDouble(Trouble::impact).sum());
    }
}

package io.evenkeel.console.incident;

import io.evenkeel.console.graph.GraphEdge;
import io.evenkeel.console.graph.GraphNode;
import io.evenkeel.console.graph.GraphSvg;
import io.evenkeel.console.text.Words;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.incident.MemberRole;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is hit: the call graph of the incident as a picture and as a list.
 *
 * @param svg the picture, empty when no call is known
 * @param lines the same in words, one line per service that plays a part
 */
public record BlastRadius(String svg, List<String> lines) {
    /** More boxes than this cannot be read; those without a part are left out first. */
    private static final int MOST_NODES = 24;

    public BlastRadius {
        lines = List.copyOf(lines);
    }

    public static BlastRadius of(IncidentRow incident, List<MemberRow> members, Words words) {
        Map<ServiceKey, GraphNode.Part> parts = parts(incident, members);
        List<ServiceKey> shown = parts.keySet().stream()
                .sorted(Comparator.comparing((ServiceKey key) ->
                                parts.get(key) == GraphNode.Part.BYSTANDER || parts.get(key) == GraphNode.Part.REMOTE)
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST_NODES)
                .toList();
        List<GraphNode> nodes = shown.stream()
                .map(key -> new GraphNode(key.id(), key.name(), part(parts, key)))
                .toList();
        List<GraphEdge> edges = new ArrayList<>();
        for (CallEdge edge : incident.edges()) {
            if (shown.contains(edge.caller()) && shown.contains(edge.callee())) {
                edges.add(new GraphEdge(edge.caller().id(), edge.callee().id(), isHurt(parts, edge)));
            }
        }
        List<String> lines = lines(incident, parts, words);
        String svg = nodes.isEmpty()
                ? ""
                : GraphSvg.draw(
                        nodes, edges, String.join(" ", lines), words.say("blast.cause"), words.say("blast.suffers"));
        return new BlastRadius(svg, lines);
    }

    private static GraphNode.Part part(Map<ServiceKey, GraphNode.Part> parts, ServiceKey key) {
        return parts.getOrDefault(key, GraphNode.Part.BYSTANDER);
    }

    private static Map<ServiceKey, GraphNode.Part> parts(IncidentRow incident, List<MemberRow> members) {
        Map<ServiceKey, GraphNode.Part> parts = new LinkedHashMap<>();
        for (CallEdge edge : incident.edges()) {
            for (ServiceKey key : List.of(edge.caller(), edge.callee())) {
                parts.put(key, key.isRemote() ? GraphNode.Part.REMOTE : GraphNode.Part.BYSTANDER);
            }
        }
        for (MemberRow member : members) {
            if (member.role() == MemberRole.HARM || member.role() == MemberRole.SYMPTOM) {
                parts.put(member.signal().service(), GraphNode.Part.SUFFERS);
            }
        }
        for (Suspect suspect : incident.suspects()) {
            if (suspect.suffers()) {
                parts.put(suspect.service(), GraphNode.Part.SUFFERS);
            }
        }
        Harm harm = incident.harm();
        if (harm != null) {
            parts.put(harm.signal().service(), GraphNode.Part.SUFFERS);
        }
        ServiceKey cause = cause(incident);
        if (cause != null) {
            parts.put(cause, GraphNode.Part.CAUSE);
        }
        return parts;
    }

    private static @Nullable ServiceKey cause(IncidentRow incident) {
        if (incident.causeService() != null) {
            return incident.causeService();
        }
        return incident.suspects().stream()
                .filter(suspect -> !suspect.suffers())
                .map(Suspect::service)
                .findFirst()
                .orElse(null);
    }

    private static boolean isHurt(Map<ServiceKey, GraphNode.Part> parts, CallEdge edge) {
        GraphNode.Part callee = part(parts, edge.callee());
        return part(parts, edge.caller()) == GraphNode.Part.SUFFERS
                && (callee == GraphNode.Part.CAUSE || callee == GraphNode.Part.SUFFERS);
    }

    private static List<String> lines(IncidentRow incident, Map<ServiceKey, GraphNode.Part> parts, Words words) {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<ServiceKey, GraphNode.Part> entry : parts.entrySet()) {
            Set<String> callees = new LinkedHashSet<>();
            for (CallEdge edge : incident.edges()) {
                if (edge.caller().equals(entry.getKey())) {
                    callees.add(edge.callee().name());
                }
            }
            String name = entry.getKey().name();
            String calls = callees.isEmpty() ? "" : ' ' + words.say("blast.calls", name, String.join(", ", callees));
            String part = switch (entry.getValue()) {
                case CAUSE -> words.say("blast.line.cause", name);
                case SUFFERS -> words.say("blast.line.suffers", name);
                case BYSTANDER, REMOTE -> "";
            };
            if (!part.isEmpty() || !calls.isEmpty()) {
                lines.add((part + calls).strip());
            }
        }
        return lines;
    }
}

package io.evenkeel.correlation.measure;

import io.evenkeel.correlation.Correlator;
import io.evenkeel.correlation.EnvironmentState;
import io.evenkeel.correlation.Group;
import io.evenkeel.correlation.Grouping;
import io.evenkeel.correlation.Surroundings;
import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.domain.topology.CallEdge;
import io.evenkeel.learning.cause.CallGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the production correlator over simulated alert streams and prints its scores: {@code MeasureGrouping ALERTS GRAPHS}.
 * It sees service, kind and times only; the truth is read by the scorer alone.
 */
final class MeasureGrouping {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private MeasureGrouping() {}

    public static void main(String[] args) throws IOException {
        JsonMapper json = JsonMapper.shared();
        JsonNode streams = json.readTree(Files.readAllBytes(Path.of(args[0])));
        JsonNode graphs = json.readTree(Files.readAllBytes(Path.of(args[1])));
        for (String part : streams.propertyNames()) {
            GroupingScore.Tally tally = new GroupingScore.Tally();
            for (JsonNode stream : streams.get(part)) {
                Surroundings surroundings =
                        surroundings(graphs.get(stream.get("system").asString()));
                List<JsonNode> alerts = new ArrayList<>();
                stream.get("alerts").forEach(alerts::add);
                int[] truth = alerts.stream()
                        .mapToInt(alert -> alert.get("incident").asInt())
                        .toArray();
                tally.add(groups(alerts, surroundings), truth);
            }
            System.out.println(part + " " + tally.score());
        }
    }

    private static Surroundings surroundings(JsonNode graph) {
        List<CallEdge> edges = new ArrayList<>();
        for (JsonNode edge : graph) {
            edges.add(new CallEdge(
                    service(edge.get(0).asString()),
                    service(edge.get(1).asString()),
                    "http",
                    edge.get(2).asDouble(),
                    START));
        }
        return new Surroundings(CallGraph.of(edges), Map.of(), List.of());
    }

    /** Group number per alert; what the product leaves alone is a group of one. */
    private static int[] groups(List<JsonNode> alerts, Surroundings surroundings) {
        Correlator correlator = new Correlator(1, START);
        EnvironmentState state = correlator.fresh();
        Map<String, String> groupOf = new HashMap<>();
        Instant last = START;
        for (int i = 0; i < alerts.size(); i++) {
            Instant arrives = at(alerts.get(i).get("arrive_min").asDouble());
            for (Instant tick = last.plusSeconds(5); tick.isBefore(arrives); tick = tick.plusSeconds(5)) {
                state = correlator.onTick(state, surroundings, tick).state();
                remember(state.grouping(), groupOf);
            }
            last = arrives;
            Finding finding = finding(i, alerts.get(i), arrives);
            state = correlator.onFinding(state, surroundings, finding, arrives).state();
            remember(state.grouping(), groupOf);
        }
        for (Grouping.Alias alias : state.grouping().aliases()) {
            groupOf.replaceAll((finding, group) -> group.equals(alias.id()) ? alias.survivor() : group);
        }
        Map<String, Integer> numbers = new HashMap<>();
        int[] groups = new int[alerts.size()];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = numbers.computeIfAbsent(groupOf.getOrDefault("a" + i, "alone" + i), id -> numbers.size());
        }
        return groups;
    }

    private static void remember(Grouping state, Map<String, String> groupOf) {
        for (Group group : state.groups()) {
            group.members().forEach(member -> groupOf.put(member.findingId(), group.id()));
        }
    }

    private static Finding finding(int index, JsonNode alert, Instant arrives) {
        Instant onset = at(alert.get("event_min").asDouble());
        ServiceKey service = service(alert.get("service").asString());
        String kind = alert.get("kind").asString();
        SignalKey signal = switch (kind) {
            case "error" -> SignalKey.ofService(service, SignalKind.ERROR_RATIO);
            case "latency" -> SignalKey.ofService(service, SignalKind.DURATION_P95);
            default -> new SignalKey(service, SignalKind.GAUGE, null, "", "", kind, "");
        };
        return new Finding(
                "a" + index,
                kind.equals("log") ? FindingKind.NEW_LOG_TEMPLATE : FindingKind.ANOMALY,
                signal,
                Direction.UP,
                onset,
                onset,
                onset,
                arrives,
                arrives,
                null,
                null,
                8,
                1,
                0,
                0,
                0.1,
                1,
                "",
                null,
                null,
                List.of(),
                Map.of(),
                false,
                1,
                index);
    }

    private static ServiceKey service(String name) {
        return new ServiceKey("sim", "", name);
    }

    private static Instant at(double minutes) {
        return START.plusMillis((long) (minutes * 60_000));
    }
}

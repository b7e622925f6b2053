package io.evenkeel.learning.cause;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Ranks the causes of PetShop's low-traffic cases with the production {@link OwnExcess} and prints AC@1 and AC@3 (protocol:
 * design CORRELATION.md, section 3): {@code MeasurePetShop FOLDER}. The truth is read by the scorer alone.
 */
final class MeasurePetShop {
    private static final Pattern CASE = Pattern.compile(
            "\"case\": \"([^\"]+)\",\\s+\"rows\": \\[([^\\]]+)\\],\\s+\"target\": \\{\\s+\"node\": \"([^\"]+)\",\\s+\"metric\": \"([^\"]+)\",\\s+\"agg\": \"([^\"]+)\"");
    private static final Pattern TRUTH = Pattern.compile("\"root_cause\": \"([^\"]+)\"");

    /** Rows of a case from this one on lie after the injection. */
    private static final int FIRST_ROW_AFTER = 2;

    private static final int LEAST_HISTORY = 10;

    /** value[node][epoch] per (case, metric). */
    private final Map<String, Map<String, TreeMap<Long, Double>>> values = new HashMap<>();

    private final List<String[]> edges = new ArrayList<>();

    private MeasurePetShop() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        MeasurePetShop petShop = new MeasurePetShop();
        petShop.read(folder);
        List<String> truths = new ArrayList<>();
        Matcher truth = TRUTH.matcher(Files.readString(folder.resolve("truth.json")));
        while (truth.find()) {
            truths.add(truth.group(1));
        }
        Matcher next = CASE.matcher(Files.readString(folder.resolve("cases.json")));
        int cases = 0;
        int first = 0;
        int third = 0;
        while (next.find()) {
            long[] rows = Arrays.stream(next.group(2).split(","))
                    .mapToLong(text -> Long.parseLong(text.trim()))
                    .toArray();
            List<String> ranking = petShop.rank(next.group(1), rows, next.group(3), next.group(4), next.group(5));
            int rank = 1 + ranking.indexOf(truths.get(cases));
            System.out.println(cases + " " + next.group(4) + " rank " + rank + " of " + truths.get(cases)
                    + (rank == 1 || ranking.isEmpty() ? "" : ", first " + ranking.get(0)));
            cases++;
            first += rank == 1 ? 1 : 0;
            third += rank >= 1 && rank <= 3 ? 1 : 0;
        }
        System.out.printf("%d cases AC@1 %.3f AC@3 %.3f%n", cases, (double) first / cases, (double) third / cases);
    }

    private List<String> rank(String name, long[] rows, String target, String metric, String agg) {
        Set<String> reachable = reachable(target);
        Map<ServiceKey, Double> impact = new HashMap<>();
        Map<String, Double> requests = new HashMap<>();
        Set<String> candidates = new HashSet<>();
        for (String node : reachable) {
            double[] history = history(node, metric, agg);
            TreeMap<Long, Double> ofCase = series(name, "requests,Sum", node);
            TreeMap<Long, Double> seen = series(name, metric + "," + agg, node);
            double sum = 0;
            double excess = 0;
            double furthest = 0;
            double middle = median(history);
            double spread = Math.max(
                    1.4826
                            * median(Arrays.stream(history)
                                    .map(value -> Math.abs(value - middle))
                                    .toArray()),
                    0.001 * Math.max(Math.abs(middle), 0.001));
            for (int i = FIRST_ROW_AFTER; i < rows.length; i++) {
                double count = ofCase.getOrDefault(rows[i], 0.0);
                sum += count;
                Double value = seen.get(rows[i]);
                if (value != null && history.length > 0) {
                    excess += metric.equals("latency") ? (value - middle) * count : (middle - value) / 100 * count;
                    furthest = Math.max(furthest, Math.abs(value - middle) / spread);
                }
            }
            requests.put(node, sum);
            if (history.length >= LEAST_HISTORY) {
                impact.put(key(node), excess);
                if (furthest > 5) {
                    candidates.add(node);
                }
            }
        }
        List<CallEdge> graph = edges.stream()
                .filter(edge -> reachable.contains(edge[0]) && reachable.contains(edge[1]))
                .map(edge -> new CallEdge(
                        key(edge[0]), key(edge[1]), "http", requests.getOrDefault(edge[0], 0.0), Instant.EPOCH))
                .toList();
        return OwnExcess.of(impact, Map.of(), CallGraph.of(graph)).stream()
                .filter(excess -> candidates.contains(excess.service().name()))
                .sorted(Comparator.comparingDouble((OwnExcess.Excess excess) ->
                                -excess.own() * (excess.service().isRemote() ? 0.5 : 1))
                        .thenComparing(excess -> excess.service().name()))
                .map(excess -> excess.service().name())
                .toList();
    }

    private void read(Path folder) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(folder.resolve("low_traffic_metrics.csv.gz"))),
                StandardCharsets.UTF_8))) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] field = line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1);
                if (!field[5].isEmpty()) {
                    values.computeIfAbsent(field[0] + '|' + field[3] + ',' + field[4], key -> new HashMap<>())
                            .computeIfAbsent(bare(field[2]), key -> new TreeMap<>())
                            .put(Long.parseLong(field[1]), Double.parseDouble(field[5]));
                }
            }
        }
        Files.readAllLines(folder.resolve("low_traffic_edges.csv")).stream()
                .skip(1)
                .map(line -> line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"))
                .forEach(pair -> edges.add(new String[] {bare(pair[0]), bare(pair[1])}));
    }

    private TreeMap<Long, Double> series(String name, String metric, String node) {
        return values.getOrDefault(name + '|' + metric, Map.of()).getOrDefault(node, new TreeMap<>());
    }

    private double[] history(String node, String metric, String agg) {
        return series("normal", metric + ',' + agg, node).values().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private Set<String> reachable(String target) {
        Set<String> seen = new HashSet<>(Set.of(target));
        Deque<String> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            String at = open.pop();
            edges.stream()
                    .filter(edge -> edge[0].equals(at) && seen.add(edge[1]))
                    .forEach(edge -> open.push(edge[1]));
        }
        return seen;
    }

    private static ServiceKey key(String node) {
        return new ServiceKey("sim", node.endsWith("_remote") ? ServiceKey.REMOTE_NAMESPACE : "", node);
    }

    private static String bare(String text) {
        return text.startsWith("\"") ? text.substring(1, text.length() - 1) : text;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? 0 : n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}

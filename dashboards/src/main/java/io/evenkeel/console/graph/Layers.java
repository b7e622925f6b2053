package io.evenkeel.console.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Columns of a call graph: callers left of the services they call (longest path), each column ordered so that edges
 * cross little (two sweeps of the barycentre rule; Sugiyama, Tagawa, Toda 1981). A cycle is drawn as if its last found
 * edge were absent. The same input gives the same columns.
 */
final class Layers {
    private Layers() {}

    static List<List<GraphNode>> of(List<GraphNode> nodes, List<GraphEdge> edges) {
        Map<String, List<String>> callees = new LinkedHashMap<>();
        for (GraphNode node : nodes) {
            callees.put(node.id(), new ArrayList<>());
        }
        for (GraphEdge edge : edges) {
            List<String> called = callees.get(edge.caller());
            if (called != null
                    && callees.containsKey(edge.callee())
                    && !edge.caller().equals(edge.callee())) {
                called.add(edge.callee());
            }
        }
        List<String> order = withoutCycles(callees);
        Map<String, Integer> column = new HashMap<>();
        for (String id : order) {
            int own = column.computeIfAbsent(id, key -> 0);
            for (String callee : callees.getOrDefault(id, List.of())) {
                column.merge(callee, own + 1, Math::max);
            }
        }
        List<List<GraphNode>> layers = new ArrayList<>();
        for (GraphNode node : nodes) {
            int at = column.getOrDefault(node.id(), 0);
            while (layers.size() <= at) {
                layers.add(new ArrayList<>());
            }
            layers.get(at).add(node);
        }
        sweep(layers, edges);
        return layers;
    }

    /** Topological order of the nodes; edges that close a cycle are taken out of the map. */
    private static List<String> withoutCycles(Map<String, List<String>> callees) {
        List<String> reversed = new ArrayList<>();
        Set<String> done = new HashSet<>();
        for (String root : callees.keySet()) {
            visit(root, callees, done, new HashSet<>(), reversed);
        }
        List<String> order = new ArrayList<>(reversed);
        java.util.Collections.reverse(order);
        return order;
    }

    private static void visit(
            String id, Map<String, List<String>> callees, Set<String> done, Set<String> path, List<String> reversed) {
        if (!done.add(id)) {
            return;
        }
        path.add(id);
        List<String> called = callees.getOrDefault(id, List.of());
        called.removeIf(path::contains);
        for (String callee : List.copyOf(called)) {
            visit(callee, callees, done, path, reversed);
        }
        path.remove(id);
        reversed.add(id);
    }

    private static void sweep(List<List<GraphNode>> layers, List<GraphEdge> edges) {
        for (int round = 0; round < 2; round++) {
            Map<String, Double> place = new HashMap<>();
            for (List<GraphNode> layer : layers) {
                layer.sort(Comparator.comparingDouble(node -> barycentre(node.id(), edges, place)));
                for (int i = 0; i < layer.size(); i++) {
                    place.put(layer.get(i).id(), (i + 0.5) / layer.size());
                }
            }
        }
    }

    private static double barycentre(String id, List<GraphEdge> edges, Map<String, Double> place) {
        return edges.stream()
                .filter(edge -> edge.callee().equals(id) && place.containsKey(edge.caller()))
                .mapToDouble(edge -> place.getOrDefault(edge.caller(), 0.5))
                .average()
                .orElse(0.5);
    }
}

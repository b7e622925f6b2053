package io.evenkeel.console.graph;

import io.evenkeel.console.text.Xml;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws who calls whom, callers left, as SVG text. Names are escaped and cut; the list beside it has them in full. */
public final class GraphSvg {
    private static final int NODE_HEIGHT = 30;
    private static final int ROW = 56;
    private static final int GAP = 44;
    private static final int LONGEST_NAME = 18;
    /** Width of a letter at the style sheet's 12 units. */
    private static final double LETTER = 7.0;

    private GraphSvg() {}

    /**
     * @param nodes services; more than about 24 become hard to read, the caller cuts
     * @param edges calls between them; edges to unknown nodes are left out
     * @param label the picture in one sentence
     * @param causeWord word under the cause
     * @param suffersWord word under those that suffer
     */
    public static String draw(
            List<GraphNode> nodes, List<GraphEdge> edges, String label, String causeWord, String suffersWord) {
        List<List<GraphNode>> layers = Layers.of(nodes, edges);
        int rows = layers.stream().mapToInt(List::size).max().orElse(1);
        int height = Math.max(2, rows) * ROW + 8;
        Map<String, Box> boxes = new HashMap<>();
        int x = 6;
        for (List<GraphNode> layer : layers) {
            int width = layer.stream().mapToInt(GraphSvg::width).max().orElse(60);
            double room = (double) height / layer.size();
            for (int i = 0; i < layer.size(); i++) {
                double middle = room * (i + 0.5) - 4;
                boxes.put(layer.get(i).id(), new Box(x, middle, width));
            }
            x += width + GAP;
        }
        int width = Math.max(240, x - GAP + 6);
        StringBuilder svg = new StringBuilder(2048);
        svg.append(String.format(
                Locale.ROOT,
                "<svg class=\"graph\" viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"%s\">",
                width,
                height,
                width,
                Xml.escape(label)));
        for (GraphEdge edge : edges) {
            edge(svg, edge, boxes);
        }
        for (GraphNode node : nodes) {
            node(svg, node, boxes, causeWord, suffersWord);
        }
        return svg.append("</svg>").toString();
    }

    private static int width(GraphNode node) {
        return (int) Math.max(54, cut(node.name()).length() * LETTER + 22);
    }

    private static String cut(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + '…';
    }

    private static void edge(StringBuilder svg, GraphEdge edge, Map<String, Box> boxes) {
        Box from = boxes.get(edge.caller());
        Box to = boxes.get(edge.callee());
        if (from == null || to == null || from.equals(to)) {
            return;
        }
        double startX = from.x + from.width;
        double endX = to.x;
        double bend = Math.max(18, (endX - startX) / 2);
        svg.append(String.format(
                Locale.ROOT,
                "<path class=\"call%s\" d=\"M%.0f %.1fC%.0f %.1f %.0f %.1f %.0f %.1f\"/>",
                edge.hurt() ? " hurt" : "",
                startX,
                from.middle,
                startX + bend,
                from.middle,
                endX - bend,
                to.middle,
                endX,
                to.middle));
    }

    private static void node(
            StringBuilder svg, GraphNode node, Map<String, Box> boxes, String causeWord, String suffersWord) {
        Box box = boxes.get(node.id());
        if (box == null) {
            return;
        }
        String part = node.part().name().toLowerCase(Locale.ROOT);
        double centre = box.x + box.width / 2.0;
        svg.append(String.format(
                Locale.ROOT,
                "<g class=\"node %s\"><title>%s</title><rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"8\"/>"
                        + "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                part,
                Xml.escape(node.name()),
                box.x,
                box.middle - NODE_HEIGHT / 2.0,
                box.width,
                NODE_HEIGHT,
                centre,
                box.middle + 4.2,
                Xml.escape(cut(node.name()))));
        String under = switch (node.part()) {
            case CAUSE -> causeWord;
            case SUFFERS -> suffersWord;
            case BYSTANDER, REMOTE -> "";
        };
        if (!under.isEmpty()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"ax\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                    centre,
                    box.middle + NODE_HEIGHT / 2.0 + 11,
                    Xml.escape(under)));
        }
        svg.append("</g>");
    }

    /** Where a node lies: left edge, middle height, width. */
    private record Box(int x, double middle, int width) {}
}

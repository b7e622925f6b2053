package io.evenkeel.console.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class GraphSvgTest {
    @Test
    void callersStandLeftOfWhatTheyCall() {
        List<List<GraphNode>> layers = Layers.of(
                List.of(node("payment"), node("front"), node("checkout")),
                List.of(new GraphEdge("checkout", "payment", true), new GraphEdge("front", "checkout", true)));
        assertThat(layers.stream().map(layer -> layer.get(0).id())).containsExactly("front", "checkout", "payment");
    }

    @Test
    void aCycleIsDrawnOnce() {
        List<List<GraphNode>> layers = Layers.of(
                List.of(node("a"), node("b")),
                List.of(
                        new GraphEdge("a", "b", false),
                        new GraphEdge("b", "a", false),
                        new GraphEdge("a", "a", false)));
        assertThat(layers).hasSize(2);
    }

    @Test
    void saysInWordsWhoIsTheCauseAndWhoSuffers() {
        String svg = GraphSvg.draw(
                List.of(
                        new GraphNode("a", "front", GraphNode.Part.SUFFERS),
                        new GraphNode("b", "payment", GraphNode.Part.CAUSE)),
                List.of(new GraphEdge("a", "b", true)),
                "front calls payment",
                "cause",
                "suffers");
        assertThat(svg).contains(">cause</text>", ">suffers</text>", "aria-label=\"front calls payment\"");
    }

    @Test
    void namesAreEscapedAndCut() {
        String svg = GraphSvg.draw(
                List.of(new GraphNode("x", "<script>alert(1)</script>", GraphNode.Part.CAUSE)),
                List.of(),
                "<b>",
                "c",
                "s");
        assertThat(svg).doesNotContain("<script").doesNotContain("<b>").contains("&lt;script&gt;");
    }

    @Property(tries = 200)
    void everyNodeGetsExactlyOnePlace(@ForAll @Size(max = 30) List<@IntRange(max = 99) Integer> calls) {
        List<GraphNode> nodes = java.util.stream.IntStream.range(0, 10)
                .mapToObj(i -> node("n" + i))
                .toList();
        List<GraphEdge> edges = calls.stream()
                .map(call -> new GraphEdge("n" + call / 10, "n" + call % 10, false))
                .toList();
        assertThat(Layers.of(nodes, edges).stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(nodes);
    }

    private static GraphNode node(String id) {
        return new GraphNode(id, id, GraphNode.Part.BYSTANDER);
    }
}

package io.evenkeel.correlation;

import static io.evenkeel.correlation.TestObjects.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.incident.Suspect;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** One fault is one incident, whatever the order of arrival, the names and the shape of the graph. */
class AnyOrderProperties {
    /** What was found, with its onset in seconds after noon. */
    private record Found(Draft draft, double onset) {}

    @Property(tries = 300)
    void badDeploy_isOneIncidentInAnyOrderWithinThirtySeconds(@ForAll long seed) {
        List<Found> findings = badDeploy();
        Timeline story = arriving(Timeline.shop(), findings, new Random(seed), 30);

        assertThat(story.sent())
                .extracting(Incident::id)
                .as("seed %d", seed)
                .containsOnly(story.incident().id());
        Incident incident = story.incident();
        assertThat(incident.members()).hasSize(findings.size());
        assertThat(incident.suspects().get(0).service()).isEqualTo(PAYMENT);
        assertThat(incident.title()).isEqualTo("POST /checkout fails for 48 % of requests");
    }

    @Property(tries = 300)
    void hungReplica_isOneIncidentInAnyOrder(@ForAll long seed) {
        List<Found> findings = List.of(
                new Found(silence(CATALOG, "catalog-2-b", 2), -4),
                new Found(edgeErrors(FRONT, CATALOG, 0.5, 15).errorType("java.net.http.HttpTimeoutException"), 2),
                new Found(edgeSlow(FRONT, CATALOG, 2, 30), 2),
                new Found(slow(FRONT, 2, 30), 3),
                new Found(errors(FRONT, 0.35, 15), 3));
        Timeline story = arriving(Timeline.shop(), findings, new Random(seed), 30);

        assertThat(story.sent())
                .extracting(Incident::id)
                .as("seed %d", seed)
                .containsOnly(story.incident().id());
        assertThat(story.incident().suspects().get(0).instance()).isEqualTo("catalog-2-b");
    }

    /** Random trees below one front: the failing node is named, and all on the way up suffer. */
    @Property(tries = 300)
    void errorsAnywhereInAnyTree_pointAtTheFailingService(
            @ForAll long seed, @ForAll @Size(min = 3, max = 10) List<@IntRange(min = 0, max = 100) Integer> parents) {
        Random random = new Random(seed);
        List<ServiceKey> services = new ArrayList<>(List.of(service("s0")));
        List<Integer> parentOf = new ArrayList<>(List.of(-1));
        List<CallEdge> edges = new ArrayList<>();
        for (int i = 1; i <= parents.size(); i++) {
            // a chain of at most five services, as deep as users' calls go in the systems that we have seen
            int parent = parents.get(i - 1) % i;
            while (depth(parentOf, parent) >= 4) {
                parent = parentOf.get(parent);
            }
            parentOf.add(parent);
            services.add(service("s" + i));
            edges.add(edge(services.get(parent), services.get(i), 5 + random.nextInt(20)));
        }
        int culprit = 1 + random.nextInt(services.size() - 1);
        List<Found> findings = new ArrayList<>();
        double impact = 4;
        double onset = 0;
        for (int at = culprit; at >= 0; at = parentOf.get(at)) {
            findings.add(new Found(errors(services.get(at), 0.4, impact), onset));
            if (at > 0) {
                findings.add(new Found(
                        edgeErrors(services.get(parentOf.get(at)), services.get(at), 0.4, impact)
                                .errorType("500"),
                        onset));
            }
            impact *= 0.97;
            onset += 1;
        }
        Timeline story = arriving(new Timeline(edges), findings, random, 10);

        assertThat(story.sent())
                .extracting(Incident::id)
                .as("seed %d", seed)
                .containsOnly(story.incident().id());
        List<Suspect> suspects = story.incident().suspects();
        assertThat(suspects.get(0).service()).isEqualTo(services.get(culprit));
        assertThat(suspects.stream().skip(1)).allMatch(Suspect::suffers);
        assertThat(suspects.stream().mapToDouble(Suspect::share).sum()).isLessThanOrEqualTo(1 + 1e-9);
    }

    private static int depth(List<Integer> parentOf, int node) {
        int depth = 0;
        for (int at = node; at > 0; at = parentOf.get(at)) {
            depth++;
        }
        return depth;
    }

    private static List<Found> badDeploy() {
        return List.of(
                new Found(edgeErrors(CHECKOUT, PAYMENT, 0.5, 5).errorType("500"), 0),
                new Found(errors(PAYMENT, 0.5, 5), 0),
                new Found(errors(CHECKOUT, 0.48, 4.8), 1),
                new Found(edgeErrors(FRONT, CHECKOUT, 0.48, 4.8).errorType("500"), 2),
                new Found(errors(FRONT, 0.12, 4.9), 2),
                new Found(operationErrors(FRONT, "POST /checkout", 0.48, 4.8), 2));
    }

    private static Timeline arriving(Timeline story, List<Found> findings, Random random, int withinSeconds) {
        List<Found> order = new ArrayList<>(findings);
        Collections.shuffle(order, random);
        double[] times =
                random.doubles(order.size(), 12, 12 + withinSeconds).sorted().toArray();
        for (int i = 0; i < order.size(); i++) {
            story.at(times[i]).found(order.get(i).draft(), order.get(i).onset());
        }
        return story.at(12 + withinSeconds + 15);
    }
}

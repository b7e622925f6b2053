package io.evenkeel.correlation;

import static io.evenkeel.correlation.TestObjects.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.incident.Incident;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Nothing is decided by a service's name: other names give the same incident under other names. */
class RenamingProperties {
    @Property(tries = 200)
    void renamingServicesRenamesTheResultOnly(@ForAll long seed) {
        List<String> names = new ArrayList<>();
        Map<String, String> other = new HashMap<>();
        Random naming = new Random(seed);
        int services = 4 + naming.nextInt(6);
        for (int i = 0; i < services; i++) {
            names.add("svc" + (char) ('a' + i));
            // reversed order and other words, so that a decision by name would show
            other.put("svc" + (char) ('a' + i), "zz" + (char) ('z' - i) + naming.nextInt(10));
        }
        Timeline plain = story(seed, names, name -> name);
        Timeline renamed = story(seed, names, name -> other.getOrDefault(name, name));

        assertThat(tellings(renamed, name -> name))
                .as("seed %d", seed)
                .isEqualTo(tellings(plain, text -> rename(text, other)));
    }

    private static String rename(String text, Map<String, String> other) {
        String result = text;
        for (Map.Entry<String, String> entry : other.entrySet()) {
            result = result.replace(entry.getKey(), entry.getValue());
        }
        return result;
    }

    /** What a person is told, without ids, which are digests of names. */
    private static List<String> tellings(Timeline story, UnaryOperator<String> words) {
        List<String> told = new ArrayList<>();
        for (Incident incident : story.incidents()) {
            told.add(words.apply(incident.title()) + " " + incident.severity() + " " + incident.pages());
            incident.suspects()
                    .forEach(suspect -> told.add(words.apply(suspect.service().name() + " "
                            + suspect.cause() + " " + Math.round(1e6 * suspect.share()) + " "
                            + Math.round(1e6 * suspect.confidence()) + " " + suspect.text() + " "
                            + suspect.evidence().stream()
                                    .map(term -> term.text())
                                    .toList())));
            incident.members()
                    .forEach(member -> told.add(words.apply(
                            member.signal().service().name() + " " + member.role() + " " + member.reason())));
        }
        return told;
    }

    /** Random graph, random troubles at random strengths; drawn by position, never by name. */
    private static Timeline story(long seed, List<String> names, UnaryOperator<String> naming) {
        Random random = new Random(seed);
        List<ServiceKey> services =
                names.stream().map(naming).map(name -> service(name)).toList();
        List<CallEdge> edges = new ArrayList<>();
        for (int i = 1; i < services.size(); i++) {
            edges.add(edge(services.get(random.nextInt(i)), services.get(i), 1 + 30 * random.nextDouble()));
        }
        Timeline story = new Timeline(edges);
        if (random.nextBoolean()) {
            story.changed(deploy(
                    services.get(random.nextInt(services.size())), "2.0", NOON.minusSeconds(random.nextInt(600))));
        }
        double time = 12;
        for (int i = 0; i < 12; i++) {
            time += 3 * random.nextDouble();
            ServiceKey service = services.get(random.nextInt(services.size()));
            CallEdge edge = edges.get(random.nextInt(edges.size()));
            double strength = 0.1 + 20 * random.nextDouble();
            double onset = 8 * random.nextDouble();
            Draft draft = switch (random.nextInt(7)) {
                case 0, 1 -> errors(service, 0.3, strength);
                case 2 ->
                    edgeErrors(edge.caller(), edge.callee(), 0.3, strength).errorType("500");
                case 3 -> slow(service, 1.5, strength);
                case 4 -> edgeSlow(edge.caller(), edge.callee(), 1.4, strength);
                case 5 -> silence(service, "instance-1", 1);
                default -> gauge(service, "jvm.cpu.recent_utilization", 0.9, 0.2);
            };
            story.at(time).found(draft, onset);
        }
        return story.at(time + 60);
    }
}

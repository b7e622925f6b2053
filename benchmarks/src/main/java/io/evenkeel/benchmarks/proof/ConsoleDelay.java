package io.evenkeel.benchmarks.proof;

import io.evenkeel.benchmarks.Arguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures how long after its Kafka event a new incident stands on an open console: from the broker's timestamp of the
 * incident's first record to the moment at which a page that follows the event stream has fetched the list with it.
 *
 * <p>Watches a running installation; break something meanwhile. Options: {@code --console 8088 --kafka 9392 --data-dir DIR
 * --seconds 300 --result FILE}. Exit 1 when an incident took more than a second, or when none was seen.
 */
public final class ConsoleDelay {
    private static final String INCIDENTS = "evenkeel.incidents";
    private static final long GOAL_MILLIS = 1000;

    private final Person person;
    private final Map<String, Long> published = new HashMap<>();
    private final Map<String, Long> shown = new ConcurrentHashMap<>();

    private record Delay(String incident, long millis) {}

    private record Result(boolean holds, int incidents, long worstMillis, List<Delay> delays) {}

    private ConsoleDelay(Person person) {
        this.person = person;
    }

    public static void main(String[] options) throws Exception {
        Arguments arguments = Arguments.known(
                options, Set.of("--home", "--console", "--kafka", "--data-dir", "--seconds", "--result"));
        Path data = arguments.path("--data-dir", Path.of("/var/lib/evenkeel/demo"));
        Person person = new Person(arguments.number("--console", 8088));
        person.signIn("admin", Files.readString(data.resolve("admin-password")).strip());
        ConsoleDelay measure = new ConsoleDelay(person);
        measure.look();
        Set<String> known = new HashSet<>(measure.shown.keySet());
        Thread page = new Thread(measure::follow, "page");
        page.setDaemon(true);
        page.start();
        measure.consume(
                "127.0.0.1:" + arguments.number("--kafka", 9392),
                Instant.now().plusSeconds(arguments.number("--seconds", 300)));
        Result result = measure.result(known);
        ResultFile.write(
                arguments.path("--result", Path.of("benchmarks/target/proof/console-delay.json")), result, System.out);
        System.exit(result.holds() ? 0 : 1);
    }

    /** The first record of each incident carries the broker's time of its event. */
    private void consume(String bootstrap, Instant end) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition(INCIDENTS, 0);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (Instant.now().isBefore(end)) {
                for (ConsumerRecord<String, String> event : consumer.poll(Duration.ofMillis(500))) {
                    published.putIfAbsent(event.key(), event.timestamp());
                }
            }
        }
    }

    /** What a browser does: holds the stream open, and fetches the page again when something changed. */
    private void follow() {
        try (Stream<String> lines = person.stream("/live")) {
            lines.filter(line -> line.startsWith("data:")).forEach(line -> {
                try {
                    look();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the event stream broke", e);
        }
    }

    private void look() throws IOException, InterruptedException {
        String html = person.get("/").body();
        long now = System.currentTimeMillis();
        JsonNode incidents = JsonMapper.shared()
                .readTree(person.get("/api/v1/incidents").body().getBytes(StandardCharsets.UTF_8));
        for (JsonNode incident : incidents) {
            if (html.contains("/i/" + incident.path("number").asInt() + "\"")) {
                shown.putIfAbsent(incident.path("id").asString(), now);
            }
        }
    }

    private Result result(Set<String> known) {
        List<Delay> delays = new ArrayList<>();
        for (Map.Entry<String, Long> incident : shown.entrySet()) {
            Long event = published.get(incident.getKey());
            if (event != null && !known.contains(incident.getKey())) {
                delays.add(new Delay(incident.getKey(), incident.getValue() - event));
            }
        }
        long worst = delays.stream().mapToLong(Delay::millis).max().orElse(-1);
        return new Result(!delays.isEmpty() && worst <= GOAL_MILLIS, delays.size(), worst, delays);
    }
}

package io.evenkeel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.console.text.UrlId;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.learning.baseline.Prior;
import io.evenkeel.testbed.load.LoadModel;
import io.evenkeel.wire.event.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demo's simulated past, as it lies in Kafka and as the bands of the running shop show it. */
class DemoHistoryIT {
    private static final Path OUTPUT = Path.of(System.getProperty("evenkeel.e2e.output"));
    private static final Path ROOT =
            Path.of(System.getProperty("evenkeel.root")).toAbsolutePath().normalize();
    private static final String FRONT = "demo/shop/front|request_rate||||requests|";

    @Test
    @Timeout(600)
    void whatTheSimulatedPastTeachesIsOfTheSignalsThatTheShopReallySends() throws Exception {
        var chromium = Console.chromium();
        assumeTrue(
                chromium.isPresent(),
                "SKIPPED: no Chromium; install it (Debian: apt-get install chromium) or name it in CHROMIUM");
        Path data = Files.createTempDirectory("evenkeel-history");
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(OUTPUT);
        try (DemoProcess demo = DemoProcess.start(ROOT, data, OUTPUT.resolve("history.log"), "--no-story")) {
            demo.awaitWords("Sign in", Duration.ofMinutes(6));
            demo.awaitWords("Bands stand", Duration.ofMinutes(4));
            Map<String, Prior> priors = priors(demo.kafka());
            try (Console console = Console.open(chromium.get(), demo.console(), OUTPUT)) {
                console.signIn("admin", demo.adminPassword());
                console.show("/signals/" + UrlId.encode(FRONT));
                console.awaitThere("table tbody td:nth-child(3):text-matches('^[0-9]')", Duration.ofMinutes(2));
                assertThat(console.note())
                        .contains("the 14 days before", "are simulated by the load model of the demo");
                double expected = console.newestExpected();
                double model = LoadModel.drawn(1, 20, LoadModel.SHOP_SWING, ZoneId.systemDefault())
                        .at(Instant.now());
                assertThat(expected).isCloseTo(model, within(0.15 * model));
                console.photograph("history-band");
                assertThat(liveSignals(console)).containsAll(priors.keySet());
                console.show("/");
                assertThat(console.incidentsListed()).as("incidents of a past").isZero();
                console.photograph("history-now");
            }
            assertThat(priors).containsKey(FRONT);
            assertThat(priors.values()).allSatisfy(prior -> {
                assertThat(prior.isSeasoned()).isTrue();
                assertThat(prior.bins()).isGreaterThan(120_000);
            });
        }
    }

    /** Every signal that the console knows, without its replica. */
    private static Set<String> liveSignals(Console console) {
        Set<String> all = new TreeSet<>();
        int from = 0;
        List<String> page = List.of("first");
        while (!page.isEmpty()) {
            console.show("/signals?from=" + from);
            page = console.links("#rows a[href^='/signals/']");
            page.forEach(link -> all.add(SignalKey.parse(
                            UrlId.decode(link.substring("/signals/".length())).orElseThrow())
                    .ofAnySlot()
                    .id()));
            from += 60;
        }
        return all;
    }

    private static Map<String, Prior> priors(String kafka) throws IOException {
        Map<String, byte[]> packed = new TreeMap<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.PRIORS).stream()
                    .map(part -> new TopicPartition(part.topic(), part.partition()))
                    .collect(Collectors.toList());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> packed.put(record.key(), record.value()));
            }
        }
        Map<String, Prior> priors = new TreeMap<>();
        for (Map.Entry<String, byte[]> entry : packed.entrySet()) {
            priors.put(entry.getKey(), Prior.unpack(entry.getValue()));
        }
        return priors;
    }
}

package io.evenkeel.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.launcher.backfill.RealPrometheus;
import io.evenkeel.launcher.kafka.EmbeddedBroker;
import io.evenkeel.launcher.kafka.WrittenPriors;
import io.evenkeel.launcher.kafka.WrittenPriors.Written;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command, a real broker: what lies in the topic afterwards, and what is said. */
class BackfillCommandIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    @TempDir
    Path directory;

    private EmbeddedBroker broker;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), FreePorts.next(), FreePorts.next());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private String run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("backfill", "--kafka", broker.bootstrap()));
        command.addAll(List.of("--data-dir", directory.toString()));
        command.addAll(List.of(arguments));
        try (EvenkeelProcess process = EvenkeelProcess.start(directory, Map.of(), command.toArray(String[]::new))) {
            assertThat(process.awaitEnd(PATIENCE)).as(process.error()).isZero();
            return process.out();
        }
    }

    /** What a file exporter wrote, one request a line: a gauge and a request histogram of one replica, every 10 s. */
    private Path recorded() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 120; i++) {
            long nanos = START.plusSeconds(i * 10L).toEpochMilli() * 1_000_000;
            long start = START.minusSeconds(10).toEpochMilli() * 1_000_000;
            int requests = 200 * (i + 1);
            lines.append("""
                    {"resourceMetrics":[{"resource":{"attributes":[\
                    {"key":"service.name","value":{"stringValue":"cart"}},\
                    {"key":"service.namespace","value":{"stringValue":"shop"}},\
                    {"key":"deployment.environment.name","value":{"stringValue":"prod"}},\
                    {"key":"host.name","value":{"stringValue":"node-1"}}]},"scopeMetrics":[{"metrics":[\
                    {"name":"queue.depth","unit":"1","gauge":{"dataPoints":[{"timeUnixNano":"%d","asDouble":%d}]}},\
                    {"name":"http.server.request.duration","unit":"s","histogram":{"aggregationTemporality":2,\
                    "dataPoints":[{"startTimeUnixNano":"%d","timeUnixNano":"%d","count":"%d","sum":%d,\
                    "explicitBounds":[0.01,0.1,1],"bucketCounts":["0","%d","0","0"]}]}}]}]}]}
                    """.formatted(nanos, 40 + i % 3, start, nanos, requests, requests / 20, requests));
        }
        return Files.writeString(directory.resolve("recorded.json"), lines.toString());
    }

    @Test
    void recordedTelemetryTeachesReplicasAndTheirServiceAndTwiceIsOnce() throws Exception {
        Path file = recorded();

        String said = run("--otlp", file.toString());
        String again = run("--otlp", file.toString());

        assertThat(said).contains("Learned 4 signals", "(120 requests)", "prod/shop/cart|gauge||||queue.depth|");
        assertThat(again).contains("Learned 4 signals");
        List<Written> written = WrittenPriors.read(broker.bootstrap());
        assertThat(written)
                .extracting(Written::signal)
                .containsOnly(
                        "prod/shop/cart|gauge||||queue.depth|",
                        "prod/shop/cart|request_rate||||requests|",
                        "prod/shop/cart|error_ratio||||requests|",
                        "prod/shop/cart|duration_p95||||requests|");
        assertThat(written).extracting(Written::type).containsOnly("io.evenkeel.prior.v1");
        assertThat(written.subList(4, 8)).isEqualTo(written.subList(0, 4));
        assertThat(written).allSatisfy(one -> assertThat(one.prior().bins()).isBetween(110, 121));
    }

    /** A prior under another mask than the live job's is of a signal that never reports, and holds what it should not. */
    @Test
    void attributesAreMaskedAndKeptAsRunDoesIt() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            lines.append("""
                    {"resourceMetrics":[{"resource":{"attributes":[\
                    {"key":"service.name","value":{"stringValue":"cart"}}]},"scopeMetrics":[{"metrics":[\
                    {"name":"queue.depth","unit":"1","gauge":{"dataPoints":[{"timeUnixNano":"%d","asDouble":%d,\
                    "attributes":[{"key":"customer","value":{"stringValue":"anna"}},\
                    {"key":"next_token","value":{"stringValue":"comma"}}]}]}}]}]}]}
                    """.formatted(START.plusSeconds(i * 10L).toEpochMilli() * 1_000_000, 40 + i % 3));
        }
        Path file = Files.writeString(directory.resolve("customers.json"), lines.toString());

        run("--otlp", file.toString(), "--mask-attribute", "customer", "--keep-attribute", "next_token");

        assertThat(WrittenPriors.read(broker.bootstrap()))
                .singleElement()
                .satisfies(prior -> assertThat(prior.signal())
                        .contains("customer=****", "next_token=comma")
                        .doesNotContain("anna"));
    }

    @Test
    void whatPrometheusKeptIsWrittenAndTheBookmarkIsGone() throws Exception {
        StringBuilder past = new StringBuilder("# TYPE queue_depth gauge\n");
        for (int i = 0; i < 3 * 1440; i++) {
            past.append("queue_depth{job=\"shop/cart\",instance=\"a\"} ")
                    .append(40 + i % 3)
                    .append(' ')
                    .append(START.plusSeconds(i * 60L).getEpochSecond())
                    .append('\n');
        }
        Path prometheus = Files.createDirectories(directory.resolve("prometheus"));
        try (RealPrometheus real =
                RealPrometheus.start(prometheus, past.append("# EOF\n").toString())) {
            String said = run(
                    "--prometheus",
                    real.address.toString(),
                    "--query",
                    "queue_depth",
                    "--metric",
                    "queue.depth",
                    "--environment",
                    "prod",
                    "--from",
                    START.toString(),
                    "--to",
                    START.plus(Duration.ofDays(3)).toString());

            assertThat(said).contains("100 %", "Learned 1 signal from", "1 of them with the shape of a day");
        }
        assertThat(WrittenPriors.read(broker.bootstrap()))
                .extracting(Written::signal)
                .containsExactly("prod/shop/cart|gauge||||queue.depth|");
        try (var files = Files.list(directory.resolve("backfill"))) {
            assertThat(files).isEmpty();
        }
    }
}

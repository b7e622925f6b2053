package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the Java agent and the Node SDK really sent. */
class CapturesTest {
    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));

    @Test
    void metrics() throws IOException {
        for (Path file : Captures.find("valid", "metrics")) {
            byte[] bytes = Files.readAllBytes(file);
            List<EntityRows> out = new ArrayList<>();
            assertThat(new MetricsWalk(NOON).walk(bytes, 0, bytes.length, out::add))
                    .as(file.toString())
                    .isNull();
            List<MetricsOracle.Row> expected = MetricsOracle.of(ExportMetricsServiceRequest.parseFrom(bytes)).rows;
            assertThat(expected).as(file.toString()).isNotEmpty();
            MetricsWalkTest.assertSameRows(MetricsOracle.flatten(out), expected);
            assertThat(out)
                    .allSatisfy(rows -> assertThat(rows.definitions)
                            .allSatisfy(definition -> assertThat(rows.series)
                                    .as(definition.metric())
                                    .contains(definition.series())));
        }
    }

    @Test
    void spans() throws IOException {
        for (Path file : Captures.find("valid", "traces")) {
            byte[] bytes = Files.readAllBytes(file);
            List<SpanRows> out = new ArrayList<>();
            assertThat(new SpansWalk(NOON, 200, 1_000_000).walk(bytes, 0, bytes.length, out::add))
                    .as(file.toString())
                    .isNull();
            SpansOracle oracle = SpansOracle.of(ExportTraceServiceRequest.parseFrom(bytes));
            assertThat(oracle.accepted).as(file.toString()).isPositive();
            assertThat(out.stream().map(SpansOracle::of).toList()).isEqualTo(oracle.resources);
        }
    }

    @Test
    void logs() throws IOException {
        for (Path file : Captures.find("valid", "logs")) {
            byte[] bytes = Files.readAllBytes(file);
            List<LogRows> out = new ArrayList<>();
            assertThat(new LogsWalk().walk(bytes, 0, bytes.length, out::add)).isNull();
            assertThat(out.stream().map(rows -> rows.bins).toList())
                    .isEqualTo(LogsWalkTest.expected(ExportLogsServiceRequest.parseFrom(bytes)));
        }
    }

    @Test
    void badBytesAreRefused() throws IOException {
        for (Path file : Captures.find("invalid", "")) {
            byte[] bytes = Files.readAllBytes(file);
            MetricsWalk metrics = new MetricsWalk(NOON);
            metrics.walk(bytes, 0, bytes.length, rows -> {});
            SpansWalk spans = new SpansWalk(NOON);
            Undecodable undecodable = spans.walk(bytes, 0, bytes.length, rows -> {});
            assertThat(undecodable).as(file.toString()).isNotNull();
            assertThat(metrics.counts().decoded() + metrics.counts().undecodable())
                    .isEqualTo(1);
        }
    }
}

package io.evenkeel.detection.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.telemetry.PipelineReport;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of the job's gauges is told, and what is said where there is none. */
class PipelineReporterTest {
    private final MetricReporter reporter = new PipelineReporter.Factory().createMetricReporter(new Properties());

    @BeforeEach
    void open() {
        reporter.open(new MetricConfig());
    }

    @AfterEach
    void close() {
        reporter.close();
    }

    private void gauge(String name, Map<String, String> variables, long value) {
        Gauge<Long> gauge = () -> value;
        reporter.notifyOfAddedMetric(gauge, name, new UnregisteredMetricsGroup() {
            @Override
            public Map<String, String> getAllVariables() {
                return variables;
            }
        });
    }

    private static long waiting() {
        return PipelineReporter.report().map(PipelineReport::waiting).orElseThrow();
    }

    /** Nothing waiting and nobody knowing are two things: the console says only the first. */
    @Test
    void whatWaitsIsUnknownUntilASourceTellsIt() {
        gauge(PipelineGauges.RECORDS, Map.of("<signal>", "spans"), 5);
        long before = waiting();
        gauge("pendingRecords", Map.of("<operator_name>", "Source: otlp_spans"), 3);
        gauge("pendingRecords", Map.of("<operator_name>", "Source: otlp_logs"), 4);

        assertThat(before).isEqualTo(-1);
        assertThat(waiting()).isEqualTo(7);
    }
}

package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.detection.KnownSignals.Known;
import io.evenkeel.wire.otlp.PointType;
import io.evenkeel.wire.otlp.SeriesDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricPolicyTest {
    private static MetricPolicy of(String metric, String unit, byte type) {
        return MetricPolicy.of(new SeriesDefinition(1, metric, unit, type, ""));
    }

    @ParameterizedTest
    @CsvSource({
        "db.client.connection.pending_requests, {request}, true,  false",
        "k8s.deployment.pod.available,          {pod},     false, true",
        "hw.fan.speed,                          rpm,       true,  true",
        "my.own.gauge,                          1,         true,  true",
    })
    void judgesTheBadSideOnly(String metric, String unit, boolean up, boolean down) {
        JudgeRule rule = of(metric, unit, PointType.GAUGE).rule();

        assertThat(rule.up()).isEqualTo(up);
        assertThat(rule.down()).isEqualTo(down);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"jvm.memory.used", "process.uptime", "otel.sdk.exporter.span.inflight", "k8s.pod.status.phase"})
    void judgesNoLimitsSawTeethOrBookkeeping(String metric) {
        assertThat(of(metric, "By", PointType.GAUGE).rule()).isNull();
    }

    /** A Collector tells of a failure only once it has one: there is no calm before it to learn from. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "otelcol_exporter_enqueue_failed_metric_points",
                "otelcol_exporter_send_failed_spans",
                "otelcol_exporter_send_failed_log_records_total",
                "otelcol_receiver_refused_metric_points"
            })
    void knowsTelemetryThatIsLostOnTheWay(String metric) {
        assertThat(of(metric, "{datapoints}", PointType.COUNTER_CUMULATIVE).rule())
                .isEqualTo(JudgeRule.loss(0.01));
        assertThat(of("otelcol_exporter_sent_spans", "{spans}", PointType.COUNTER_CUMULATIVE)
                        .rule())
                .isNull();
    }

    /** What is judged as the service's own requests must not be told again per histogram. */
    @Test
    void leavesRequestsToTheService() {
        MetricPolicy served = of("http.server.request.duration", "s", PointType.HISTOGRAM_CUMULATIVE);
        assertThat(served.rule()).isNull();
        assertThat(served.red()).isEqualTo(MetricPolicy.Red.SERVER_SECONDS);
        assertThat(of("rpc.server.duration", "ms", PointType.HISTOGRAM_DELTA).red())
                .isEqualTo(MetricPolicy.Red.SERVER_MILLIS);
    }

    @Test
    void knowsWhatMattersInTheUnitThatComes() {
        assertThat(of("db.client.operation.duration", "s", PointType.HISTOGRAM_DELTA)
                        .rule()
                        .absolute())
                .isEqualTo(0.1);
        assertThat(of("db.client.operation.duration", "ms", PointType.HISTOGRAM_DELTA)
                        .rule()
                        .absolute())
                .isEqualTo(100);
        assertThat(of("system.memory.utilization", "%", PointType.GAUGE).rule().absolute())
                .isEqualTo(10);
    }

    /** A known name in a unit or of a kind that nobody foresaw is a metric that nobody has told us about. */
    @Test
    void trustsANameOnlyInItsKindAndUnit() {
        assertThat(of("system.memory.utilization", "By", PointType.GAUGE).rule())
                .isEqualTo(JudgeRule.GAUGE);
        assertThat(of("db.client.operation.duration", "s", PointType.GAUGE).rule())
                .isEqualTo(JudgeRule.GAUGE);
    }

    @Test
    void collectionsAreSecondsASecond() {
        assertThat(of("jvm.gc.duration", "s", PointType.HISTOGRAM_CUMULATIVE).value())
                .isEqualTo(MetricPolicy.Value.SUM_RATE);
    }

    @Test
    void everyJudgedRowSaysHowItsValueIsFormedAndWhatMatters() {
        for (Known known : KnownSignals.shipped().rows()) {
            if (known.bad() != KnownSignals.Bad.NEVER && known.bad() != KnownSignals.Bad.SERVICE) {
                assertThat(known.value()).as(known.metric()).isNotNull();
                assertThat(known.least()).as(known.metric()).isPositive();
                assertThat(known.unit()).as(known.metric()).isNotEmpty();
            }
        }
    }

    @Test
    void aLimitIsItselfNotJudged() {
        for (Known known : KnownSignals.shipped().rows()) {
            Known limit =
                    known.limit().isEmpty() ? null : KnownSignals.shipped().of(known.limit());
            if (limit != null) {
                assertThat(limit.bad()).as(limit.metric()).isEqualTo(KnownSignals.Bad.NEVER);
            }
        }
    }
}

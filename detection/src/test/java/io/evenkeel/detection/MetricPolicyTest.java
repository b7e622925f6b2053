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
        assertThat(served.served()).isTrue();
        assertThat(of("http.server.request.duration", "s", PointType.GAUGE).served())
                .isFalse();
        assertThat(of("http.client.request.duration", "s", PointType.HISTOGRAM_CUMULATIVE)
                        .served())
                .isFalse();
    }

    /** Old SDKs say milliseconds, some say nothing; a Collector may have made of them what it likes. */
    @ParameterizedTest
    @CsvSource({
        "http.server.request.duration, s,  1",
        "http.server.request.duration, '', 1",
        "http.server.request.duration, ms, 0.001",
        "rpc.server.call.duration,     us, 0.000001",
        "http.server.duration,         ms, 0.001",
        "http.server.duration,         '', 0.001",
        "rpc.server.duration,          ms, 0.001",
        "rpc.server.duration,          s,  1",
        "rpc.server.duration,          By, NaN",
    })
    void servedRequestsAreInSecondsWhateverUnitTheyComeIn(String metric, String unit, double seconds) {
        assertThat(of(metric, unit, PointType.HISTOGRAM_DELTA).seconds()).isEqualTo(Double.valueOf(seconds));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "http.response.status_code=200;                  false",
                "http.response.status_code=503;                  true",
                "http.status_code=500;                           true",
                "error.type=timeout,http.response.status_code=404; false",
                "error.type=java.io.IOException;                 true",
                "rpc.grpc.status_code=0,rpc.system=grpc;         false",
                "rpc.grpc.status_code=5,rpc.system=grpc;         false",
                "rpc.grpc.status_code=14,rpc.system=grpc;        true",
            })
    void knowsWhichRequestsFailedOnTheServersAccount(String attributes, boolean failed) {
        assertThat(MetricPolicy.isError(attributes)).isEqualTo(failed);
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
            Known limit = KnownSignals.shipped().of(known.limitMetric(), "");
            if (!known.limitMetric().isEmpty()) {
                assertThat(limit).as(known.limit()).isNotNull();
                assertThat(limit.bad()).as(known.limit()).isEqualTo(KnownSignals.Bad.NEVER);
            }
        }
    }
}

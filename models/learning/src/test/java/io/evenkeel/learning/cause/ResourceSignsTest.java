package io.evenkeel.learning.cause;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.incident.CauseKind;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which exhausted resource a metric's name stands for. */
class ResourceSignsTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "jvm.cpu.recent_utilization, CPU",
        "container.cpu.throttled_time, CPU",
        "db.client.connection.pending_requests, DB_POOL",
        "hikaricp.connections.pending, DB_POOL",
        "jvm.gc.duration, GC",
        "jvm.memory.used, MEMORY_LEAK",
        "jvm.memory.pool.used, MEMORY_LEAK",
        "postgresql.locks, DB_LOCK",
        "postgresql.deadlocks, DB_LOCK",
        "kafka.consumer.records_lag_max, QUEUE",
        "executor.queued, QUEUE"
    })
    void readsWholeWords(String metric, CauseKind cause) {
        assertThat(ResourceSigns.strongest(List.of(rising(metric))))
                .hasValueSatisfying(sign -> assertThat(sign.cause()).isEqualTo(cause));
    }

    /** Each of these once stood for a database or a queue because of letters inside its words. */
    @ParameterizedTest
    @CsvSource({"feature_flag.evaluations", "process.clock.skew", "http.server.open_connections", "executor.pool.size"})
    void readsNothingIntoOtherNames(String metric) {
        assertThat(ResourceSigns.strongest(List.of(rising(metric)))).isEmpty();
    }

    private static Finding rising(String metric) {
        SignalKey signal = new SignalKey(
                new ServiceKey("demo", "shop", "catalog"), SignalKind.GAUGE, null, "", "node#1", metric, "");
        return new Finding(
                "f-" + metric,
                FindingKind.ANOMALY,
                signal,
                Direction.UP,
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null,
                9,
                3,
                1,
                0,
                2,
                0,
                "",
                null,
                null,
                List.of(),
                Map.of(),
                false,
                1,
                1);
    }
}

package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusNamesTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "jvm_memory_used_after_last_gc_bytes, jvm.memory.used_after_last_gc",
        "jvm_cpu_recent_utilization_ratio, jvm.cpu.recent_utilization",
        "jvm_thread_count, jvm.thread.count",
        "node_load1, node_load1",
        "orders_total, orders_total"
    })
    void whatAnExporterWroteIsNamedAsOpenTelemetryDoes(String prometheus, String name) {
        assertThat(PrometheusNames.ofPrometheus(prometheus)).isEqualTo(name);
    }
}

package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thresholds and their probabilities as the specification gives them (tracestate-probability-sampling.md). */
class TraceStateTest {
    @ParameterizedTest(name = "{0} stands for {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ot=th:0 | 1",
                "ot=th:8 | 2",
                "ot=th:c | 4",
                "ot=th:fd70a4 | 100.00014",
                "ot=th:c;rv:00000000000001 | 4",
                "ot=p:8;th:c | 4",
                "vendor=th:8, ot=th:c , other=1 | 4",
                "ot=th:ffffffffffffff | 1000000",
                "ot=th:C | 1",
                "ot=th: | 1",
                "ot=th:0123456789abcde | 1",
                "ot=th:xyz | 1",
                "ot= | 1",
                "other=th:8 | 1",
                "ot=xth:8 | 1",
                "'' | 1",
            })
    void adjustedCount(String traceState, double count) {
        byte[] bytes = traceState.getBytes(StandardCharsets.UTF_8);
        assertThat(TraceState.adjustedCount(bytes, 0, bytes.length)).isCloseTo(count, within(1e-4));
    }
}

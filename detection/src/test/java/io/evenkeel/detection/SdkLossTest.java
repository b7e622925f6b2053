package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an SDK could not export stands in the same metric as what it could: only an attribute tells them apart. */
class SdkLossTest {
    private static final long START = 1_800_000_000_000L;
    private static final String COMPONENT = "otel.component.name=otlp_grpc_span_exporter/0";

    private final House house = new House(START);
    private final Map<String, Double> totals = new LinkedHashMap<>();

    /** Exports each 10 s. @param perExport what is added to the series by metric and attributes */
    private void run(int exports, Map<String, Double> perExport) {
        for (int i = 0; i < exports; i++) {
            perExport.forEach((series, added) -> totals.merge(series, added, Double::sum));
            RowsBuilder rows = new RowsBuilder("prod/shop/cart", "node-1", "cart-1", "1", START, house.now);
            totals.forEach((series, total) -> rows.counter(
                    series.substring(0, series.indexOf('|')), series.substring(series.indexOf('|') + 1), total));
            house.metrics(rows.rows());
            for (int second = 0; second < 10; second++) {
                house.second();
            }
        }
    }

    /** The failing series appears with its first failure; nothing could be learned of it. */
    @ParameterizedTest
    @CsvSource({
        "otel.sdk.exporter.span.exported, error.type=timeout",
        "otel.sdk.exporter.log.exported, error.type=rejected",
        "otel.sdk.exporter.metric_data_point.exported, error.type=java.net.ConnectException",
        "otel.sdk.processor.span.processed, error.type=queue_full",
        "otel.sdk.processor.log.processed, error.type=queue_full",
        "otlp.exporter.exported, success=false",
        "processedSpans, dropped=true",
        "processedLogs, dropped=true",
    })
    void whatFailedIsALossWithinTwoExports(String metric, String failed) {
        String good = metric + '|' + (failed.startsWith("error") ? COMPONENT : failed.replaceAll("=.*", "=none"));
        String bad = metric + '|' + (failed.startsWith("error") ? failed + ',' + COMPONENT : failed);
        run(12, Map.of(good, 500.0));
        assertThat(house.findings).isEmpty();
        run(4, Map.of(good, 400.0, bad, 100.0));

        assertThat(house.open()).singleElement().satisfies(finding -> {
            assertThat(finding.signal().metric()).isEqualTo(metric);
            assertThat(finding.signal().attributes()).contains(failed);
            assertThat(finding.expected()).isZero();
            assertThat(finding.value()).isEqualTo(10);
        });
    }

    @Test
    void endsWhenNothingIsLostAnyMore() {
        String good = "otel.sdk.exporter.span.exported|" + COMPONENT;
        String bad = "otel.sdk.exporter.span.exported|error.type=timeout," + COMPONENT;
        run(6, Map.of(good, 500.0));
        run(6, Map.of(bad, 500.0));
        assertThat(house.open()).hasSize(1);
        run(6, Map.of(good, 500.0));

        assertThat(house.findings.values())
                .singleElement()
                .extracting(Finding::ending)
                .isEqualTo(FindingEnding.RETURNED);
    }

    /** How much a service exports is its traffic, which is judged already; an empty error type is none. */
    @Test
    void whatWentWellIsNeverJudgedHoweverItMoves() {
        String spans = "otel.sdk.exporter.span.exported|" + COMPONENT;
        String processed = "otel.sdk.processor.span.processed|error.type=," + COMPONENT;
        String started = "otel.sdk.span.started|otel.span.sampling_result=RECORD_AND_SAMPLE";
        run(60, Map.of(spans, 500.0, processed, 500.0, started, 500.0));
        run(30, Map.of(spans, 50_000.0, processed, 50_000.0, started, 50_000.0));
        run(30, Map.of());

        assertThat(house.findings).isEmpty();
        assertThat(house.counts.judgedSteps).isZero();
    }
}

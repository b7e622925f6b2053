package io.evenkeel.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The load is what benches compare counts with, so its bytes must hold what it says that they hold. */
class SeriesLoadTest {
    private static final long START = 1_795_000_000_000L;
    private final SeriesLoad load = new SeriesLoad(7, 40, START);

    private record Sent(int entity, int series, String name, List<String> keys, long timeMillis, double value) {}

    private static List<Sent> read(byte[] bytes) throws Exception {
        List<Sent> sent = new ArrayList<>();
        for (ResourceMetrics resource :
                ExportMetricsServiceRequest.parseFrom(bytes).getResourceMetricsList()) {
            String service = text(resource.getResource().getAttributesList(), "service.name");
            int entity = Integer.parseInt(service.substring("service-".length()));
            for (Metric metric : resource.getScopeMetrics(0).getMetricsList()) {
                List<NumberDataPoint> numbers =
                        new ArrayList<>(metric.getGauge().getDataPointsList());
                numbers.addAll(metric.getSum().getDataPointsList());
                for (NumberDataPoint point : numbers) {
                    sent.add(sent(entity, point.getAttributesList(), point.getTimeUnixNano(), point.getAsDouble()));
                }
                for (HistogramDataPoint point : metric.getHistogram().getDataPointsList()) {
                    assertThat(point.getBucketCountsList().stream()
                                    .mapToLong(count -> count)
                                    .sum())
                            .isEqualTo(point.getCount());
                    sent.add(sent(entity, point.getAttributesList(), point.getTimeUnixNano(), point.getSum()));
                }
            }
        }
        return sent;
    }

    private static Sent sent(int entity, List<KeyValue> attributes, long nanos, double value) {
        String name = text(attributes, "series");
        List<String> keys = attributes.stream().map(KeyValue::getKey).toList();
        return new Sent(entity, Integer.parseInt(name.split("-")[0]), name, keys, nanos / 1_000_000, value);
    }

    private static String text(List<KeyValue> attributes, String key) {
        return attributes.stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .findFirst()
                .orElseThrow()
                .getValue()
                .getStringValue();
    }

    @Test
    void bytesHoldTheValuesThatTheLoadTells() throws Exception {
        for (int request = 0; request < load.requests(); request++) {
            for (int tick = 0; tick < 8; tick++) {
                for (Sent point : read(load.request(request, tick))) {
                    assertThat(point.timeMillis).isEqualTo(load.timeMillis(tick));
                    assertThat(point.value).isEqualTo(load.value(point.entity, point.series, tick));
                    assertThat(point.entity / SeriesLoad.ENTITIES_PER_REQUEST).isEqualTo(request);
                    assertThat(load.isSent(point.entity, point.series, tick)).isTrue();
                }
            }
        }
    }

    @Test
    void holdsEachSeriesThatIsSentOnce() throws Exception {
        for (int tick = 0; tick < 8; tick++) {
            List<Sent> points = read(load.request(2, tick));
            Set<Integer> series = new HashSet<>();
            points.forEach(point -> series.add(point.entity * SeriesLoad.SERIES + point.series));

            assertThat(points).hasSize(load.points(2, tick));
            assertThat(series).hasSize(load.points(2, tick));
        }
    }

    @Test
    void noRequestRepeats() {
        Set<List<Byte>> seen = new HashSet<>();
        for (int request = 0; request < load.requests(); request++) {
            for (int tick = 0; tick < 8; tick++) {
                List<Byte> bytes = new ArrayList<>();
                for (byte each : load.request(request, tick)) {
                    bytes.add(each);
                }
                assertThat(seen.add(bytes)).isTrue();
            }
        }
    }

    @Test
    void totalsAndHistogramCountsNeverFall() {
        for (int series = 70; series < 90; series++) {
            for (int tick = 1; tick < 2000; tick++) {
                assertThat(load.value(3, series, tick)).isGreaterThan(load.value(3, series, tick - 1));
            }
        }
    }

    @Test
    void oneEntityInTwentyHasOneGaugeAtThreefold() {
        int tick = 100;
        List<Integer> faulty = new ArrayList<>();
        for (int entity = 0; entity < 40; entity++) {
            for (int series = 0; series < SeriesLoad.SERIES; series++) {
                if (SeriesLoad.isFaulty(entity, series, tick)) {
                    faulty.add(entity);
                }
            }
        }

        assertThat(faulty).containsExactly(0, 20);
        assertThat(load.value(20, 31, tick)).isGreaterThan(2 * load.value(20, 31, 0));
    }

    @Test
    void bytesHoldWhatAChangingLoadTells() throws Exception {
        SeriesLoad changing = new SeriesLoad(7, 40, START, Churn.of("all"));
        for (int tick = 0; tick < 1200; tick += 7) {
            for (Sent point : read(changing.request(1, tick))) {
                assertThat(point.timeMillis).isEqualTo(changing.timeMillis(point.entity, point.series, tick));
                assertThat(point.name).isEqualTo(changing.name(point.entity, point.series, tick));
                assertThat(point.value).isEqualTo(changing.value(point.entity, point.series, tick));
                assertThat(point.keys)
                        .containsExactlyInAnyOrder(
                                "http.request.method",
                                "http.route",
                                "network.protocol.version",
                                "series",
                                "url.scheme");
            }
        }
    }

    /** What P11 promises to send: 1 % late, 10 % in another order than the tick before, 1 % new series a minute. */
    @Test
    void aChangingLoadChangesAsMuchAsItSays() throws Exception {
        SeriesLoad changing = new SeriesLoad(7, 40, START, Churn.of("all"));
        SeriesLoad calm = new SeriesLoad(7, 40, START);
        int points = 0;
        int late = 0;
        int shuffled = 0;
        for (int tick = 60; tick < 120; tick++) {
            for (int request = 0; request < changing.requests(); request++) {
                List<Sent> now = read(changing.request(request, tick));
                List<Sent> still = read(calm.request(request, tick));
                for (int i = 0; i < now.size(); i++) {
                    points++;
                    late += now.get(i).timeMillis < changing.timeMillis(tick) ? 1 : 0;
                    shuffled += now.get(i).keys.equals(still.get(i).keys) ? 0 : 1;
                }
            }
        }
        int replaced = 0;
        for (int entity = 0; entity < 40; entity++) {
            for (int series = 0; series < SeriesLoad.SERIES; series++) {
                replaced += changing.generation(entity, series, 60 + 20 * 6) - changing.generation(entity, series, 60);
            }
        }

        assertThat(late / (double) points).isBetween(0.009, 0.011);
        assertThat(shuffled / (double) points).isBetween(0.095, 0.105);
        assertThat(replaced / 20.0).isBetween(38.0, 42.0);
    }

    /** Late points side by side would be an exporter that has slowed down. */
    @Test
    void noTwoPointsOfASeriesInARowAreLate() {
        SeriesLoad changing = new SeriesLoad(7, 40, START, Churn.of("late"));
        for (int series = 0; series < SeriesLoad.SERIES; series++) {
            for (int tick = 1; tick < 3000; tick++) {
                assertThat(changing.isLate(3, series, tick) && changing.isLate(3, series, tick - 1))
                        .isFalse();
            }
        }
    }
}

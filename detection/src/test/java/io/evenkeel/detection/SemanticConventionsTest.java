package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.detection.KnownSignals.Bad;
import io.evenkeel.detection.KnownSignals.Known;
import io.evenkeel.wire.otlp.PointType;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The table of known signals against the list of all metrics of the semantic conventions, {@code semconv_metrics.tsv} in
 * the data directory beside the repository: the system property {@code evenkeel.data} or the environment variable {@code
 * EVENKEEL_DATA} names it.
 */
class SemanticConventionsTest {
    /** Everything but the runtimes other than Java's, which are known where they are known. */
    private static final Set<String> AREAS = Set.of(
            "http", "rpc", "db", "messaging", "jvm", "process", "system", "k8s", "container", "hardware", "otel");

    /** Metrics of these areas that the table says nothing about on purpose: they learn like any other. None today. */
    private static final Set<String> LEARNED_AS_UNKNOWN = Set.of();

    /** Limits that are no semantic convention, or no longer. */
    private static final Set<String> OTHER_LIMITS =
            Set.of("db.client.connections.max", "otelcol_exporter_queue_capacity");

    private static Map<String, Convention> conventions;

    /**
     * @param kind gauge, updowncounter, counter or histogram
     * @param unit UCUM
     */
    private record Convention(String area, String metric, String kind, String unit) {
        static Convention of(String line) {
            String[] cells = line.split("\t");
            return new Convention(cells[0], cells[1], cells[2], cells[3]);
        }

        byte type() {
            return switch (kind) {
                case "gauge" -> PointType.GAUGE;
                case "updowncounter" -> PointType.UP_DOWN;
                case "counter" -> PointType.COUNTER_CUMULATIVE;
                case "histogram" -> PointType.HISTOGRAM_CUMULATIVE;
                default -> throw new IllegalArgumentException(metric + " is a " + kind);
            };
        }

        Set<MetricPolicy.Value> values() {
            return switch (kind) {
                case "gauge", "updowncounter" -> Set.of(MetricPolicy.Value.MEAN);
                case "counter" -> Set.of(MetricPolicy.Value.RATE);
                default -> Set.of(MetricPolicy.Value.HISTOGRAM_MEAN, MetricPolicy.Value.SUM_RATE);
            };
        }
    }

    @BeforeAll
    static void read() throws IOException {
        String place = System.getProperty("evenkeel.data", System.getenv("EVENKEEL_DATA"));
        assumeTrue(
                place != null && Files.isRegularFile(Path.of(place, "semconv_metrics.tsv")),
                "SKIPPED: semconv_metrics.tsv not found; set -Devenkeel.data or EVENKEEL_DATA to the data directory");
        conventions = Files.readAllLines(Path.of(place, "semconv_metrics.tsv")).stream()
                .filter(line -> !line.isBlank())
                .map(Convention::of)
                .collect(Collectors.toMap(Convention::metric, Function.identity()));
        assertThat(conventions).hasSizeGreaterThan(250);
    }

    /** Rows of the table about a metric of the conventions, each with it. */
    private static List<Map.Entry<Known, Convention>> judgedRows() {
        return KnownSignals.shipped().rows().stream()
                .filter(row -> row.value() != null && conventions.containsKey(row.metric()))
                .map(row -> Map.entry(row, conventions.get(row.metric())))
                .toList();
    }

    @Test
    void everyMetricIsDecidedOrLeftToLearnOnPurpose() {
        Set<String> undecided = conventions.values().stream()
                .filter(metric -> AREAS.contains(metric.area()))
                .map(Convention::metric)
                .filter(metric -> KnownSignals.shipped().of(metric, "") == null)
                .collect(Collectors.toSet());

        assertThat(undecided).isEqualTo(LEARNED_AS_UNKNOWN);
    }

    @Test
    void valuesAreFormedAsTheInstrumentAllows() {
        assertThat(judgedRows())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.getValue().values())
                        .as(row.getKey().metric())
                        .contains(row.getKey().value()));
    }

    @Test
    void unitsCanBeConvertedIntoThoseOfTheTable() {
        assertThat(judgedRows())
                .allSatisfy(row -> assertThat(
                                Units.factor(row.getValue().unit(), row.getKey().unit()))
                        .as(row.getKey().metric() + " in " + row.getValue().unit())
                        .isNotNaN());
    }

    /** A row that fits its metric in all but one is taken for a metric that nobody has told us about. */
    @Test
    void noRowIsLostOnTheMetricItIsAbout() {
        assertThat(judgedRows()).allSatisfy(row -> {
            Convention metric = row.getValue();
            SeriesDefinition series =
                    new SeriesDefinition(1, metric.metric(), metric.unit(), metric.type(), fitting(row.getKey()));
            assertThat(MetricPolicy.of(series).rule())
                    .as(metric.metric())
                    .isNotNull()
                    .isNotEqualTo(JudgeRule.GAUGE);
        });
    }

    /** Attributes of a series that the row is about. */
    private static String fitting(Known row) {
        return row.where().terms().stream()
                .filter(term -> !term.negated())
                .map(term -> term.key() + '=' + term.value().replace("*", "some"))
                .collect(Collectors.joining(","));
    }

    @Test
    void everyLimitExistsAndIsInTheUnitOfWhatItBounds() {
        assertThat(KnownSignals.shipped().rows())
                .filteredOn(row -> !row.limitMetric().isEmpty() && !OTHER_LIMITS.contains(row.limitMetric()))
                .isNotEmpty()
                .allSatisfy(row -> {
                    assertThat(conventions).as("limit of " + row.metric()).containsKey(row.limitMetric());
                    Convention limit = conventions.get(row.limitMetric());
                    assertThat(limit.unit()).as(limit.metric()).isEqualTo(row.unit());
                    assertThat(limit.values()).as(limit.metric()).containsExactly(MetricPolicy.Value.MEAN);
                    assertThat(conventions).containsKey(row.metric());
                });
    }

    /** What is used, of what there is: a pair that the conventions name and the table does not know would be a gap. */
    @Test
    void everyPairOfTheConventionsIsKnownOrLeftOutForAReason() {
        Map<String, String> endings = Map.of(
                ".used", ".hard", ".count", ".max", ".usage", ".limit", ".current", ".max", ".size", ".capacity");
        Map<String, String> others = Map.of(".count", ".limit", ".usage", ".capacity", ".used", ".limit");
        Set<String> paired = KnownSignals.shipped().rows().stream()
                .filter(row -> !row.limitMetric().isEmpty())
                .map(row -> row.metric() + " of " + row.limitMetric())
                .collect(Collectors.toSet());
        Set<String> missing = new java.util.TreeSet<>();
        for (Map<String, String> candidates : List.of(endings, others)) {
            candidates.forEach((used, limit) -> conventions.keySet().stream()
                    .filter(metric -> metric.endsWith(used))
                    .map(metric -> metric + " of " + metric.substring(0, metric.length() - used.length()) + limit)
                    .filter(pair -> conventions.containsKey(pair.substring(pair.indexOf(" of ") + 4)))
                    .filter(pair -> !paired.contains(pair))
                    .forEach(missing::add));
        }

        assertThat(missing)
                .containsExactlyInAnyOrder(
                        // what buffers hold at the moment is their "limit"
                        "jvm.buffer.memory.used of jvm.buffer.memory.limit",
                        // a saw-tooth; what survives a collection is paired instead
                        "jvm.memory.used of jvm.memory.limit",
                        // processes are not what that limit counts: threads
                        "system.process.count of system.process.limit",
                        // judged as a share, system.memory.utilization, where caches are told apart
                        "system.memory.usage of system.memory.limit",
                        // pages set aside by whoever configured them
                        "system.memory.linux.hugepages.usage of system.memory.linux.hugepages.limit");
    }

    @Test
    void limitsAreNeverJudgedThemselves() {
        assertThat(conventions.keySet())
                .filteredOn(KnownSignals.shipped()::isLimit)
                .isNotEmpty()
                .allSatisfy(metric -> assertThat(KnownSignals.shipped().of(metric, ""))
                        .isNotNull()
                        .extracting(Known::bad)
                        .isEqualTo(Bad.NEVER));
    }

    @Test
    void whatIsIdleFreeOrCachedIsNotJudged() {
        Map<String, String> calm = Map.of(
                "db.client.connection.count", "db.client.connection.state=idle",
                "db.client.connections.usage", "pool.name=a,state=idle",
                "system.cpu.utilization", "cpu.mode=idle",
                "system.memory.utilization", "system.memory.state=cached",
                "system.filesystem.usage", "system.filesystem.state=free",
                "system.filesystem.utilization", "system.filesystem.state=reserved",
                "system.paging.utilization", "system.paging.state=free");

        calm.forEach((metric, attributes) -> assertThat(KnownSignals.shipped().of(metric, attributes))
                .isNotNull()
                .extracting(Known::bad)
                .as(metric)
                .isEqualTo(Bad.NEVER));
    }
}

package io.evenkeel.detection.flink;

import io.evenkeel.domain.telemetry.PipelineReport;
import io.evenkeel.domain.telemetry.PipelineReport.Count;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.jspecify.annotations.Nullable;

/**
 * A Flink metric reporter that adds the job's gauges ({@link PipelineGauges}) over all subtasks of this process, for whoever
 * runs the job in a process of its own making. On a cluster Flink's other reporters tell the same gauges. Safe for any
 * thread.
 */
public final class PipelineReporter implements MetricReporter {
    private static final String PENDING = "pendingRecords";
    private static final List<PipelineReporter> LIVING = new CopyOnWriteArrayList<>();

    private final InstantSource clock;
    private final Map<Metric, Told> gauges = new ConcurrentHashMap<>();

    /** How Flink makes one; named by {@code metrics.reporter.NAME.factory.class}. */
    public static final class Factory implements MetricReporterFactory {
        @Override
        public MetricReporter createMetricReporter(Properties properties) {
            return new PipelineReporter(InstantSource.system());
        }
    }

    private record Told(Gauge<?> gauge, String name, Map<String, String> variables, Instant since) {
        long value() {
            return gauge.getValue() instanceof Number number ? number.longValue() : 0;
        }

        Count named() {
            return new Count(variable("signal"), name, variable("outcome"), variable("reason"), 0);
        }

        private String variable(String key) {
            return variables.getOrDefault('<' + key + '>', "");
        }
    }

    private PipelineReporter(InstantSource clock) {
        this.clock = clock;
    }

    /** What the job that runs in this process tells; empty while none does. */
    public static Optional<PipelineReport> report() {
        return LIVING.stream().flatMap(reporter -> reporter.tell().stream()).findFirst();
    }

    private Optional<PipelineReport> tell() {
        List<Told> told = List.copyOf(gauges.values());
        Optional<Instant> since = told.stream().map(Told::since).min(Instant::compareTo);
        return since.map(began -> new PipelineReport(
                PipelineReport.DETECTION, began, clock.instant(), counts(told), newest(told), waiting(told)));
    }

    private static List<Count> counts(List<Told> told) {
        Map<String, Count> sums = new TreeMap<>();
        for (Told one : told) {
            if (one.name.equals(PipelineGauges.ITEMS) || one.name.equals(PipelineGauges.RECORDS)) {
                Count named = one.named();
                sums.merge(named.toString(), with(named, one.value()), (a, b) -> with(a, a.count() + b.count()));
            }
        }
        List<Count> counts = new ArrayList<>(sums.values());
        counts.removeIf(count -> count.count() == 0);
        return counts;
    }

    private static Count with(Count count, long value) {
        return new Count(count.signal(), count.unit(), count.outcome(), count.reason(), value);
    }

    private static @Nullable Instant newest(List<Told> told) {
        long newest = told.stream()
                .filter(one -> one.name.equals(PipelineGauges.NEWEST))
                .mapToLong(Told::value)
                .max()
                .orElse(0);
        return newest == 0 ? null : Instant.ofEpochMilli(newest);
    }

    /** Flink's Kafka source registers the gauge only once a consumer has told its lag. */
    private static long waiting(List<Told> told) {
        return told.stream()
                .filter(one -> one.name.equals(PENDING))
                .mapToLong(Told::value)
                .reduce(Long::sum)
                .orElse(-1);
    }

    @Override
    public void open(MetricConfig config) {
        LIVING.add(this);
    }

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        boolean ours = name.equals(PipelineGauges.ITEMS)
                || name.equals(PipelineGauges.RECORDS)
                || name.equals(PipelineGauges.NEWEST);
        Map<String, String> variables = group.getAllVariables();
        boolean read = name.equals(PENDING)
                && variables.getOrDefault("<operator_name>", "").contains("otlp");
        if (metric instanceof Gauge<?> gauge && (ours && variables.containsKey("<signal>") || read)) {
            gauges.put(metric, new Told(gauge, name, Map.copyOf(variables), clock.instant()));
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
        gauges.remove(metric);
    }

    @Override
    public void close() {
        LIVING.remove(this);
        gauges.clear();
    }
}

package io.evenkeel.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Keeps the job's own counters where the bench in the same process can read them. */
public final class BenchReporter implements MetricReporter, MetricReporterFactory {
    private static final Map<String, Gauge<?>> GAUGES = new ConcurrentHashMap<>();
    /** Gauges by the name they were last asked for: benches ask many times a second, and of a thousand gauges want two. */
    private static final Map<String, List<Gauge<?>>> ASKED = new ConcurrentHashMap<>();

    /** Sum of the detection job's counter of that name over all subtasks, for example {@code points.accepted}. */
    static long sum(String name) {
        return ASKED.computeIfAbsent(name, BenchReporter::named).stream()
                .mapToLong(gauge -> ((Number) gauge.getValue()).longValue())
                .sum();
    }

    private static List<Gauge<?>> named(String name) {
        List<Gauge<?>> named = new ArrayList<>();
        GAUGES.forEach((identifier, gauge) -> {
            if (identifier.endsWith('.' + name)) {
                named.add(gauge);
            }
        });
        return named;
    }

    /** What became of metric points: {@code received} and the outcomes by their names in {@link JobProcess#COUNTERS}. */
    static long points(String counter) {
        String judged = "evenkeel.signal.metrics.outcome.";
        return switch (counter) {
            case "received" ->
                sum("points.received")
                        + points("accepted")
                        + points("duplicates")
                        + points("late")
                        + points("quarantined")
                        + points("refused");
            case "accepted" -> sum(judged + "judged.items");
            case "duplicates" -> sum(judged + "duplicate.items");
            case "late" -> sum(judged + "late.items");
            case "quarantined" -> sum(judged + "quarantined.items");
            case "refused" -> sum(judged + "refused.reason.beyond_bound.items");
            default -> sum("evenkeel." + counter);
        };
    }

    @Override
    public MetricReporter createMetricReporter(Properties properties) {
        return this;
    }

    @Override
    public void open(MetricConfig config) {}

    @Override
    public void close() {}

    @Override
    public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
        if (metric instanceof Gauge<?> gauge) {
            GAUGES.put(group.getMetricIdentifier(name), gauge);
            ASKED.clear();
        }
    }

    @Override
    public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {}
}

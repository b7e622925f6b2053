package io.evenkeel.wire.event;

import java.util.List;

/**
 * Every Kafka topic that Evenkeel reads or writes. The three OTLP topics carry the names and the encoding of the
 * Collector's Kafka exporter (opentelemetry-collector-contrib, exporter/kafkaexporter/README.md), so that a Collector
 * may write them without passing our door.
 */
public final class Topics {
    public static final String METRICS = "otlp_metrics";
    public static final String SPANS = "otlp_spans";
    public static final String LOGS = "otlp_logs";
    public static final String FINDINGS = "evenkeel.findings";
    public static final String INCIDENTS = "evenkeel.incidents";
    public static final String ROLLUPS = "evenkeel.rollups";
    public static final String TOPOLOGY = "evenkeel.topology";
    public static final String CHANGES = "evenkeel.changes";
    public static final String CONFIG = "evenkeel.config";
    public static final String PRIORS = "evenkeel.priors";
    public static final String FEEDBACK = "evenkeel.feedback";
    public static final String PIPELINE = "evenkeel.pipeline";
    public static final String DEAD_LETTER = "evenkeel.deadletter";

    /** Record keys on {@link #CONFIG}. */
    public static final String CONFIG_CATALOGUE = "catalogue";

    public static final String CONFIG_WATCH = "watch";

    private Topics() {}

    /**
     * How a topic is created on a single node.
     *
     * @param name topic
     * @param partitions number of partitions
     * @param cleanupPolicy {@code delete}, {@code compact} or {@code compact,delete}
     * @param retentionMillis how long records are kept, -1 for ever
     * @param retentionBytes bytes kept per partition, -1 for no bound
     */
    public record Layout(
            String name, int partitions, String cleanupPolicy, long retentionMillis, long retentionBytes) {}

    private static final long HOUR = 3_600_000L;
    private static final long DAY = 24 * HOUR;
    /** OTLP topics: 24 h or 10 GB, over four partitions. */
    private static final long OTLP_BYTES_PER_PARTITION = 10L * 1024 * 1024 * 1024 / 4;

    public static List<Layout> layouts() {
        return List.of(
                new Layout(METRICS, 4, "delete", DAY, OTLP_BYTES_PER_PARTITION),
                new Layout(SPANS, 4, "delete", DAY, OTLP_BYTES_PER_PARTITION),
                new Layout(LOGS, 4, "delete", DAY, OTLP_BYTES_PER_PARTITION),
                new Layout(FINDINGS, 1, "compact,delete", 7 * DAY, -1),
                new Layout(INCIDENTS, 1, "compact", -1, -1),
                new Layout(ROLLUPS, 2, "delete", 6 * HOUR, -1),
                new Layout(TOPOLOGY, 1, "compact", -1, -1),
                new Layout(CHANGES, 1, "delete", 7 * DAY, -1),
                new Layout(CONFIG, 1, "compact", -1, -1),
                new Layout(PRIORS, 1, "compact", -1, -1),
                new Layout(FEEDBACK, 1, "delete", 7 * DAY, -1),
                new Layout(PIPELINE, 1, "compact,delete", DAY, -1),
                new Layout(DEAD_LETTER, 1, "delete", 7 * DAY, -1));
    }
}

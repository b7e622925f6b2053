package io.evenkeel.learning.cause;

import io.evenkeel.domain.finding.Direction;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.incident.CauseKind;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads exhausted resources from metric names. Names follow the OpenTelemetry semantic conventions 1.44 ({@code
 * jvm.cpu.recent_utilization}, {@code db.client.connection.pending_requests} and so on) and their usual relatives. A sign
 * explains trouble that is there; it never makes a suspect by itself.
 */
final class ResourceSigns {
    private record Word(String part, CauseKind cause, double weight) {}

    /** Tried in order; the first part that the metric name contains decides. */
    private static final List<Word> WORDS = List.of(
            new Word("throttl", CauseKind.CPU, 0.9),
            new Word("connection", CauseKind.DB_POOL, 0.8),
            new Word("pool", CauseKind.DB_POOL, 0.6),
            new Word("lock", CauseKind.DB_LOCK, 0.7),
            new Word("gc.", CauseKind.GC, 0.7),
            new Word("cpu", CauseKind.CPU, 0.8),
            new Word("memory", CauseKind.MEMORY_LEAK, 0.6),
            new Word("filesystem", CauseKind.DISK_SPACE, 0.6),
            new Word("disk", CauseKind.DISK_IO, 0.6),
            new Word("queue", CauseKind.QUEUE, 0.6),
            new Word("lag", CauseKind.QUEUE, 0.6));

    /** A service that does less work than usual while its requests wait longer is short of CPU more often than not. */
    private static final double STARVED_WEIGHT = 0.4;

    /**
     * @param cause what it points at
     * @param weight strength 0..1
     * @param finding the deviating resource
     */
    record Sign(CauseKind cause, double weight, Finding finding) {}

    private ResourceSigns() {}

    /** The strongest sign among a service's own findings. */
    static Optional<Sign> strongest(Collection<Finding> findingsOfService) {
        return findingsOfService.stream()
                .filter(finding ->
                        !Trouble.isTrouble(finding) && !finding.signal().isEdge())
                .flatMap(ResourceSigns::sign)
                .max(Comparator.comparingDouble(Sign::weight)
                        .thenComparingDouble(sign -> sign.finding().score()));
    }

    private static Stream<Sign> sign(Finding finding) {
        String metric = finding.signal().metric().toLowerCase(Locale.ROOT);
        return WORDS.stream()
                .filter(word -> metric.contains(word.part()))
                .limit(1)
                .flatMap(word -> {
                    if (finding.direction() == Direction.UP) {
                        return Stream.of(new Sign(word.cause(), word.weight(), finding));
                    }
                    return word.cause() == CauseKind.CPU
                            ? Stream.of(new Sign(CauseKind.CPU, STARVED_WEIGHT, finding))
                            : Stream.<Sign>empty();
                });
    }
}

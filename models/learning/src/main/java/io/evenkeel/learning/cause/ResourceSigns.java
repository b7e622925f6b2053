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
    private record Word(String stem, CauseKind cause, double weight) {}

    /** Tried in order; the first stem that a word of the metric name begins with decides. */
    private static final List<Word> WORDS = List.of(
            new Word("throttl", CauseKind.CPU, 0.9),
            new Word("pool", CauseKind.DB_POOL, 0.6),
            new Word("lock", CauseKind.DB_LOCK, 0.7),
            new Word("deadlock", CauseKind.DB_LOCK, 0.7),
            new Word("gc", CauseKind.GC, 0.7),
            new Word("cpu", CauseKind.CPU, 0.8),
            new Word("memory", CauseKind.MEMORY_LEAK, 0.6),
            new Word("filesystem", CauseKind.DISK_SPACE, 0.6),
            new Word("disk", CauseKind.DISK_IO, 0.6),
            new Word("queue", CauseKind.QUEUE, 0.6),
            new Word("lag", CauseKind.QUEUE, 0.6));

    /** Connections to a database, as opposed to those of clients: the words of the drivers and pools in use. */
    private static final List<String> DATABASE_WORDS = List.of("db", "jdbc", "hikaricp", "r2dbc");

    private static final Word DATABASE_CONNECTIONS = new Word("connection", CauseKind.DB_POOL, 0.8);

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
        List<String> parts =
                List.of(finding.signal().metric().toLowerCase(Locale.ROOT).split("[._]"));
        return word(parts).stream().flatMap(word -> {
            if (finding.direction() == Direction.UP) {
                return Stream.of(new Sign(word.cause(), word.weight(), finding));
            }
            return word.cause() == CauseKind.CPU
                    ? Stream.of(new Sign(CauseKind.CPU, STARVED_WEIGHT, finding))
                    : Stream.<Sign>empty();
        });
    }

    /** Whole words: a clock is no lock, and a feature flag no lag. */
    private static Optional<Word> word(List<String> parts) {
        if (begins(parts, DATABASE_CONNECTIONS) && parts.stream().anyMatch(DATABASE_WORDS::contains)) {
            return Optional.of(DATABASE_CONNECTIONS);
        }
        // Pools of threads and of memory are no pools of connections.
        boolean otherPool = parts.stream().anyMatch(List.of("memory", "thread", "threads", "executor")::contains);
        return WORDS.stream()
                .filter(word -> begins(parts, word) && !(otherPool && word.cause() == CauseKind.DB_POOL))
                .findFirst();
    }

    private static boolean begins(List<String> parts, Word word) {
        return parts.stream().anyMatch(part -> part.startsWith(word.stem()));
    }
}

package io.evenkeel.domain.telemetry;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one part of Evenkeel's own pipeline has done with telemetry since it began, told again and again while it lives: its
 * silence is news too. Laws, per signal and unit, whenever nothing is under way: what was {@value #READ} is the sum of all
 * other outcomes.
 *
 * @param part {@code door} (the OTLP receivers) or {@code detection} (the job)
 * @param since when the part began to count; a restart or a restore begins anew
 * @param at when this was told; of two reports of a part the later one counts
 * @param counts how much, by what became of it; what is absent is zero
 * @param newestData newest event time that was taken, null before the first
 * @param waiting records in Kafka that are still to be read, -1 where that is not known
 */
public record PipelineReport(
        String part,
        Instant since,
        Instant at,
        List<Count> counts,
        @Nullable Instant newestData,
        long waiting) {
    /** Outcome of everything that came, whatever became of it. */
    public static final String READ = "read";

    public static final String DOOR = "door";
    public static final String DETECTION = "detection";

    /**
     * One figure.
     *
     * @param signal {@code metrics}, {@code spans} or {@code logs}; empty where the part cannot tell
     * @param unit {@code items} (data points, spans, log records), {@code records} (of Kafka) or {@code requests}
     * @param outcome for example {@value PipelineReport#READ}, {@code judged}, {@code late}, {@code refused}
     * @param reason why it was refused or left out, for example {@code no_time}; empty where the outcome says it all
     * @param count since the part began, ≥ 0
     */
    public record Count(String signal, String unit, String outcome, String reason, long count) {
        public Count {
            Objects.requireNonNull(signal);
            Objects.requireNonNull(unit);
            Objects.requireNonNull(outcome);
            Objects.requireNonNull(reason);
        }
    }

    public PipelineReport {
        Objects.requireNonNull(part);
        Objects.requireNonNull(since);
        Objects.requireNonNull(at);
        counts = List.copyOf(counts);
    }

    /** How much of a signal had an outcome, for whatever reason. */
    public long count(String signal, String unit, String outcome) {
        return counts.stream()
                .filter(count ->
                        count.signal.equals(signal) && count.unit.equals(unit) && count.outcome.equals(outcome))
                .mapToLong(Count::count)
                .sum();
    }

    /** What was read of a signal and has no outcome yet: under way between two operators, or lost count of. */
    public long unaccounted(String signal, String unit) {
        return counts.stream()
                .filter(count -> count.signal.equals(signal) && count.unit.equals(unit))
                .mapToLong(count -> count.outcome.equals(READ) ? count.count : -count.count)
                .sum();
    }
}

package io.evenkeel.domain.finding;

import io.evenkeel.domain.telemetry.SignalKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A deviation that lasted long enough to note: one signal, one interval. A note, never a page; incidents page. Sent as
 * upserts under {@link #id()}: opened, updated while it lasts, closed once; the highest (epoch, sequence) wins.
 *
 * @param id stable over replays: derived from the signal and the onset
 * @param kind why it was noted
 * @param signal the signal that deviated
 * @param direction side on which it left its band
 * @param onset best estimate of when the deviation began (event time)
 * @param onsetFrom earliest plausible onset
 * @param onsetTo latest plausible onset
 * @param openedAt when it was first sent (processing time)
 * @param updatedAt when this version was sent (processing time)
 * @param closedAt when it was closed (processing time), null while open
 * @param ending how it ended, null while open
 * @param score strangeness in standard units of the band, ≥ 0, for example 8.5
 * @param value latest value in the signal's unit
 * @param expected expectation of the frozen band at that time
 * @param lower lower edge of the frozen band at that time
 * @param upper upper edge of the frozen band at that time
 * @param impact harm beyond the expected, per second, in {@link #impactUnit()}: failed requests per second for errors,
 *     seconds of waiting per second for durations, requests per second missing for rates; 0 where that has no meaning
 * @param impactUnit {@code {request}/s} or {@code s/s}; empty when impact has no meaning
 * @param band the band frozen before the onset; null when nothing was learned (telemetry lost)
 * @param evidence the window it was judged on; null when there is none
 * @param exemplars up to five requests that show it
 * @param attributes facts about the source that are not identity, such as {@code service.instance.id},
 *     {@code service.version}, {@code host.name}, {@code process.pid}, {@code error.type}, {@link #SATURATION}
 * @param youngBaseline true when the band still stands mostly on a prior
 * @param epoch rises with each restart of the job that wrote it
 * @param sequence rises with each version inside an epoch
 */
public record Finding(
        String id,
        FindingKind kind,
        SignalKey signal,
        Direction direction,
        Instant onset,
        Instant onsetFrom,
        Instant onsetTo,
        Instant openedAt,
        Instant updatedAt,
        @Nullable Instant closedAt,
        @Nullable FindingEnding ending,
        double score,
        double value,
        double expected,
        double lower,
        double upper,
        double impact,
        String impactUnit,
        @Nullable FrozenBand band,
        @Nullable EvidenceWindow evidence,
        List<Exemplar> exemplars,
        Map<String, String> attributes,
        boolean youngBaseline,
        long epoch,
        long sequence) {
    /** Attribute that says how full it is, where a limit is known: {@code 412 of 512 connections (80 %)}. */
    public static final String SATURATION = "saturation";

    public Finding {
        exemplars = List.copyOf(exemplars);
        attributes = Map.copyOf(attributes);
    }

    public boolean isOpen() {
        return closedAt == null;
    }

    /** True when this version should replace the other one of the same id. */
    public boolean supersedes(Finding other) {
        return epoch > other.epoch || (epoch == other.epoch && sequence >= other.sequence);
    }
}

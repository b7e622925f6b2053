package io.evenkeel.detection;

import io.evenkeel.domain.finding.EvidenceWindow;
import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingKind;
import io.evenkeel.domain.telemetry.SignalKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Writes deviations down as findings: stable ids, evidence against the frozen band, onset interval. */
final class FindingNotes {
    /** Steps before the onset that the evidence shows: five minutes at 10 s. */
    static final int EVIDENCE_BINS = 30;

    private FindingNotes() {}

    /**
     * What the judge does not know about a deviation.
     *
     * @param impact harm per second, see {@link Finding#impact()}
     */
    record Circumstances(double impact, String impactUnit, List<Exemplar> exemplars, Map<String, String> attributes) {
        static final Circumstances NONE = new Circumstances(0, "", List.of(), Map.of());
    }

    static Finding of(
            SignalKey key, JudgedSignals judged, int row, DeviationTracker tracker, Circumstances facts, long epoch) {
        Instant at = Instant.ofEpochMilli(judged.lastBin(row));
        Instant sent = Instant.ofEpochMilli(tracker.sentAtMillis);
        return new Finding(
                id(key, tracker.onsetMillis),
                FindingKind.ANOMALY,
                key,
                tracker.direction,
                Instant.ofEpochMilli(tracker.onsetMillis),
                Instant.ofEpochMilli(tracker.onsetMillis - tracker.binMillis),
                Instant.ofEpochMilli(tracker.onsetMillis + tracker.binMillis),
                Instant.ofEpochMilli(tracker.openedAtMillis),
                sent,
                tracker.ending == null ? null : sent,
                tracker.ending,
                tracker.score,
                tracker.value,
                tracker.band.expectedAt(at),
                tracker.band.lowerAt(at),
                tracker.band.upperAt(at),
                facts.impact(),
                facts.impactUnit(),
                tracker.band,
                evidence(judged, row, tracker),
                facts.exemplars(),
                facts.attributes(),
                tracker.young,
                epoch,
                tracker.sequence);
    }

    /**
     * Stable over replays, and safe in a URL: {@code f-} and 16 hex digits of SHA-256 over signal and onset.
     *
     * @param onsetMillis start of the bin in which the deviation began
     */
    static String id(SignalKey key, long onsetMillis) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((key.id() + '@' + onsetMillis).getBytes(StandardCharsets.UTF_8));
            return "f-" + HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static EvidenceWindow evidence(JudgedSignals judged, int row, DeviationTracker tracker) {
        long last = judged.lastBin(row);
        long bin = tracker.binMillis;
        long wanted = (last - tracker.onsetMillis) / bin + EVIDENCE_BINS;
        int steps = (int) Math.min(judged.remembered(row) - 1, wanted) + 1;
        List<Double> values = new ArrayList<>(steps);
        List<Double> expected = new ArrayList<>(steps);
        List<Double> lower = new ArrayList<>(steps);
        List<Double> upper = new ArrayList<>(steps);
        for (int back = steps - 1; back >= 0; back--) {
            Instant at = Instant.ofEpochMilli(last - back * bin);
            values.add((double) judged.valueAt(row, back));
            expected.add(tracker.band.expectedAt(at));
            lower.add(tracker.band.lowerAt(at));
            upper.add(tracker.band.upperAt(at));
        }
        return new EvidenceWindow(
                Instant.ofEpochMilli(last - (steps - 1) * bin), (int) (bin / 1000), values, expected, lower, upper);
    }
}

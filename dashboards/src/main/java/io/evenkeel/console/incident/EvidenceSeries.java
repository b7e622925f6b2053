package io.evenkeel.console.incident;

import io.evenkeel.console.plot.PlotPoint;
import io.evenkeel.domain.finding.EvidenceWindow;
import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FrozenBand;
import io.evenkeel.domain.telemetry.Rollup;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The history of a signal around a finding: what was kept in rollups, and what the finding itself carries where they
 * do not reach. From the onset on the band is the one frozen before it, never the one that may have learned the fault.
 */
public final class EvidenceSeries {
    private EvidenceSeries() {}

    /** Points of a signal without a finding: the band as it was learned at each moment. */
    public static List<PlotPoint> of(List<Rollup> rollups) {
        return of(null, rollups);
    }

    public static List<PlotPoint> of(@Nullable Finding finding, List<Rollup> rollups) {
        TreeMap<Instant, PlotPoint> points = new TreeMap<>();
        for (Rollup rollup : rollups) {
            points.put(rollup.start(), point(finding, rollup));
        }
        if (finding != null && finding.evidence() != null) {
            addOutside(points, finding.evidence());
        }
        return List.copyOf(points.values());
    }

    private static PlotPoint point(@Nullable Finding finding, Rollup rollup) {
        double value = rollup.count() == 0 ? Double.NaN : rollup.value();
        FrozenBand frozen = finding == null || rollup.start().isBefore(finding.onset()) ? null : finding.band();
        if (frozen == null) {
            return new PlotPoint(
                    rollup.start(), rollup.widthSeconds(), value, rollup.expected(), rollup.lower(), rollup.upper());
        }
        Instant at = rollup.start();
        return new PlotPoint(
                at, rollup.widthSeconds(), value, frozen.expectedAt(at), frozen.lowerAt(at), frozen.upperAt(at));
    }

    /** Adds the finding's own steps before the first and after the last rollup; between them a hole is a hole. */
    private static void addOutside(TreeMap<Instant, PlotPoint> points, EvidenceWindow evidence) {
        Instant first = points.isEmpty() ? Instant.MAX : points.firstKey();
        Instant last = points.isEmpty()
                ? Instant.MIN
                : points.lastKey().plusSeconds(points.lastEntry().getValue().stepSeconds());
        int steps = Math.min(
                Math.min(evidence.values().size(), evidence.expected().size()),
                Math.min(evidence.lower().size(), evidence.upper().size()));
        for (int i = 0; i < steps; i++) {
            Instant at = evidence.start().plusSeconds((long) i * evidence.stepSeconds());
            boolean before = !at.plusSeconds(evidence.stepSeconds()).isAfter(first);
            boolean after = !at.isBefore(last);
            if (before || after) {
                points.put(
                        at,
                        new PlotPoint(
                                at,
                                evidence.stepSeconds(),
                                evidence.values().get(i),
                                evidence.expected().get(i),
                                evidence.lower().get(i),
                                evidence.upper().get(i)));
            }
        }
    }
}

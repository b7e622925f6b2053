package io.evenkeel.detection;

import io.evenkeel.detection.ReplicaReds.Merged;
import io.evenkeel.detection.ServiceBook.Output;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.topology.CallEdge;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the spans of a service say of it, bin by bin: of its operations and calls, and of itself where no metrics do; and
 * whether they stand for all that was asked of it. A view of a {@link ServiceBook}, which keeps all of this.
 */
record SpanJudge(
        ServiceKey service,
        SpanBins spans,
        Peers peers,
        SpanCoverage coverage,
        EdgeNotices edges,
        ReplicaReds replicas,
        ServiceSignals signals,
        ServiceRollups rollups) {
    private static final long NEVER = Long.MIN_VALUE;
    private static final int BIN = EntityBook.BIN_MILLIS;

    /**
     * Compares the windows that metrics and spans have both been judged for.
     *
     * @param metricsJudged end of the last judged window of metrics, ms; {@link Long#MIN_VALUE} before the first
     * @param upTo the same of spans
     */
    void compare(long metricsJudged, long upTo) {
        int width = replicas.width();
        long compared = coverage.comparedUpTo();
        long end = Math.min(metricsJudged, upTo);
        if (end == NEVER || compared != NEVER && end - compared < width) {
            return;
        }
        // The first bin of either may have begun before anything was seen of it.
        long begun = compared == NEVER ? Math.max(replicas.firstBin(), spans.firstBin()) + BIN : compared;
        // What both still hold; earlier windows are gone from one of them.
        long from = Math.max(begun, end - (long) SpanBins.BINS * BIN);
        for (long start = Math.floorDiv(from + width - 1, width) * width; start + width <= end; start += width) {
            RedSum served = new RedSum();
            for (long bin = start; bin < start + width; bin += BIN) {
                spans.addTo(served, bin, SpanBins.SERVED);
            }
            Merged merged = replicas.merge(start, width);
            if (merged.missing().isEmpty() && spans.serves()) {
                coverage.compare(merged.count(), served.count);
            }
            coverage.comparedUpTo(start + width);
        }
    }

    /** Judges a bin, the first time or anew when it has grown. */
    void judge(long start, long nowMillis, Catalogue catalogue, Output out) {
        RedJudge judge = new RedJudge(signals, nowMillis, out);
        coverage.step(start, spans.whole(start));
        for (Map.Entry<String, RedSum> entry : spans.at(start).entrySet()) {
            if (SpanBins.isOperation(entry.getKey())) {
                String operation = SpanBins.nameOf(entry.getKey());
                Red red = red(start, entry.getValue());
                judge.judge(
                        kind -> SignalKey.ofOperation(service, operation, kind),
                        red,
                        false,
                        entry.getValue(),
                        Map.of());
                rollups.watched(kind -> SignalKey.ofOperation(service, operation, kind), red, catalogue, signals, out);
            }
        }
        judgeCalls(start, judge, catalogue, out);
        if (!replicas.isUsed(start)) {
            RedSum served = spans.at(start, SpanBins.SERVED);
            RedSum sum = served == null ? new RedSum() : served;
            Red red = red(start, sum);
            judge.judge(kind -> SignalKey.ofService(service, kind), red, true, sum, Map.of());
            rollups.tens(red, signals, out);
            long minute = ServiceRollups.minuteOf(start);
            rollups.minute(minute, mergedSpans(minute), coverage.of(minute, 60_000), signals, out);
        }
    }

    private Red red(long start, RedSum sum) {
        return Red.of(start, sum, coverage.evidence(), coverage.of(start, BIN));
    }

    private Merged mergedSpans(long minute) {
        RedSum sum = new RedSum();
        for (long bin = minute; bin < minute + 60_000; bin += BIN) {
            spans.addTo(sum, bin, SpanBins.SERVED);
        }
        return new Merged(
                Math.round(sum.count),
                Math.round(sum.errors),
                sum.count / 60.0,
                sum.sumSeconds,
                sum.durations,
                List.of(),
                Map.of(),
                List.of());
    }

    private void judgeCalls(long start, RedJudge judge, Catalogue catalogue, Output out) {
        Map<ServiceKey, RedSum> calls = new TreeMap<>();
        Map<ServiceKey, Map<String, RedSum>> byPeer = new HashMap<>();
        for (Map.Entry<String, RedSum> entry : spans.at(start).entrySet()) {
            if (!SpanBins.isPeer(entry.getKey())) {
                continue;
            }
            String address = SpanBins.nameOf(entry.getKey());
            ServiceKey callee = peers.calleeOf(address, start);
            if (callee != null) {
                calls.computeIfAbsent(callee, key -> new RedSum()).add(entry.getValue());
                byPeer.computeIfAbsent(callee, key -> new LinkedHashMap<>()).put(address, entry.getValue());
            }
        }
        calls.forEach((callee, sum) -> {
            Map<String, RedSum> addresses = byPeer.getOrDefault(callee, Map.of());
            Red red = red(start, sum);
            judge.judge(kind -> SignalKey.ofEdge(service, callee, kind), red, false, sum, PeerFacts.of(addresses));
            rollups.watched(kind -> SignalKey.ofEdge(service, callee, kind), red, catalogue, signals, out);
            announce(callee, addresses, red, out);
        });
    }

    private void announce(ServiceKey callee, Map<String, RedSum> addresses, Red red, Output out) {
        String protocol = peers.protocolOf(addresses.keySet().iterator().next());
        Instant end = Instant.ofEpochMilli(red.start() + red.width());
        CallEdge edge = new CallEdge(service, callee, protocol, red.ratePerSecond(), end);
        if (edges.isDue(edge.id(), red.start())) {
            out.edge(edge);
        }
    }
}

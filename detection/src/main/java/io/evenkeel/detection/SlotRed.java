package io.evenkeel.detection;

import io.evenkeel.domain.finding.Exemplar;
import java.util.List;
import java.util.Map;

/**
 * What one slot served in one 10 s bin, as far as known: sent on to the service whenever it changes, each version in
 * place of the one before. Mutable for the serializer; owned by one thread at a time.
 */
public final class SlotRed {
    /** {@code ServiceKey.id()}. */
    public String service = "";
    /** {@code owner#ordinal}. */
    public String slot = "";
    /** Facts of the process: service.instance.id, service.version, host.name, process.pid where present. */
    public Map<String, String> facts = Map.of();
    /** The slot's clock, ms. */
    public long clock;
    /** Learned milliseconds between exports. */
    public int intervalMillis;
    /** When the process began, ms. */
    public long processStart;
    /** Start of the bin, ms. */
    public long binStart;
    /** Requests. */
    public long count;
    /** Failed requests. */
    public long errors;
    /** Sum of durations, s. */
    public double sumSeconds;
    /** Seconds that the counts cover; 0 when the slot's totals were only first seen. */
    public double coveredSeconds;
    /** Bucket bounds, s. */
    public double[] bounds = {};
    /** Requests per bucket. */
    public long[] buckets = {};
    /** Requests that the metrics named as examples, at most five. Crosses the exchange; not part of any state. */
    public List<Exemplar> exemplars = List.of();
}

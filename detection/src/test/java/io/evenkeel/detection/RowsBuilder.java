package io.evenkeel.detection;

import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.PointType;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Builds the rows of one export of one process. */
final class RowsBuilder {
    private static final int MOST = 512;

    private final EntityRows rows = new EntityRows();
    private final List<SeriesDefinition> definitions = new ArrayList<>();
    private final long start;
    private final long time;

    RowsBuilder(String service, String owner, String instance, String version, long start, long time) {
        this.start = start;
        this.time = time;
        rows.service = service;
        rows.owner = owner;
        rows.resource = hash(service + instance);
        rows.facts = Map.of(
                "service.instance.id", instance, "service.version", version, "host.name", owner, "process.pid", "4711");
        rows.stream = new long[MOST];
        rows.series = new long[MOST];
        rows.type = new byte[MOST];
        rows.startMillis = new long[MOST];
        rows.timeMillis = new long[MOST];
        rows.value = new double[MOST];
        rows.count = new long[MOST];
        rows.bucketFrom = new int[MOST];
        rows.bucketCount = new int[MOST];
        rows.boundFrom = new int[MOST];
    }

    RowsBuilder gauge(String metric, String attributes, double value) {
        return point(metric, "1", PointType.GAUGE, attributes, start, time, value);
    }

    RowsBuilder counter(String metric, String attributes, double total) {
        return point(metric, "1", PointType.COUNTER_CUMULATIVE, attributes, start, time, total);
    }

    RowsBuilder delta(String metric, String attributes, long from, long at, double value) {
        return point(metric, "1", PointType.COUNTER_DELTA, attributes, from, at, value);
    }

    RowsBuilder histogram(String metric, String attributes, long count, double sum, double[] bounds, long[] buckets) {
        point(metric, "s", PointType.HISTOGRAM_CUMULATIVE, attributes, start, time, sum);
        int i = rows.size - 1;
        rows.count[i] = count;
        rows.bucketFrom[i] = rows.bucketsSize;
        rows.bucketCount[i] = buckets.length;
        rows.boundFrom[i] = rows.boundsSize;
        rows.buckets = Arrays.copyOf(rows.buckets, rows.bucketsSize + buckets.length);
        System.arraycopy(buckets, 0, rows.buckets, rows.bucketsSize, buckets.length);
        rows.bucketsSize += buckets.length;
        rows.bounds = Arrays.copyOf(rows.bounds, rows.boundsSize + bounds.length);
        System.arraycopy(bounds, 0, rows.bounds, rows.boundsSize, bounds.length);
        rows.boundsSize += bounds.length;
        return this;
    }

    RowsBuilder point(String metric, String unit, byte type, String attributes, long from, long at, double value) {
        int i = rows.size++;
        long series = hash(metric + '|' + unit + '|' + type + '|' + attributes);
        rows.series[i] = series;
        rows.stream[i] = hash(rows.resource + "|" + series);
        rows.type[i] = type;
        rows.startMillis[i] = from;
        rows.timeMillis[i] = at;
        rows.value[i] = value;
        rows.bucketFrom[i] = -1;
        definitions.add(new SeriesDefinition(series, metric, unit, type, attributes));
        return this;
    }

    /** Says that the point last added came in another unit. */
    RowsBuilder unit(String unit) {
        SeriesDefinition last = definitions.remove(definitions.size() - 1);
        definitions.add(new SeriesDefinition(last.series(), last.metric(), unit, last.type(), last.attributes()));
        return this;
    }

    /** Names a request as an example of the point last added. */
    RowsBuilder exemplar(double value, long trace) {
        int e = rows.exemplars++;
        rows.exemplarPoint = Arrays.copyOf(rows.exemplarPoint, e + 1);
        rows.exemplarMillis = Arrays.copyOf(rows.exemplarMillis, e + 1);
        rows.exemplarValue = Arrays.copyOf(rows.exemplarValue, e + 1);
        rows.exemplarTraceHigh = Arrays.copyOf(rows.exemplarTraceHigh, e + 1);
        rows.exemplarTraceLow = Arrays.copyOf(rows.exemplarTraceLow, e + 1);
        rows.exemplarSpan = Arrays.copyOf(rows.exemplarSpan, e + 1);
        rows.exemplarPoint[e] = rows.size - 1;
        rows.exemplarMillis[e] = time - 100;
        rows.exemplarValue[e] = value;
        rows.exemplarTraceHigh[e] = 0xAB;
        rows.exemplarTraceLow[e] = trace;
        rows.exemplarSpan[e] = trace + 1;
        return this;
    }

    EntityRows rows() {
        rows.definitions = List.copyOf(definitions);
        return rows;
    }

    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        return hash * 0x9E3779B97F4A7C15L;
    }
}

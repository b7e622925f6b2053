package io.evenkeel.wire.otlp;

import java.util.Arrays;

/**
 * The exemplars of the point under way: where they lie, and, once the point is accepted, the one that shows most. SDKs
 * attach one per bucket or two per point (opentelemetry-specification, metrics/sdk.md, "Exemplar defaults"); the one with
 * the largest value and a trace is kept. One that cannot be read costs the exemplar, not the point.
 */
final class PointExemplars {
    /** Exemplars per {@link EntityRows}: evidence, not data. */
    static final int MAX = 512;

    /** Per point the last of them are looked at: histograms have theirs in the order of the buckets. */
    private static final int LOOKED_AT = 16;

    private static final int TIME = 2 << 3 | Cursor.FIXED64;
    private static final int AS_DOUBLE = 3 << 3 | Cursor.FIXED64;
    private static final int SPAN_ID = 4 << 3 | Cursor.LENGTH;
    private static final int TRACE_ID = 5 << 3 | Cursor.LENGTH;
    private static final int AS_INT = 6 << 3 | Cursor.FIXED64;

    private final Cursor cursor;
    private final int[] from = new int[LOOKED_AT];
    private final int[] to = new int[LOOKED_AT];
    private int seen;

    private long time;
    private double value;
    private long traceHigh;
    private long traceLow;
    private long span;

    PointExemplars(Cursor cursor) {
        this.cursor = cursor;
    }

    void clear() {
        seen = 0;
    }

    /** Notes the exemplar whose length is read next and passes over it. */
    void pass(int end) {
        int length = cursor.length(end);
        from[seen % LOOKED_AT] = cursor.position;
        cursor.position += length;
        to[seen++ % LOOKED_AT] = cursor.position;
    }

    /** Adds the exemplar that shows most, if any has a trace, to the rows' point. */
    void attach(EntityRows rows, int point) {
        if (seen == 0 || rows.exemplars == MAX) {
            return;
        }
        int resume = cursor.position;
        int at = rows.exemplars;
        for (int i = 0; i < Math.min(seen, LOOKED_AT); i++) {
            if (read(from[i], to[i]) && (rows.exemplars == at || value > rows.exemplarValue[at])) {
                put(rows, at, point);
            }
        }
        cursor.position = resume;
    }

    private void put(EntityRows rows, int at, int point) {
        if (at == rows.exemplarPoint.length) {
            int room = Math.min(MAX, Math.max(8, 2 * at));
            rows.exemplarPoint = Arrays.copyOf(rows.exemplarPoint, room);
            rows.exemplarMillis = Arrays.copyOf(rows.exemplarMillis, room);
            rows.exemplarValue = Arrays.copyOf(rows.exemplarValue, room);
            rows.exemplarTraceHigh = Arrays.copyOf(rows.exemplarTraceHigh, room);
            rows.exemplarTraceLow = Arrays.copyOf(rows.exemplarTraceLow, room);
            rows.exemplarSpan = Arrays.copyOf(rows.exemplarSpan, room);
        }
        rows.exemplarPoint[at] = point;
        rows.exemplarMillis[at] = SpanReader.millis(time);
        rows.exemplarValue[at] = value;
        rows.exemplarTraceHigh[at] = traceHigh;
        rows.exemplarTraceLow[at] = traceLow;
        rows.exemplarSpan[at] = span;
        rows.exemplars = at + 1;
    }

    /** @return false when it has no trace, no finite value, or cannot be read */
    private boolean read(int begin, int end) {
        time = 0;
        value = Double.NaN;
        traceHigh = 0;
        traceLow = 0;
        span = 0;
        cursor.position = begin;
        try {
            while (cursor.position < end) {
                int tag = cursor.tag(end);
                switch (tag) {
                    case TIME -> time = cursor.fixed64(end);
                    case AS_DOUBLE -> value = cursor.real(end);
                    case AS_INT -> value = cursor.fixed64(end);
                    case SPAN_ID -> span = id(Long.BYTES, 0, end);
                    case TRACE_ID -> {
                        int at = cursor.position;
                        traceHigh = id(2 * Long.BYTES, 0, end);
                        cursor.position = at;
                        traceLow = id(2 * Long.BYTES, Long.BYTES, end);
                    }
                    default -> cursor.skip(tag, end);
                }
            }
        } catch (MalformedOtlp unreadable) {
            return false;
        }
        return (traceHigh != 0 || traceLow != 0) && Double.isFinite(value);
    }

    /** Eight bytes of an id, big-endian as hex writes them; 0 when the id has not the length of its kind. */
    private long id(int wanted, int offset, int end) {
        int length = cursor.length(end);
        long id = length == wanted ? Long.reverseBytes(Cursor.longAt(cursor.bytes, cursor.position + offset)) : 0;
        cursor.position += length;
        return id;
    }
}

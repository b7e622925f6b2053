package io.evenkeel.wire.otlp;

import java.util.ArrayList;
import java.util.List;

/**
 * The few requests that show one RED sum best: failed ones first, then the slowest; of equals the earlier. Nearly all
 * that a sample needs is noted when the span passes; only failed spans are read again for what went wrong.
 */
final class Exemplars {
    static final int MAX = 3;

    private static final long FAILED = 1L << 62;

    private final long[] rank = new long[MAX];
    private final long[] traceHigh = new long[MAX];
    private final long[] traceLow = new long[MAX];
    private final long[] spanId = new long[MAX];
    private final long[] startNanos = new long[MAX];
    private final long[] nanos = new long[MAX];
    private final String[] operation = new String[MAX];
    private final int[] from = new int[MAX];
    private final int[] to = new int[MAX];
    private int size;

    /** Reads a span of the record under way once more. */
    interface Source {
        SpanRows.Sample read(int from, int to);
    }

    void clear() {
        size = 0;
    }

    /**
     * @param span the span just read
     * @param spanOperation its operation where a string of it is at hand, else empty
     * @param spanFrom where its bytes start
     * @param spanTo where they end
     */
    void offer(SpanReader span, String spanOperation, boolean failed, long spanNanos, int spanFrom, int spanTo) {
        long spanRank = (failed ? FAILED : 0) + Math.min(spanNanos, FAILED - 1);
        if (size == MAX && spanRank <= rank[MAX - 1]) {
            return;
        }
        int at = size < MAX ? size++ : MAX - 1;
        while (at > 0 && rank[at - 1] < spanRank) {
            move(at - 1, at);
            at--;
        }
        rank[at] = spanRank;
        traceHigh[at] = span.traceHigh;
        traceLow[at] = span.traceLow;
        spanId[at] = span.spanId;
        startNanos[at] = span.startNanos;
        nanos[at] = spanNanos;
        operation[at] = spanOperation.isEmpty() ? span.operation() : spanOperation;
        from[at] = spanFrom;
        to[at] = spanTo;
    }

    List<SpanRows.Sample> samples(Source source) {
        List<SpanRows.Sample> samples = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            samples.add(rank[i] < FAILED ? sample(i) : source.read(from[i], to[i]));
        }
        return List.copyOf(samples);
    }

    private SpanRows.Sample sample(int at) {
        return new SpanRows.Sample(
                traceHigh[at],
                traceLow[at],
                spanId[at],
                SpanReader.millis(startNanos[at]),
                operation[at],
                nanos[at] / 1000,
                "");
    }

    private void move(int a, int b) {
        rank[b] = rank[a];
        traceHigh[b] = traceHigh[a];
        traceLow[b] = traceLow[a];
        spanId[b] = spanId[a];
        startNanos[b] = startNanos[a];
        nanos[b] = nanos[a];
        operation[b] = operation[a];
        from[b] = from[a];
        to[b] = to[a];
    }
}

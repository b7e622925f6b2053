package io.evenkeel.wire.otlp;

import java.util.List;

/**
 * The spans of one Resource of one OTLP request, added up per (view, 10 s bin): requests, errors and durations of the
 * service, of its operations and of its calls to peers. A bin is that of the span's end.
 */
public final class SpanRows {
    /** Duration buckets: bucket i holds durations in [2^(i/4) µs, 2^((i+1)/4) µs), i = 0..127; relative width 19 %. */
    public static final int DURATION_BUCKETS = 128;

    /** {@code ServiceKey.id()} of the service that emitted the spans. */
    public String service = "";
    /** Pod owner, else {@code host.name}, else empty. */
    public String owner = "";
    /** service.instance.id, else empty. */
    public String instance = "";
    /** service.version, else empty. */
    public String version = "";

    public List<Red> reds = List.of();

    /**
     * Spans in {@link #reds}, one by one, in the order in which they were added up: a span that has come before can so be
     * taken out again. Columns as long as this.
     */
    public int spans;
    /** Per span: 32 bits hashed from trace id, span id and whether it serves. */
    public int[] spanId = {};
    /** Per span: index in {@link #reds} of the sum of its operation or peer; what was served is also in that of the bin. */
    public int[] spanSum = {};
    /** Per span: duration bucket, and {@link #FAILED} when it failed. */
    public byte[] spanBucket = {};
    /** Per span: duration, ns. */
    public long[] spanNanos = {};
    /** Per span: adjusted count; empty when all are 1. */
    public double[] spanWeight = {};
    /** Bit of {@link #spanBucket} beside its {@value #DURATION_BUCKETS} buckets. */
    public static final int FAILED = 0x80;

    /** A sample of spans that lets the job join client spans with the server spans they caused. */
    public List<Link> links = List.of();
    /**
     * What {@link #spanId} knows a span by.
     *
     * @param serves both ends of a call may have one span id (Zipkin's shared spans)
     */
    public static int idOf(long traceHigh, long traceLow, long span, boolean serves) {
        return (int) (Mix.of(Mix.of(traceHigh, traceLow), serves ? span : ~span) >>> 32);
    }

    /**
     * Requests, errors and durations of one view in one bin.
     *
     * @param view {@code SERVER} for the service's own requests, {@code CLIENT} for calls to a peer
     * @param operation for a server view {@code POST /checkout} (method and route) or the span name, {@code _unnamed}
     *     without one, {@code _other} beyond 200 names a service; empty for the whole service and for peers
     * @param peer {@code host:port} or {@code db.system.name:host:port/namespace} of the called side, as far as the span
     *     says, {@code _other} beyond 200 a service; empty for servers and where the span says nothing
     * @param protocol {@code http}, {@code rpc}, {@code db}, {@code messaging}
     * @param binStartMillis start of the 10 s bin
     * @param count requests that the spans stand for, the sum of their adjusted counts: 20 for one span sampled at 5 %
     * @param errors likewise those that failed: status ERROR, or HTTP status ≥ 500
     * @param durationSumSeconds sum of durations, s
     * @param durations counts per duration bucket, sparse: pairs (bucket, count)
     * @param exemplars up to three spans, failed first, then slowest
     * @param squares sum of the squared adjusted counts; equals {@code count} where no tracestate {@code ot=th} showed
     *     sampling, and {@code count² / squares} is the number of spans that are as good evidence as these
     */
    public record Red(
            View view,
            String operation,
            String peer,
            String protocol,
            long binStartMillis,
            double count,
            double errors,
            double durationSumSeconds,
            int[] durations,
            List<Sample> exemplars,
            double squares) {}

    public enum View {
        SERVER,
        CLIENT
    }

    /**
     * @param traceHigh upper half of the trace id
     * @param traceLow lower half of the trace id
     * @param span span id
     * @param timeMillis start of the span
     * @param operation span name
     * @param durationMicros duration, µs
     * @param errorType {@code error.type}, else the last exception's type, else the HTTP status, else {@code error}; empty
     *     when it did not fail
     */
    public record Sample(
            long traceHigh,
            long traceLow,
            long span,
            long timeMillis,
            String operation,
            long durationMicros,
            String errorType) {}

    /**
     * One end of a call, for the call graph.
     *
     * @param traceLow lower half of the trace id; links are sampled by it, so that both ends are kept or neither is
     * @param span for a client span its own id, for a server span the id of its parent: the two ends meet on it
     * @param server true for the end that serves (SERVER and CONSUMER), false for the one that calls (CLIENT, PRODUCER)
     * @param peer for the client end the peer it called
     * @param protocol as in {@link Red#protocol()}
     * @param timeMillis start of the span
     */
    public record Link(long traceLow, long span, boolean server, String peer, String protocol, long timeMillis) {}
}

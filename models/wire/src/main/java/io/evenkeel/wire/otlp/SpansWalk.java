package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.SpanRows.View;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads ExportTraceServiceRequest or TracesData (the same bytes) and adds its spans up per Resource: requests, errors
 * and durations of the service, of its operations and of its calls to peers, a few exemplars, and a sample of call ends
 * for the call graph. SERVER and CONSUMER spans are requests that the service serves, CLIENT spans are calls that it
 * makes; PRODUCER spans give only a call end; all others are left out as {@link Skip#NOT_A_REQUEST}.
 *
 * <p>Never throws on account of its input. Span events and links, and the values of attributes that say nothing about
 * requests, are passed over without looking inside. One instance per thread.
 */
public final class SpansWalk {
    /** Distinct operations, and distinct peers, per service before the rest is {@value NameTable#OTHER}. */
    public static final int DEFAULT_NAMES = 200;
    /** Call ends per second of processing time before traces are thinned out. */
    public static final int DEFAULT_LINKS_PER_SECOND = 500;

    static final long BIN_MILLIS = 10_000;

    /** Sums that have no fingerprint of their own. */
    private static final long WHOLE_SERVICE = 1;

    private static final long OTHER_OPERATION = 2;
    private static final long OTHER_PEER = 3;

    private static final int RESOURCE_SPANS = 1 << 3 | Cursor.LENGTH;
    private static final int SCOPE_SPANS = 2 << 3 | Cursor.LENGTH;
    private static final int SPAN = 2 << 3 | Cursor.LENGTH;

    private final InstantSource clock;
    private final Cursor cursor = new Cursor();
    private final Resources resources;
    private final WalkCounts counts = new WalkCounts();
    private final SpanReader span;
    private final Supplier<String> operationName;
    private final Supplier<String> peerName;
    private final RedTable reds = new RedTable();
    private final SpanColumns columns = new SpanColumns();
    private final NameTable operations;
    private final NameTable peers;
    private final LinkSampler sampler;
    private final List<SpanRows> complete = new ArrayList<>();
    private List<SpanRows.Link> links = new ArrayList<>();
    private long accepted;
    private int nowSecond;

    public SpansWalk(InstantSource clock) {
        this(clock, DEFAULT_NAMES, DEFAULT_LINKS_PER_SECOND);
    }

    public SpansWalk(InstantSource clock, int names, int linksPerSecond) {
        this(clock, SecretMask.standard(), names, linksPerSecond);
    }

    /**
     * @param clock processing time; decides only how call ends are thinned out and when a full name table starts afresh
     * @param mask what is secret in attributes; asterisks then stand for it in names and samples
     * @param names distinct operations, and distinct peers, per service, ≥ 1
     * @param linksPerSecond call ends per second of processing time above which traces are thinned out, ≥ 1
     */
    public SpansWalk(InstantSource clock, SecretMask mask, int names, int linksPerSecond) {
        this.clock = clock;
        resources = new Resources(mask);
        span = new SpanReader(cursor, mask);
        operationName = span::operation;
        peerName = span::peer;
        operations = new NameTable(names, OTHER_OPERATION);
        peers = new NameTable(names, OTHER_PEER);
        sampler = new LinkSampler(linksPerSecond);
    }

    /**
     * Walks one record and gives its rows to {@code out}, one per Resource that has requests or call ends. Nothing is
     * given out when the record is undecodable.
     *
     * @return null when the record was read, otherwise why not; it has then been counted
     */
    public @Nullable Undecodable walk(byte[] bytes, int offset, int length, Consumer<? super SpanRows> out) {
        cursor.open(bytes, offset);
        nowSecond = (int) (clock.millis() / 1000);
        sampler.beginRecord(nowSecond);
        accepted = 0;
        try {
            readRequest(offset + length);
        } catch (MalformedOtlp malformed) {
            discard();
            Undecodable undecodable = malformed.at(offset, length);
            counts.refuse(undecodable.reason());
            return undecodable;
        }
        counts.commit(accepted);
        List<SpanRows> released = List.copyOf(complete);
        complete.clear();
        released.forEach(out);
        return null;
    }

    public WalkCounts counts() {
        return counts;
    }

    private void discard() {
        complete.clear();
        reds.clear();
        columns.clear();
        links = new ArrayList<>();
    }

    private void readRequest(int end) {
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == RESOURCE_SPANS) {
                int length = cursor.length(end);
                readResource(cursor.position + length);
            } else {
                cursor.skip(tag, end);
            }
        }
    }

    private void readResource(int end) {
        ResourceIdentity resource = resources.find(cursor, end);
        operations.enter(resource.service(), nowSecond);
        peers.enter(resource.service(), nowSecond);
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == SCOPE_SPANS) {
                int length = cursor.length(end);
                readScope(cursor.position + length);
            } else {
                cursor.skip(tag, end);
            }
        }
        SpanRows rows = new SpanRows();
        rows.service = resource.service();
        rows.owner = resource.owner();
        rows.instance = resource.fact(ResourceIdentity.INSTANCE);
        rows.version = resource.fact(ResourceIdentity.VERSION);
        rows.reds = reds.drain(this::sampleAt);
        columns.drain(rows);
        rows.links = List.copyOf(links);
        links.clear();
        cursor.position = end;
        if (!rows.reds.isEmpty() || !rows.links.isEmpty()) {
            complete.add(rows);
        }
    }

    private void readScope(int end) {
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == SPAN) {
                int length = cursor.length(end);
                readSpan(cursor.position, cursor.position + length);
            } else {
                cursor.skip(tag, end);
            }
        }
    }

    private void readSpan(int from, int end) {
        span.read(end);
        boolean serves = span.kind == SpanReader.SERVER || span.kind == SpanReader.CONSUMER;
        boolean calls = span.kind == SpanReader.CLIENT;
        Skip skip = null;
        if (!serves && !calls && span.kind != SpanReader.PRODUCER) {
            skip = Skip.NOT_A_REQUEST;
        } else if (!span.hasValidIds()) {
            skip = Skip.INVALID_ID;
        } else if (span.startNanos == 0 || span.endNanos == 0) {
            skip = Skip.NO_TIME;
        }
        if (skip != null) {
            counts.skip(skip);
            return;
        }
        if (serves) {
            addServed(from, end);
        } else if (calls) {
            addCall(from, end);
        } else {
            counts.skip(Skip.NOT_A_REQUEST);
        }
        addLink(serves);
    }

    private void addServed(int from, int end) {
        long bin = bin();
        long wholeKey = Mix.of(WHOLE_SERVICE, bin);
        RedTable.Sum whole = reds.find(wholeKey);
        if (whole == null) {
            whole = reds.add(wholeKey, View.SERVER, "", "", span.protocol(), bin);
        }
        long fingerprint = span.operationFingerprint();
        RedTable.Sum operation = reds.find(Mix.of(fingerprint, bin));
        if (operation == null) {
            operation = operationSum(fingerprint, bin);
        }
        long nanos = span.durationNanos();
        int bucket = DurationBuckets.of(nanos);
        boolean failed = span.failed();
        // Beyond the cap the sum has no name of its own, but its exemplars keep theirs.
        String name = operation.operation().equals(NameTable.OTHER) ? "" : operation.operation();
        whole.add(span, name, failed, nanos, bucket, from, end);
        operation.add(span, name, failed, nanos, bucket, from, end);
        columns.add(span, true, operation.index, bucket, failed, nanos);
        accepted++;
    }

    /** The sum of an operation first seen in this bin; all beyond the cap share one. */
    private RedTable.Sum operationSum(long fingerprint, long bin) {
        NameTable.Name name = operations.name(fingerprint, operationName);
        long key = Mix.of(name.fingerprint(), bin);
        RedTable.Sum known = reds.find(key);
        return known != null ? known : reds.add(key, View.SERVER, name.text(), "", span.protocol(), bin);
    }

    private void addCall(int from, int end) {
        long bin = bin();
        long fingerprint = span.peerFingerprint();
        RedTable.Sum sum = reds.find(Mix.of(fingerprint, bin));
        if (sum == null) {
            sum = peerSum(fingerprint, bin);
        }
        long nanos = span.durationNanos();
        int bucket = DurationBuckets.of(nanos);
        boolean failed = span.failed();
        sum.add(span, "", failed, nanos, bucket, from, end);
        columns.add(span, false, sum.index, bucket, failed, nanos);
        accepted++;
    }

    private RedTable.Sum peerSum(long fingerprint, long bin) {
        NameTable.Name name = peers.name(fingerprint, peerName);
        long key = Mix.of(name.fingerprint(), bin);
        RedTable.Sum known = reds.find(key);
        return known != null ? known : reds.add(key, View.CLIENT, "", name.text(), span.protocol(), bin);
    }

    private void addLink(boolean serves) {
        boolean hasCaller = !serves || span.parentId != 0;
        if (!hasCaller || !sampler.keeps(span.traceLow)) {
            return;
        }
        links.add(new SpanRows.Link(
                span.traceLow,
                serves ? span.parentId : span.spanId,
                serves,
                serves ? "" : peers.name(span.peerFingerprint(), peerName).text(),
                span.protocol(),
                SpanReader.millis(span.startNanos)));
    }

    private SpanRows.Sample sampleAt(int from, int to) {
        cursor.position = from;
        span.read(to);
        return new SpanRows.Sample(
                span.traceHigh,
                span.traceLow,
                span.spanId,
                SpanReader.millis(span.startNanos),
                span.operation(),
                span.durationNanos() / 1000,
                span.errorType(from, to));
    }

    private long bin() {
        long end = SpanReader.millis(span.endNanos);
        return end - end % BIN_MILLIS;
    }
}

package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.Undecodable.Reason;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads ExportMetricsServiceRequest or MetricsData (the same bytes) straight into columnar rows per Resource, without
 * generated classes and without an object per point. Numbers, explicit histograms, exponential histograms (laid over
 * fixed bounds, see {@link ExponentialPoints}) and summaries (count and sum) become rows; points that cannot be used are
 * counted by {@link Skip}. What it does not read (descriptions, min and max, quantiles, unknown fields) it passes over without
 * looking inside; of the exemplars of a point one is kept.
 *
 * <p>Never throws on account of its input, whatever the bytes are. One instance per thread: it remembers series and
 * resources in bounded caches (about 40 MB at most).
 */
public final class MetricsWalk {
    /** Series remembered per generation by default; beyond it ids are computed and definitions sent more often. */
    public static final int DEFAULT_SERIES = 524_288;
    /** Default seconds after which a definition is sent again, ± 25 %. */
    public static final int DEFAULT_REFRESH_SECONDS = 600;

    private static final int RESOURCE_METRICS = 1 << 3 | Cursor.LENGTH;
    private static final int SCOPE_METRICS = 2 << 3 | Cursor.LENGTH;
    private static final int SCOPE = 1 << 3 | Cursor.LENGTH;
    private static final int SCOPE_NAME = 1 << 3 | Cursor.LENGTH;
    private static final int METRIC = 2 << 3 | Cursor.LENGTH;

    private final InstantSource clock;
    private final Cursor cursor = new Cursor();
    private final Resources resources;
    private final WalkCounts counts = new WalkCounts();
    private final PointSink sink;
    private final MetricReader metric;

    public MetricsWalk(InstantSource clock) {
        this(clock, DEFAULT_SERIES, DEFAULT_REFRESH_SECONDS);
    }

    public MetricsWalk(InstantSource clock, int series, int refreshSeconds) {
        this(clock, SecretMask.standard(), series, refreshSeconds);
    }

    /**
     * @param clock processing time; decides only when a definition is sent again
     * @param mask what is secret in attributes; asterisks then stand for it in identities and definitions
     * @param series series remembered per generation, ≥ 512, for example {@value #DEFAULT_SERIES}
     * @param refreshSeconds a definition is sent again after about this long, ≥ 0; 0 = with every point
     */
    public MetricsWalk(InstantSource clock, SecretMask mask, int series, int refreshSeconds) {
        this.clock = clock;
        resources = new Resources(mask);
        SeriesIndex index =
                new SeriesIndex(series, refreshSeconds, clock.instant().hashCode(), mask);
        sink = new PointSink(index, counts, new PointExemplars(cursor));
        metric = new MetricReader(cursor, sink);
    }

    /**
     * Walks one record and gives its rows to {@code out}: one per Resource with usable points, more where a Resource has
     * over {@value RowsBuffer#MAX_POINTS}. The receiver owns them from then on. Nothing is given out when the record is
     * undecodable.
     *
     * @return null when the record was read, otherwise why not; it has then been counted
     */
    public @Nullable Undecodable walk(byte[] bytes, int offset, int length, Consumer<? super EntityRows> out) {
        int second = (int) (clock.millis() / 1000);
        try {
            readRecord(bytes, offset, length, second);
        } catch (MalformedOtlp malformed) {
            sink.discard();
            Undecodable undecodable = malformed.at(offset, length);
            counts.refuse(undecodable.reason());
            return undecodable;
        }
        counts.commit(sink.points());
        sink.release(out);
        return null;
    }

    public WalkCounts counts() {
        return counts;
    }

    private void readRecord(byte[] bytes, int offset, int length, int second) {
        try {
            begin(bytes, offset, second, true);
            readRequest(offset + length);
        } catch (WrongShape seen) {
            sink.discard();
            counts.forget();
            begin(bytes, offset, second, false);
            readRequest(offset + length);
        }
    }

    private void begin(byte[] bytes, int offset, int second, boolean mayGuess) {
        cursor.open(bytes, offset);
        sink.beginRecord(second);
        metric.beginRecord(mayGuess);
    }

    private void readRequest(int end) {
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == RESOURCE_METRICS) {
                int length = cursor.length(end);
                readResource(cursor.position + length);
            } else {
                cursor.skip(tag, end);
            }
        }
    }

    private void readResource(int end) {
        int from = cursor.position;
        sink.beginResource(resources.find(cursor, end), end - from);
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == SCOPE_METRICS) {
                int length = cursor.length(end);
                readScope(cursor.position + length);
            } else {
                cursor.skip(tag, end);
            }
        }
        sink.endResource();
    }

    private void readScope(int end) {
        // Encoders write the scope first. Only when it is not there, one is looked for behind the metrics.
        boolean isFirst = cursor.position < end && cursor.bytes[cursor.position] == SCOPE;
        if (isFirst) {
            cursor.tag(end);
            int length = cursor.length(end);
            sink.beginScope(nameIn(cursor.position + length, Mix.hash(cursor.bytes, 0, 0)));
        } else {
            sink.beginScope(scopeName(end));
        }
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == METRIC) {
                int length = cursor.length(end);
                metric.read(cursor.position + length);
            } else if (tag == SCOPE && isFirst) {
                throw cursor.malformed(Reason.REPEATED_FIELD);
            } else {
                cursor.skip(tag, end);
            }
        }
    }

    /** Hash of the scope's name, wherever in the message the scope stands; the position is left where it was. */
    private long scopeName(int end) {
        int start = cursor.position;
        long name = Mix.hash(cursor.bytes, 0, 0);
        boolean seen = false;
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag != SCOPE) {
                cursor.skip(tag, end);
                continue;
            }
            if (seen) {
                throw cursor.malformed(Reason.REPEATED_FIELD);
            }
            seen = true;
            int length = cursor.length(end);
            name = nameIn(cursor.position + length, name);
        }
        cursor.position = start;
        return name;
    }

    private long nameIn(int end, long absent) {
        long name = absent;
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == SCOPE_NAME) {
                int length = cursor.text(end);
                name = Mix.hash(cursor.bytes, cursor.position, length);
                cursor.position += length;
            } else {
                cursor.skip(tag, end);
            }
        }
        return name;
    }
}

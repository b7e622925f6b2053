package io.evenkeel.wire.otlp;

import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with one data point, span or log record whose wire format is already known to be sound. Never
 * judges values: NaN, a stale marker, a span that ends before it starts or a time in the future are the detector's
 * affair. A log record without times or with a zero trace id is legal (logs.proto). One thread.
 */
final class ItemJudge {
    private static final int TRACE_ID_BYTES = 16;
    private static final int SPAN_ID_BYTES = 8;

    private final WireBytes reader;

    ItemJudge(byte[] request) {
        reader = new WireBytes(request, 0, 0);
    }

    /** @param noTemporality the sum or histogram around the point has none */
    @Nullable
    ItemFault fault(MessageShape.Item item, int from, int to, boolean noTemporality) throws MalformedRequestException {
        reader.position = from;
        reader.end = to;
        if (noTemporality) {
            return ItemFault.NO_TEMPORALITY;
        }
        return switch (item) {
            case NONE, LOG_RECORD -> null;
            case SPAN -> spanFault();
            case NUMBER_POINT, OTHER_POINT -> pointFault(false);
            case HISTOGRAM_POINT -> pointFault(true);
        };
    }

    /** Looks ahead, since aggregation_temporality may stand behind the data points. */
    boolean lacksTemporality(MessageShape shape, int from, int to) throws MalformedRequestException {
        if (shape.temporalityField == 0) {
            return false;
        }
        reader.position = from;
        reader.end = to;
        long temporality = 0;
        while (reader.hasMore()) {
            int tag = reader.readTag();
            if (tag == shape.temporalityField << 3) {
                temporality = reader.readVarint();
            } else {
                reader.skipValue(tag & 7);
            }
        }
        return temporality == 0;
    }

    private @Nullable ItemFault pointFault(boolean histogram) throws MalformedRequestException {
        long time = 0;
        int buckets = 0;
        int bounds = 0;
        while (reader.hasMore()) {
            int tag = reader.readTag();
            int field = tag >>> 3;
            // All four kinds of data point have their time in the same field.
            if (field == NumberDataPoint.TIME_UNIX_NANO_FIELD_NUMBER) {
                time = reader.readFixed64();
            } else if (histogram && field == HistogramDataPoint.BUCKET_COUNTS_FIELD_NUMBER) {
                buckets += skipFixed64s(tag & 7);
            } else if (histogram && field == HistogramDataPoint.EXPLICIT_BOUNDS_FIELD_NUMBER) {
                bounds += skipFixed64s(tag & 7);
            } else {
                reader.skipValue(tag & 7);
            }
        }
        if (time == 0) {
            return ItemFault.NO_TIME;
        }
        boolean agree = buckets == bounds + 1 || buckets == 0 && bounds == 0;
        return histogram && !agree ? ItemFault.BUCKETS_AND_BOUNDS_DISAGREE : null;
    }

    /** Steps over a packed list or one unpacked value and says how many numbers it held. */
    private int skipFixed64s(int wireType) throws MalformedRequestException {
        if (wireType == WireFormat.WIRETYPE_FIXED64) {
            reader.skip(Long.BYTES);
            return 1;
        }
        int length = reader.readLength();
        reader.skip(length);
        return length / Long.BYTES;
    }

    private @Nullable ItemFault spanFault() throws MalformedRequestException {
        boolean traceId = false;
        boolean spanId = false;
        while (reader.hasMore()) {
            int tag = reader.readTag();
            switch (tag >>> 3) {
                case Span.TRACE_ID_FIELD_NUMBER -> traceId = isId(TRACE_ID_BYTES);
                case Span.SPAN_ID_FIELD_NUMBER -> spanId = isId(SPAN_ID_BYTES);
                default -> reader.skipValue(tag & 7);
            }
        }
        if (!traceId) {
            return ItemFault.INVALID_TRACE_ID;
        }
        return spanId ? null : ItemFault.INVALID_SPAN_ID;
    }

    private boolean isId(int wanted) throws MalformedRequestException {
        int length = reader.readLength();
        int any = 0;
        for (int i = 0; i < length; i++) {
            any |= reader.bytes[reader.position + i];
        }
        reader.position += length;
        return length == wanted && any != 0;
    }
}

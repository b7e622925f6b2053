package io.evenkeel.wire.otlp;

/**
 * Why one data point, span or log record of an otherwise good request is left out and told in the partial success. The
 * rest of its request is taken.
 */
public enum ItemFault {
    /** A data point without time_unix_nano: the field is required (metrics.proto) and we must not guess a time. */
    NO_TIME("without a time"),
    /** bucket_counts is not one longer than explicit_bounds, nor are both empty (metrics.proto, HistogramDataPoint). */
    BUCKETS_AND_BOUNDS_DISAGREE("whose bucket counts do not match their bounds"),
    /** A sum or histogram whose aggregation temporality is UNSPECIFIED, which metrics.proto forbids. */
    NO_TEMPORALITY("without an aggregation temporality"),
    /** A trace id that is not 16 bytes, or all zero (trace.proto: invalid). */
    INVALID_TRACE_ID("with an invalid trace id"),
    /** A span id that is not 8 bytes, or all zero (trace.proto: invalid). */
    INVALID_SPAN_ID("with an invalid span id"),
    /** Together with its resource and scope it does not fit into one Kafka record. */
    TOO_LARGE("too large for one record");

    private final String words;

    ItemFault(String words) {
        this.words = words;
    }

    /** Completes a sentence: "3 data points without a time". */
    public String words() {
        return words;
    }
}

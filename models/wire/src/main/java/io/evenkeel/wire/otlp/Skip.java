package io.evenkeel.wire.otlp;

/** Why a single point, span or log record of a readable request was left out of the rows. */
public enum Skip {
    /** Flag 1, "no recorded value": the exporter says that the series ended. It is not a zero. */
    NO_RECORDED_VALUE,
    /** NaN or infinite; would poison every mean it enters. */
    NOT_FINITE,
    /** A sum or histogram with aggregation temporality 0 or unknown: may be a total or an increment. */
    NO_TEMPORALITY,
    /** Time 0: no clock may move by it. */
    NO_TIME,
    /** A number point with neither an integer nor a double. */
    NO_VALUE,
    /** A metric without a name. */
    NO_NAME,
    /** Numbers of buckets and bounds that do not fit together, or bounds that do not ascend. */
    BUCKET_MISMATCH,
    /** A count of 2^63 or more: no process has counted so far. */
    COUNT_OUT_OF_RANGE,
    /** More than {@value SeriesIndex#MAX_ATTRIBUTES} attributes, or more than {@value SeriesIndex#MAX_BYTES} bytes. */
    ATTRIBUTES_BEYOND_BOUND,
    /** A span whose trace or span id is all zero or has the wrong length. */
    INVALID_ID,
    /** A span that neither serves nor calls: part of a process's inner life, no request of its own. */
    NOT_A_REQUEST
}

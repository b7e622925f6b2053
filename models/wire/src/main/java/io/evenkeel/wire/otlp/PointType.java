package io.evenkeel.wire.otlp;

/** What a metric point is, as a byte for columnar rows. */
public final class PointType {
    public static final byte GAUGE = 0;
    /** Non-monotonic cumulative sum (up-down counter): read like a gauge. */
    public static final byte UP_DOWN = 1;
    /** Monotonic cumulative sum: differenced per stream, resets detected. */
    public static final byte COUNTER_CUMULATIVE = 2;
    /** Delta sum: added up, never differenced. */
    public static final byte COUNTER_DELTA = 3;

    public static final byte HISTOGRAM_CUMULATIVE = 4;
    public static final byte HISTOGRAM_DELTA = 5;

    private PointType() {}
}

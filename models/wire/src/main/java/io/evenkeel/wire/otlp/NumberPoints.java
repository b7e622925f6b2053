package io.evenkeel.wire.otlp;

/** Reads NumberDataPoint, the point of gauges and sums. */
final class NumberPoints {
    private static final int START = 2 << 3 | Cursor.FIXED64;
    private static final int TIME = 3 << 3 | Cursor.FIXED64;
    private static final int AS_DOUBLE = 4 << 3 | Cursor.FIXED64;
    private static final int AS_INT = 6 << 3 | Cursor.FIXED64;
    private static final int ATTRIBUTE = 7 << 3 | Cursor.LENGTH;
    private static final int EXEMPLAR = 5 << 3 | Cursor.LENGTH;
    private static final int FLAGS = 8 << 3;

    private final Cursor cursor;
    private final PointSink sink;

    NumberPoints(Cursor cursor, PointSink sink) {
        this.cursor = cursor;
        this.sink = sink;
    }

    void read(int end) {
        Cursor cursor = this.cursor;
        AttributeRuns attributes = sink.attributes;
        sink.beginPoint();
        long start = 0;
        long time = 0;
        double value = 0;
        boolean hasValue = false;
        int flags = 0;
        while (cursor.position < end) {
            int at = cursor.position;
            int tag = cursor.tag(end);
            switch (tag) {
                case ATTRIBUTE -> {
                    int length = cursor.length(end);
                    cursor.position += length;
                    attributes.add(at, cursor.position);
                }
                case START -> start = cursor.fixed64(end);
                case TIME -> time = cursor.fixed64(end);
                // The Node SDK writes counters as doubles, the Java SDK long counters as integers: the field decides.
                case AS_DOUBLE -> {
                    value = cursor.real(end);
                    hasValue = true;
                }
                case AS_INT -> {
                    value = cursor.fixed64(end);
                    hasValue = true;
                }
                case EXEMPLAR -> sink.exemplars.pass(end);
                case FLAGS -> flags = (int) cursor.varint(end);
                default -> cursor.skip(tag, end);
            }
        }
        sink.number(flags, start, time, hasValue, value);
    }
}

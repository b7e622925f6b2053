package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.Undecodable.Reason;

/**
 * Reads one Metric: its header first, wherever the fields stand, then its points. What type the points are of stands behind
 * them, and passing over them to look is a cache miss a point; so it is read off the last bytes, where every encoder
 * writes it, and held against what the points turn out to be followed by. When that was wrong, {@link WrongShape} says so
 * and the record is read once more without.
 */
final class MetricReader {
    private static final int NAME = 1 << 3 | Cursor.LENGTH;
    private static final int UNIT = 3 << 3 | Cursor.LENGTH;
    private static final int GAUGE = 5 << 3 | Cursor.LENGTH;
    private static final int SUM = 7 << 3 | Cursor.LENGTH;
    private static final int HISTOGRAM = 9 << 3 | Cursor.LENGTH;
    private static final int EXPONENTIAL = 10 << 3 | Cursor.LENGTH;
    private static final int SUMMARY = 11 << 3 | Cursor.LENGTH;

    private static final int POINT = 1 << 3 | Cursor.LENGTH;
    private static final int TEMPORALITY = 2 << 3;
    private static final int MONOTONIC = 3 << 3;

    private static final int DELTA = 1;
    private static final int CUMULATIVE = 2;

    private final Cursor cursor;
    private final PointSink sink;
    private final NumberPoints numbers;
    private final HistogramPoints histograms;
    private final ExponentialPoints exponentials;

    /** Set by {@link #readShape} or {@link #guessShape}, and once more by {@link #readPoints}. */
    private int temporality;

    private boolean monotonic;
    private boolean guesses;

    MetricReader(Cursor cursor, PointSink sink) {
        this.cursor = cursor;
        this.sink = sink;
        numbers = new NumberPoints(cursor, sink);
        histograms = new HistogramPoints(cursor, sink);
        exponentials = new ExponentialPoints(cursor, sink);
    }

    /** @param mayGuess false to read a record again whose shape was guessed wrong */
    void beginRecord(boolean mayGuess) {
        guesses = mayGuess;
        histograms.beginRecord();
        exponentials.beginRecord();
    }

    void read(int end) {
        int nameFrom = 0;
        int nameTo = 0;
        int unitFrom = 0;
        int unitTo = 0;
        int data = 0;
        int dataFrom = 0;
        int dataTo = 0;
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            switch (tag) {
                case NAME -> {
                    int length = cursor.text(end);
                    nameFrom = cursor.position;
                    nameTo = nameFrom + length;
                    cursor.position = nameTo;
                }
                case UNIT -> {
                    int length = cursor.text(end);
                    unitFrom = cursor.position;
                    unitTo = unitFrom + length;
                    cursor.position = unitTo;
                }
                case GAUGE, SUM, HISTOGRAM, EXPONENTIAL, SUMMARY -> {
                    if (data != 0) {
                        throw cursor.malformed(Reason.REPEATED_FIELD);
                    }
                    int length = cursor.length(end);
                    data = tag;
                    dataFrom = cursor.position;
                    dataTo = dataFrom + length;
                    cursor.position = dataTo;
                }
                default -> cursor.skip(tag, end);
            }
        }
        if (data != 0) {
            boolean isTyped = data == GAUGE || data == SUMMARY;
            boolean isGuessed = !isTyped && guesses && guessShape(data, dataFrom, dataTo);
            if (!isTyped && !isGuessed) {
                cursor.position = dataFrom;
                readShape(dataTo);
            }
            byte type = type(data);
            sink.beginMetric(cursor.bytes, nameFrom, nameTo, unitFrom, unitTo, type);
            cursor.position = dataFrom;
            readPoints(data, dataTo);
            if (isGuessed && type(data) != type) {
                throw WrongShape.SEEN;
            }
        }
        cursor.position = end;
    }

    /**
     * Temporality and monotony by the last bytes of the data. They may be bytes of a point that look like it, or only the
     * last of several.
     *
     * @return false when they look like nothing of the kind
     */
    private boolean guessShape(int data, int from, int end) {
        byte[] bytes = cursor.bytes;
        int at = end;
        monotonic = false;
        if (data == SUM && at - from >= 4 && bytes[at - 2] == MONOTONIC && (bytes[at - 1] & ~1) == 0) {
            monotonic = bytes[at - 1] == 1;
            at -= 2;
        }
        if (at - from < 2 || bytes[at - 2] != TEMPORALITY || bytes[at - 1] < DELTA || bytes[at - 1] > CUMULATIVE) {
            return false;
        }
        temporality = bytes[at - 1];
        return true;
    }

    /** Temporality and monotony, wherever they stand. */
    private void readShape(int end) {
        temporality = 0;
        monotonic = false;
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == TEMPORALITY) {
                temporality = (int) cursor.varint(end);
            } else if (tag == MONOTONIC) {
                monotonic = cursor.varint(end) != 0;
            } else {
                cursor.skip(tag, end);
            }
        }
    }

    /** The type of all points. */
    private byte type(int data) {
        return switch (data) {
            case GAUGE -> PointType.GAUGE;
            case SUMMARY -> PointType.HISTOGRAM_CUMULATIVE;
            case SUM ->
                byTemporality(monotonic ? PointType.COUNTER_CUMULATIVE : PointType.UP_DOWN, PointType.COUNTER_DELTA);
            default -> byTemporality(PointType.HISTOGRAM_CUMULATIVE, PointType.HISTOGRAM_DELTA);
        };
    }

    private byte byTemporality(byte cumulative, byte delta) {
        return switch (temporality) {
            case CUMULATIVE -> cumulative;
            case DELTA -> delta;
            default -> PointSink.REFUSED;
        };
    }

    private void readPoints(int data, int end) {
        temporality = 0;
        monotonic = false;
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == TEMPORALITY) {
                temporality = (int) cursor.varint(end);
                continue;
            }
            if (tag == MONOTONIC) {
                monotonic = cursor.varint(end) != 0;
                continue;
            }
            if (tag != POINT) {
                cursor.skip(tag, end);
                continue;
            }
            int length = cursor.length(end);
            int pointEnd = cursor.position + length;
            switch (data) {
                case HISTOGRAM -> histograms.read(pointEnd);
                case EXPONENTIAL -> exponentials.read(pointEnd);
                case SUMMARY -> histograms.readSummary(pointEnd);
                default -> numbers.read(pointEnd);
            }
        }
    }
}

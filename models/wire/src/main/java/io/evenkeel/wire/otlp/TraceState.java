package io.evenkeel.wire.otlp;

/**
 * How many requests one sampled span stands for, from {@code ot=th:…} in its tracestate (opentelemetry-specification,
 * trace/tracestate-handling.md and tracestate-probability-sampling.md): the rejection threshold T of 56 bits, as up to
 * 14 hex digits with trailing zeros left out, gives an adjusted count of 2^56 / (2^56 - T).
 */
final class TraceState {
    /** One span may stand for at most this many; a forged threshold must not drown a whole service. */
    static final double MAX_ADJUSTED_COUNT = 1_000_000;

    private static final int DIGITS = 14;
    private static final double WHOLE = 0x1p56;

    private TraceState() {}

    /** Adjusted count, ≥ 1; exactly 1 without a threshold or with an unreadable one. */
    static double adjustedCount(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            while (at < to && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == ',')) {
                at++;
            }
            int end = at;
            while (end < to && bytes[end] != ',') {
                end++;
            }
            if (end - at > 3 && bytes[at] == 'o' && bytes[at + 1] == 't' && bytes[at + 2] == '=') {
                return ofMember(bytes, at + 3, end);
            }
            at = end;
        }
        return 1;
    }

    private static double ofMember(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int end = at;
            while (end < to && bytes[end] != ';') {
                end++;
            }
            if (end - at > 3 && bytes[at] == 't' && bytes[at + 1] == 'h' && bytes[at + 2] == ':') {
                return ofThreshold(bytes, at + 3, end);
            }
            at = end + 1;
        }
        return 1;
    }

    private static double ofThreshold(byte[] bytes, int from, int to) {
        int last = to;
        while (last > from && (bytes[last - 1] == ' ' || bytes[last - 1] == '\t')) {
            last--;
        }
        if (last == from || last - from > DIGITS) {
            return 1;
        }
        long threshold = 0;
        for (int digit = 0; digit < DIGITS; digit++) {
            int value = from + digit < last ? Character.digit(bytes[from + digit], 16) : 0;
            // The specification allows lower-case digits only; an unreadable threshold is no threshold.
            if (value < 0 || (from + digit < last && bytes[from + digit] >= 'A' && bytes[from + digit] <= 'F')) {
                return 1;
            }
            threshold = threshold << 4 | value;
        }
        return Math.min(MAX_ADJUSTED_COUNT, WHOLE / (WHOLE - threshold));
    }
}

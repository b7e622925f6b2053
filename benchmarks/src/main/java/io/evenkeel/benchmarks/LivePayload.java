package io.evenkeel.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A request of {@link Payloads} whose times and values change in place, so that what is read is never what was read
 * before; and copies of it with small damage. It stays a request that means what its bytes say: a histogram's count is the
 * sum of its buckets, a span ends after it began. For one thread.
 */
final class LivePayload {
    /** What a payload holds, by the bytes in front of a point's own time or a span's start. */
    enum Kind {
        NUMBERS(3),
        HISTOGRAMS(3),
        SPANS(7);

        /** Tag of the fixed-length field. */
        final byte tag;

        Kind(int field) {
            tag = (byte) (field << 3 | 1);
        }
    }

    private static final byte AS_INT = 6 << 3 | 1;
    private static final int BUCKETS = 15;
    /** From a histogram point's time on: tag and count, tag and sum, tag and length of the bucket counts, those. */
    private static final int COUNT = 9;

    private static final int SUM = 18;
    private static final int BUCKET_COUNTS = 28;
    private static final int LONGEST_CUT = 200;
    /** Finite values that break careless readers. */
    private static final double[] ODD = {-0.0, Double.MIN_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, 1e-300, 0x1p53};

    private final Kind kind;
    private final byte[] bytes;
    private final ByteBuffer buffer;
    /** Places of points' times, or spans' starts, in the order of the bytes. */
    private final int[] times;
    /** Places of lower-case letters inside texts of attributes. */
    private final int[] letters;

    LivePayload(Kind kind, byte[] bytes) {
        this.kind = kind;
        this.bytes = bytes;
        buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        times = IntStream.range(0, bytes.length - Long.BYTES)
                .filter(at -> bytes[at] == kind.tag && Payloads.isTime(buffer.getLong(at + 1)))
                .map(at -> at + 1)
                .toArray();
        letters = IntStream.range(4, bytes.length)
                .filter(at -> isText(at))
                .flatMap(at -> IntStream.range(at, at + bytes[at - 1]))
                .filter(at -> bytes[at] >= 'a' && bytes[at] <= 'z')
                .toArray();
        if (times.length != Payloads.ITEMS) {
            throw new IllegalStateException("found " + times.length + " times among " + Payloads.ITEMS + " items");
        }
    }

    /** Whether a text begins here that is an attribute's value: value, its length, text, its length stand before it. */
    private boolean isText(int at) {
        int length = bytes[at - 1];
        return bytes[at - 4] == 0x12
                && bytes[at - 2] == 0x0a
                && length > 0
                && bytes[at - 3] == length + 2
                && at + length <= bytes.length;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Gives every point or span another time and another value. */
    void change(Random random) {
        for (int time : times) {
            change(buffer, time, random);
        }
    }

    private void change(ByteBuffer into, int time, Random random) {
        long nanos = Payloads.time(random);
        into.putLong(time, nanos);
        switch (kind) {
            case NUMBERS -> {
                if (into.get(time + Long.BYTES) == AS_INT) {
                    into.putLong(time + COUNT, random.nextInt(1_000_000));
                } else {
                    into.putDouble(time + COUNT, random.nextGaussian() * 100);
                }
            }
            case HISTOGRAMS -> {
                long count = 0;
                for (int bucket = 0; bucket < BUCKETS; bucket++) {
                    long observed = random.nextInt(500);
                    into.putLong(time + BUCKET_COUNTS + bucket * Long.BYTES, observed);
                    count += observed;
                }
                into.putLong(time + COUNT, count);
                into.putDouble(time + SUM, count * 0.1);
            }
            case SPANS -> into.putLong(time + COUNT, nanos + 500_000 + random.nextInt(80_000_000));
        }
    }

    /**
     * A copy in which up to eight things differ: times and values, among them such as a reader must leave out (time 0, not
     * a number), letters in attributes; one in sixteen is cut short.
     */
    byte[] mutated(Random random) {
        byte[] copy = bytes.clone();
        ByteBuffer into = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        for (int left = 1 + random.nextInt(8); left > 0; left--) {
            int time = times[random.nextInt(times.length)];
            switch (random.nextInt(4)) {
                case 0 -> change(into, time, random);
                case 1 -> odd(into, time, random);
                default -> copy[letters[random.nextInt(letters.length)]] = (byte) ('a' + random.nextInt(26));
            }
        }
        return random.nextInt(16) == 0 ? Arrays.copyOf(copy, copy.length - 1 - random.nextInt(LONGEST_CUT)) : copy;
    }

    private void odd(ByteBuffer into, int time, Random random) {
        if (kind == Kind.SPANS) {
            // ends when it began, or before
            into.putLong(time + COUNT, into.getLong(time) - random.nextInt(2));
            return;
        }
        if (random.nextInt(4) == 0) {
            into.putLong(time, 0);
            return;
        }
        int value = time + (kind == Kind.NUMBERS ? COUNT : SUM);
        if (into.get(value - 1) == AS_INT) {
            into.putLong(value, random.nextLong());
            return;
        }
        into.putDouble(value, random.nextInt(4) == 0 ? Double.NaN : ODD[random.nextInt(ODD.length)]);
    }
}

package io.evenkeel.learning.baseline;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Primitive columns to bytes and back in bulk: length, then the elements. They are written with the lowest byte first, as
 * processors have them, which makes a checkpoint of a million rows a copy of memory; a length below zero says so, and is
 * the complement of the number of elements. A length of zero and more means network byte order, which release 0.1.0
 * wrote. Bytes have no order, and keep their plain length.
 *
 * <p>Goes through a small buffer of the thread's own, so that no column is twice in memory.
 */
public final class Columns {
    private static final int BUFFER_BYTES = 1 << 13;
    private static final ThreadLocal<Buffers> BUFFERS = ThreadLocal.withInitial(Buffers::new);

    private Columns() {}

    /** The same bytes in both orders. */
    private static final class Buffers {
        final byte[] array = new byte[BUFFER_BYTES];
        final ByteBuffer little = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        final ByteBuffer big = ByteBuffer.wrap(array).order(ByteOrder.BIG_ENDIAN);

        /** Takes so many bytes in, to be read in the order that the length's sign says. */
        ByteBuffer receive(DataInput in, int length, int bytes) throws IOException {
            in.readFully(array, 0, bytes);
            return length < 0 ? little : big;
        }
    }

    public static void write(DataOutput out, float[] column, int length) throws IOException {
        Buffers buffers = BUFFERS.get();
        out.writeInt(~length);
        for (int from = 0; from < length; from += BUFFER_BYTES / Float.BYTES) {
            int some = Math.min(length - from, BUFFER_BYTES / Float.BYTES);
            buffers.little.asFloatBuffer().put(column, from, some);
            out.write(buffers.array, 0, some * Float.BYTES);
        }
    }

    public static void write(DataOutput out, double[] column, int length) throws IOException {
        Buffers buffers = BUFFERS.get();
        out.writeInt(~length);
        for (int from = 0; from < length; from += BUFFER_BYTES / Double.BYTES) {
            int some = Math.min(length - from, BUFFER_BYTES / Double.BYTES);
            buffers.little.asDoubleBuffer().put(column, from, some);
            out.write(buffers.array, 0, some * Double.BYTES);
        }
    }

    public static void write(DataOutput out, int[] column, int length) throws IOException {
        Buffers buffers = BUFFERS.get();
        out.writeInt(~length);
        for (int from = 0; from < length; from += BUFFER_BYTES / Integer.BYTES) {
            int some = Math.min(length - from, BUFFER_BYTES / Integer.BYTES);
            buffers.little.asIntBuffer().put(column, from, some);
            out.write(buffers.array, 0, some * Integer.BYTES);
        }
    }

    public static void write(DataOutput out, long[] column, int length) throws IOException {
        Buffers buffers = BUFFERS.get();
        out.writeInt(~length);
        for (int from = 0; from < length; from += BUFFER_BYTES / Long.BYTES) {
            int some = Math.min(length - from, BUFFER_BYTES / Long.BYTES);
            buffers.little.asLongBuffer().put(column, from, some);
            out.write(buffers.array, 0, some * Long.BYTES);
        }
    }

    public static void write(DataOutput out, char[] column, int length) throws IOException {
        Buffers buffers = BUFFERS.get();
        out.writeInt(~length);
        for (int from = 0; from < length; from += BUFFER_BYTES / Character.BYTES) {
            int some = Math.min(length - from, BUFFER_BYTES / Character.BYTES);
            buffers.little.asCharBuffer().put(column, from, some);
            out.write(buffers.array, 0, some * Character.BYTES);
        }
    }

    public static void write(DataOutput out, byte[] column, int length) throws IOException {
        out.writeInt(length);
        out.write(column, 0, length);
    }

    public static float[] readFloats(DataInput in) throws IOException {
        int length = in.readInt();
        float[] column = new float[size(length)];
        Buffers buffers = BUFFERS.get();
        for (int from = 0; from < column.length; from += BUFFER_BYTES / Float.BYTES) {
            int some = Math.min(column.length - from, BUFFER_BYTES / Float.BYTES);
            buffers.receive(in, length, some * Float.BYTES).asFloatBuffer().get(column, from, some);
        }
        return column;
    }

    public static double[] readDoubles(DataInput in) throws IOException {
        int length = in.readInt();
        double[] column = new double[size(length)];
        Buffers buffers = BUFFERS.get();
        for (int from = 0; from < column.length; from += BUFFER_BYTES / Double.BYTES) {
            int some = Math.min(column.length - from, BUFFER_BYTES / Double.BYTES);
            buffers.receive(in, length, some * Double.BYTES).asDoubleBuffer().get(column, from, some);
        }
        return column;
    }

    public static int[] readInts(DataInput in) throws IOException {
        int length = in.readInt();
        int[] column = new int[size(length)];
        Buffers buffers = BUFFERS.get();
        for (int from = 0; from < column.length; from += BUFFER_BYTES / Integer.BYTES) {
            int some = Math.min(column.length - from, BUFFER_BYTES / Integer.BYTES);
            buffers.receive(in, length, some * Integer.BYTES).asIntBuffer().get(column, from, some);
        }
        return column;
    }

    public static long[] readLongs(DataInput in) throws IOException {
        int length = in.readInt();
        long[] column = new long[size(length)];
        Buffers buffers = BUFFERS.get();
        for (int from = 0; from < column.length; from += BUFFER_BYTES / Long.BYTES) {
            int some = Math.min(column.length - from, BUFFER_BYTES / Long.BYTES);
            buffers.receive(in, length, some * Long.BYTES).asLongBuffer().get(column, from, some);
        }
        return column;
    }

    public static char[] readChars(DataInput in) throws IOException {
        int length = in.readInt();
        char[] column = new char[size(length)];
        Buffers buffers = BUFFERS.get();
        for (int from = 0; from < column.length; from += BUFFER_BYTES / Character.BYTES) {
            int some = Math.min(column.length - from, BUFFER_BYTES / Character.BYTES);
            buffers.receive(in, length, some * Character.BYTES).asCharBuffer().get(column, from, some);
        }
        return column;
    }

    public static byte[] readBytes(DataInput in) throws IOException {
        byte[] column = new byte[in.readInt()];
        in.readFully(column);
        return column;
    }

    private static int size(int length) {
        return length < 0 ? ~length : length;
    }
}

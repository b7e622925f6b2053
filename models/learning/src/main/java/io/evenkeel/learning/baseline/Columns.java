package io.evenkeel.learning.baseline;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Primitive columns to bytes and back in bulk: length, then the elements in network byte order. One copy into a byte
 * array a column, instead of a call an element, is what keeps a checkpoint of a million rows cheap.
 */
public final class Columns {
    private Columns() {}

    public static void write(DataOutput out, float[] column, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES);
        bytes.asFloatBuffer().put(column, 0, length);
        send(out, bytes, length);
    }

    public static void write(DataOutput out, double[] column, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length * Double.BYTES);
        bytes.asDoubleBuffer().put(column, 0, length);
        send(out, bytes, length);
    }

    public static void write(DataOutput out, int[] column, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length * Integer.BYTES);
        bytes.asIntBuffer().put(column, 0, length);
        send(out, bytes, length);
    }

    public static void write(DataOutput out, long[] column, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length * Long.BYTES);
        bytes.asLongBuffer().put(column, 0, length);
        send(out, bytes, length);
    }

    public static void write(DataOutput out, char[] column, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length * Character.BYTES);
        bytes.asCharBuffer().put(column, 0, length);
        send(out, bytes, length);
    }

    public static void write(DataOutput out, byte[] column, int length) throws IOException {
        out.writeInt(length);
        out.write(column, 0, length);
    }

    public static float[] readFloats(DataInput in) throws IOException {
        int length = in.readInt();
        float[] column = new float[length];
        receive(in, length * Float.BYTES).asFloatBuffer().get(column);
        return column;
    }

    public static double[] readDoubles(DataInput in) throws IOException {
        int length = in.readInt();
        double[] column = new double[length];
        receive(in, length * Double.BYTES).asDoubleBuffer().get(column);
        return column;
    }

    public static int[] readInts(DataInput in) throws IOException {
        int length = in.readInt();
        int[] column = new int[length];
        receive(in, length * Integer.BYTES).asIntBuffer().get(column);
        return column;
    }

    public static long[] readLongs(DataInput in) throws IOException {
        int length = in.readInt();
        long[] column = new long[length];
        receive(in, length * Long.BYTES).asLongBuffer().get(column);
        return column;
    }

    public static char[] readChars(DataInput in) throws IOException {
        int length = in.readInt();
        char[] column = new char[length];
        receive(in, length * Character.BYTES).asCharBuffer().get(column);
        return column;
    }

    public static byte[] readBytes(DataInput in) throws IOException {
        byte[] column = new byte[in.readInt()];
        in.readFully(column);
        return column;
    }

    private static void send(DataOutput out, ByteBuffer bytes, int length) throws IOException {
        out.writeInt(length);
        out.write(bytes.array());
    }

    private static ByteBuffer receive(DataInput in, int bytes) throws IOException {
        byte[] array = new byte[bytes];
        in.readFully(array);
        return ByteBuffer.wrap(array);
    }
}

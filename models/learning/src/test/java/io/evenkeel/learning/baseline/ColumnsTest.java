package io.evenkeel.learning.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnsTest {
    /** Lengths around those that fill the buffer they go through. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 2047, 2048, 2049, 4095, 4096, 4097, 9000})
    void readsWhatWasWritten(int length) throws IOException {
        Random random = new Random(length);
        // columns have room to spare, which is not written
        long[] longs = random.longs(length + 3).toArray();
        int[] ints = random.ints(length + 3).toArray();
        double[] doubles = random.doubles(length + 3).toArray();
        float[] floats = new float[length + 3];
        char[] chars = new char[length + 3];
        byte[] bytes = new byte[length + 3];
        random.nextBytes(bytes);
        for (int i = 0; i < length + 3; i++) {
            floats[i] = Float.intBitsToFloat(ints[i]);
            chars[i] = (char) ints[i];
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(written);
        Columns.write(out, longs, length);
        Columns.write(out, ints, length);
        Columns.write(out, doubles, length);
        Columns.write(out, floats, length);
        Columns.write(out, chars, length);
        Columns.write(out, bytes, length);
        out.writeInt(42);

        DataInputStream in = new DataInputStream(new ByteArrayInputStream(written.toByteArray()));
        assertThat(Columns.readLongs(in)).isEqualTo(Arrays.copyOf(longs, length));
        assertThat(Columns.readInts(in)).isEqualTo(Arrays.copyOf(ints, length));
        assertThat(Columns.readDoubles(in)).isEqualTo(Arrays.copyOf(doubles, length));
        assertThat(Columns.readFloats(in)).isEqualTo(Arrays.copyOf(floats, length));
        assertThat(Columns.readChars(in)).isEqualTo(Arrays.copyOf(chars, length));
        assertThat(Columns.readBytes(in)).isEqualTo(Arrays.copyOf(bytes, length));
        assertThat(in.readInt()).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2048, 5000})
    void readsTheNetworkByteOrderOfTheFirstRelease(int length) throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(written);
        out.writeInt(length);
        for (int i = 0; i < length; i++) {
            out.writeInt(0x01020304 * i);
        }
        out.writeInt(length);
        for (int i = 0; i < length; i++) {
            out.writeDouble(Math.sqrt(i));
        }

        DataInputStream in = new DataInputStream(new ByteArrayInputStream(written.toByteArray()));
        int[] ints = Columns.readInts(in);
        double[] doubles = Columns.readDoubles(in);
        assertThat(ints).hasSize(length);
        assertThat(doubles).hasSize(length);
        for (int i = 0; i < length; i++) {
            assertThat(ints[i]).isEqualTo(0x01020304 * i);
            assertThat(doubles[i]).isEqualTo(Math.sqrt(i));
        }
    }
}

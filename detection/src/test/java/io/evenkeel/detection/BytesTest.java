package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.otlp.EntityRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Rows come out of an exchange as they went in; numbers carry nothing of what only histograms have. */
class BytesTest {
    private static final long T = 1_800_000_000_000L;

    private static byte[] bytes(EntityRows rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Bytes.write(new DataOutputStream(bytes), rows);
        return bytes.toByteArray();
    }

    private static EntityRows again(EntityRows rows) throws IOException {
        return Bytes.readEntityRows(new DataInputStream(new ByteArrayInputStream(bytes(rows))));
    }

    private static RowsBuilder numbers() {
        return new RowsBuilder("demo/shop/a", "h", "i", "1", T - 5_000, T)
                .gauge("g", "", 1.5)
                .counter("c", "k=v", 7);
    }

    @Test
    void numbersComeOutAsTheyWentIn() throws IOException {
        EntityRows rows = numbers().rows();
        EntityRows read = again(rows);

        assertThat(read)
                .usingRecursiveComparison()
                .comparingOnlyFields("service", "owner", "resource", "facts", "size", "definitions")
                .isEqualTo(rows);
        assertThat(read.value).containsExactly(1.5, 7);
        assertThat(read.startMillis).containsExactly(T - 5_000, T - 5_000);
        assertThat(read.bucketFrom).containsExactly(-1, -1);
        assertThat(read.bucketCount).containsExactly(0, 0);
        assertThat(read.count).containsExactly(0, 0);
    }

    @Test
    void histogramsComeOutAsTheyWentIn() throws IOException {
        EntityRows rows = numbers()
                .histogram("h", "", 6, 2.5, new double[] {0.1, 1}, new long[] {1, 2, 3})
                .rows();
        EntityRows read = again(rows);

        assertThat(read.bucketFrom).isEqualTo(Arrays.copyOf(rows.bucketFrom, 3));
        assertThat(read.bucketCount).containsExactly(0, 0, 3);
        assertThat(read.count).containsExactly(0, 0, 6);
        assertThat(read.buckets).containsExactly(1, 2, 3);
        assertThat(read.bounds).containsExactly(0.1, 1);
    }
}

package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Exemplar;
import io.evenkeel.wire.otlp.EntityRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
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
    void exemplarsComeOutAsTheyWentIn() throws IOException {
        EntityRows rows = numbers().exemplar(0.3, 17).rows();
        EntityRows read = again(rows);

        assertThat(read.exemplars).isEqualTo(1);
        assertThat(read)
                .usingRecursiveComparison()
                .comparingOnlyFields(
                        "exemplarPoint",
                        "exemplarMillis",
                        "exemplarValue",
                        "exemplarTraceHigh",
                        "exemplarTraceLow",
                        "exemplarSpan")
                .isEqualTo(rows);
    }

    @Test
    void aReplicasShareComesOutAsItWentIn() throws IOException {
        SlotRed red = new SlotRed();
        red.service = "demo/shop/a";
        red.slot = "h#1";
        red.count = 7;
        red.bounds = new double[] {0.1};
        red.buckets = new long[] {6, 1};
        red.exemplars = List.of(
                new Exemplar("0".repeat(31) + '1', "0".repeat(16), Instant.ofEpochMilli(T), "GET /", 0.3, "ok"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Bytes.write(new DataOutputStream(bytes), red);

        assertThat(Bytes.readSlotRed(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
                .usingRecursiveComparison()
                .isEqualTo(red);
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

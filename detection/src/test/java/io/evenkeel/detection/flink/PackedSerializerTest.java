package io.evenkeel.detection.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.detection.GoldenBooks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * State of past releases stays readable: golden files hold a serializer snapshot and a value of each book, are only added
 * to; one that is missing (of a new version) is written by running with {@code -Dgolden.write=true}.
 */
class PackedSerializerTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @ParameterizedTest
    @ValueSource(strings = {"entity-book-v2", "service-book-v3", "presence-book-v1", "prior-shelf-v1"})
    void readsAllOfThePresentState(String golden) throws Exception {
        Path file = GOLDEN.resolve(golden + ".bin");
        if (Boolean.getBoolean("golden.write") && !Files.exists(file)) {
            Files.createDirectories(GOLDEN);
            Files.write(file, written(golden.substring(0, golden.lastIndexOf('-'))));
        }
        byte[] bytes = Files.readAllBytes(file);

        // Maps may be written in another order; nothing may be lost.
        assertThat(rewritten(bytes)).hasSameSizeAs(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity-book-v1", "service-book-v1", "service-book-v2"})
    void readsTheStateOfEarlierReleases(String golden) throws Exception {
        byte[] present = rewritten(Files.readAllBytes(GOLDEN.resolve(golden + ".bin")));

        assertThat(rewritten(present)).hasSameSizeAs(present);
    }

    /** What a book that was read from a snapshot is written as. */
    private byte[] rewritten(byte[] golden) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(golden);
        TypeSerializerSnapshot<Object> snapshot =
                TypeSerializerSnapshot.readVersionedSnapshot(in, getClass().getClassLoader());
        TypeSerializer<Object> serializer = snapshot.restoreSerializer();
        Object book = serializer.deserialize(in);
        assertThat(in.available()).isZero();
        assertThat(snapshot.resolveSchemaCompatibility(serializer.snapshotConfiguration())
                        .isCompatibleAsIs())
                .isTrue();
        return rewritten(serializer, book);
    }

    private static byte[] rewritten(TypeSerializer<Object> serializer, Object book) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(1024);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
        serializer.serialize(book, out);
        return out.getCopyOfBuffer();
    }

    @SuppressWarnings("unchecked")
    private static byte[] written(String name) throws IOException {
        PackedFormat<Object> format = (PackedFormat<Object>) PackedFormats.named(name);
        return rewritten(new PackedSerializer<>(format), new Stored<>(GoldenBooks.named(name)));
    }
}

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
    @ValueSource(strings = {"entity-book-v1", "service-book-v1", "service-book-v2", "presence-book-v1", "prior-shelf-v1"})
    void readsTheStateOfEveryVersion(String golden) throws Exception {
        Path file = GOLDEN.resolve(golden + ".bin");
        String name = golden.substring(0, golden.lastIndexOf("-v"));
        if (Boolean.getBoolean("golden.write") && Files.notExists(file)) {
            Files.write(file, written(name));
        }
        byte[] kept = Files.readAllBytes(file);
        DataInputDeserializer in = new DataInputDeserializer(kept);
        TypeSerializerSnapshot<Object> snapshot =
                TypeSerializerSnapshot.readVersionedSnapshot(in, getClass().getClassLoader());
        TypeSerializer<Object> serializer = snapshot.restoreSerializer();
        int value = in.getPosition();
        Object book = serializer.deserialize(in);
        assertThat(in.available()).isZero();
        assertThat(snapshot.resolveSchemaCompatibility(serializer.snapshotConfiguration())
                        .isCompatibleAsIs())
                .isTrue();
        byte[] now = rewritten(serializer, book);
        // Maps may be written in another order; nothing may be lost. A later layout has more to say.
        assertThat(now.length).isGreaterThanOrEqualTo(kept.length);
        if (now[value] == kept[value]) {
            assertThat(now).hasSameSizeAs(kept);
        }
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
        return rewritten(new PackedSerializer<>(format), GoldenBooks.named(name));
    }
}

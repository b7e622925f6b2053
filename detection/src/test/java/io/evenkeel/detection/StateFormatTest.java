package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.junit.jupiter.api.Test;

/** A book that was written and read, or copied, goes on exactly as the one it came from. */
class StateFormatTest {
    private static Set<String> story(Shop shop) {
        shop.one("payment").failShare = 0.4;
        shop.run(60);
        shop.one("payment").failShare = 0;
        shop.run(60);
        Set<String> story = new TreeSet<>();
        for (Finding finding : shop.house.findings.values()) {
            story.add(finding.id() + finding.onset() + finding.ending() + finding.upper() + finding.updatedAt());
        }
        shop.house.rollups.values().forEach(row -> story.add(row.toString()));
        return story;
    }

    @Test
    void goesOnTheSameAfterWritingAndReading() {
        Shop undisturbed = new Shop(21, 20);
        undisturbed.run(240);
        Shop restored = new Shop(21, 20);
        restored.run(240);
        restored.house.entities.replaceAll((key, book) -> EntityBookCountTest.restored(book));
        restored.house.services.replaceAll((key, book) -> restored(book));

        Set<String> expected = story(undisturbed);
        assertThat(expected).isNotEmpty();
        assertThat(story(restored)).isEqualTo(expected);
    }

    /** The golden file is the same shop at the same second, as 0.1.0 has written it. */
    @Test
    void goesOnFromWhereTheFirstReleaseLeftOff() throws IOException {
        Set<String> expected = afterwards(GoldenBooks.shop());
        Shop upgraded = GoldenBooks.shop();
        upgraded.house.entities.put("demo/shop/payment\nnode-1", firstRelease());

        assertThat(expected).isNotEmpty();
        assertThat(afterwards(upgraded)).isEqualTo(expected);
    }

    /** What the entity's own signals have in the two minutes after, and what is expected of them to a hundredth. */
    private static Set<String> afterwards(Shop shop) {
        shop.house.findings.clear();
        shop.house.rollups.clear();
        story(shop);
        Set<String> told = new TreeSet<>();
        shop.house.rollups.values().stream()
                .filter(row -> row.signal().id().startsWith("demo/shop/payment|")
                        && !row.signal().slot().isEmpty())
                .forEach(row -> told.add("%s %s %d %.4g %.2g"
                        .formatted(row.signal().id(), row.start(), row.count(), row.value(), row.expected())));
        return told;
    }

    private static EntityBook firstRelease() throws IOException {
        DataInputDeserializer in =
                new DataInputDeserializer(Files.readAllBytes(Path.of("src/test/resources/golden/entity-book-v1.bin")));
        TypeSerializerSnapshot.readVersionedSnapshot(in, StateFormatTest.class.getClassLoader());
        return EntityBook.read(in);
    }

    @Test
    void aCopyLeavesItsOriginalAlone() throws IOException {
        Shop shop = new Shop(22, 20);
        shop.run(240);
        EntityBook entity = shop.house.entities.get("demo/shop/payment\nnode-1");
        ServiceBook service = shop.house.services.get("demo/shop/payment");
        byte[] entityBefore = bytes(entity);
        byte[] serviceBefore = bytes(service);
        shop.house.entities.replaceAll((key, book) -> book.copy());
        shop.house.services.replaceAll((key, book) -> book.copy());
        story(shop);

        assertThat(bytes(entity)).isEqualTo(entityBefore);
        assertThat(bytes(service)).isEqualTo(serviceBefore);
        assertThat(bytes(shop.house.services.get("demo/shop/payment"))).isNotEqualTo(serviceBefore);
    }

    private static byte[] bytes(EntityBook book) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        book.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static byte[] bytes(ServiceBook book) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        book.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    static ServiceBook restored(ServiceBook book) {
        try {
            return ServiceBook.read(new DataInputStream(new ByteArrayInputStream(bytes(book))));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Columns;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the series of an entity stand for, packed into one byte array: a definition is needed when something is written
 * about its series, which is seldom, while a checkpoint writes them all every few seconds. Only ever grows; who adds to
 * it bounds it.
 *
 * <p>One entry: series (8 B), type (1 B), lengths of metric, unit and attributes (2 B each), then their UTF-8.
 */
final class Definitions {
    private static final int HEAD = Long.BYTES + 1 + 3 * Short.BYTES;

    private final LongIntMap index;
    private byte[] block;
    private int used;
    /** Whether a copy reads the same block; then what is added goes into another. */
    private boolean shared;

    Definitions() {
        this(new LongIntMap(), new byte[0], 0);
    }

    private Definitions(LongIntMap index, byte[] block, int used) {
        this.index = index;
        this.block = block;
        this.used = used;
    }

    /** Adds a definition; false when its series is already known. */
    boolean add(SeriesDefinition definition) {
        if (index.get(definition.series()) >= 0) {
            return false;
        }
        byte[] metric = utf8(definition.metric());
        byte[] unit = utf8(definition.unit());
        byte[] attributes = utf8(definition.attributes());
        int size = HEAD + metric.length + unit.length + attributes.length;
        if (shared || used + size > block.length) {
            block = Arrays.copyOf(block, Math.max(used + size, Math.max(block.length, used * 2)));
            shared = false;
        }
        ByteBuffer.wrap(block, used, size)
                .putLong(definition.series())
                .put(definition.type())
                .putShort((short) metric.length)
                .putShort((short) unit.length)
                .putShort((short) attributes.length)
                .put(metric)
                .put(unit)
                .put(attributes);
        index.put(definition.series(), used);
        used += size;
        return true;
    }

    int size() {
        return index.size();
    }

    @Nullable
    SeriesDefinition get(long series) {
        int at = index.get(series);
        if (at < 0) {
            return null;
        }
        return read(ByteBuffer.wrap(block, at, used - at));
    }

    private static SeriesDefinition read(ByteBuffer entry) {
        long id = entry.getLong();
        byte type = entry.get();
        int metric = Short.toUnsignedInt(entry.getShort());
        int unit = Short.toUnsignedInt(entry.getShort());
        int attributes = Short.toUnsignedInt(entry.getShort());
        return new SeriesDefinition(id, text(entry, metric), text(entry, unit), type, text(entry, attributes));
    }

    /** All, in the order in which they were added. */
    void forEach(Consumer<SeriesDefinition> each) {
        for (int at = 0; at < used; ) {
            ByteBuffer entry = ByteBuffer.wrap(block, at, used - at);
            each.accept(read(entry));
            at = entry.position();
        }
    }

    Definitions copy() {
        shared = true;
        Definitions copy = new Definitions(index.copy(), block, used);
        copy.shared = true;
        return copy;
    }

    void write(DataOutput out) throws IOException {
        Columns.write(out, block, used);
    }

    static Definitions read(DataInput in) throws IOException {
        byte[] block = Columns.readBytes(in);
        LongIntMap index = new LongIntMap();
        int at = 0;
        while (at < block.length) {
            ByteBuffer entry = ByteBuffer.wrap(block, at, block.length - at);
            index.put(entry.getLong(), at);
            entry.get();
            int texts = 0;
            for (int i = 0; i < 3; i++) {
                texts += Short.toUnsignedInt(entry.getShort());
            }
            at += HEAD + texts;
        }
        return new Definitions(index, block, block.length);
    }

    /** Texts are bounded by the walk at about 1,000 characters; what is longer than a length can say is cut. */
    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= 0xFFFF ? bytes : Arrays.copyOf(bytes, 0xFFFF);
    }

    private static String text(ByteBuffer entry, int length) {
        String text = new String(entry.array(), entry.position(), length, StandardCharsets.UTF_8);
        entry.position(entry.position() + length);
        return text;
    }
}

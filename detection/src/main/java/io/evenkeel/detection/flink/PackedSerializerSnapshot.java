package io.evenkeel.detection.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Names the format in a snapshot. The layout's own version is the first byte of each value, so a format stays compatible
 * with itself: a reader of a later release reads the older layouts too.
 */
public final class PackedSerializerSnapshot<T> implements TypeSerializerSnapshot<T> {
    private static final int VERSION = 1;

    private String name;

    /** For Flink, which reads the name afterwards. */
    public PackedSerializerSnapshot() {
        this("");
    }

    PackedSerializerSnapshot(String name) {
        this.name = name;
    }

    @Override
    public int getCurrentVersion() {
        return VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
        out.writeUTF(name);
    }

    @Override
    public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader) throws IOException {
        name = in.readUTF();
    }

    @Override
    @SuppressWarnings("unchecked")
    public TypeSerializer<T> restoreSerializer() {
        return new PackedSerializer<>((PackedFormat<T>) PackedFormats.named(name));
    }

    @Override
    public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(TypeSerializerSnapshot<T> oldSnapshot) {
        boolean same = oldSnapshot instanceof PackedSerializerSnapshot<T> old && old.name.equals(name);
        return same
                ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                : TypeSerializerSchemaCompatibility.incompatible();
    }
}

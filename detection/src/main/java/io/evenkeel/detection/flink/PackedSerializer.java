package io.evenkeel.detection.flink;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Flink's view of a {@link PackedFormat}. Has no state, so every thread may use the same one. */
final class PackedSerializer<T> extends TypeSerializer<T> {
    private static final long serialVersionUID = 1L;

    private final String name;
    private transient @Nullable PackedFormat<T> format;

    PackedSerializer(PackedFormat<T> format) {
        this.name = format.name();
        this.format = format;
    }

    @SuppressWarnings("unchecked")
    private PackedFormat<T> format() {
        PackedFormat<T> known = format;
        if (known == null) {
            known = (PackedFormat<T>) PackedFormats.named(name);
            format = known;
        }
        return known;
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public TypeSerializer<T> duplicate() {
        return this;
    }

    /** Reuse is never asked of a packed value; nobody may write into what this gives. */
    @Override
    public T createInstance() {
        throw new UnsupportedOperationException(name + " values are not made empty");
    }

    @Override
    public T copy(T from) {
        return format().copier().apply(from);
    }

    @Override
    public T copy(T from, T reuse) {
        return copy(from);
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(T record, DataOutputView target) throws IOException {
        format().writer().write(target, record);
    }

    @Override
    public T deserialize(DataInputView source) throws IOException {
        return format().reader().read(source);
    }

    @Override
    public T deserialize(T reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PackedSerializer<?> packed && packed.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<T> snapshotConfiguration() {
        return new PackedSerializerSnapshot<>(name);
    }
}

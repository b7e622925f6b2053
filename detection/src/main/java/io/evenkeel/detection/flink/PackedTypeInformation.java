package io.evenkeel.detection.flink;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.jspecify.annotations.Nullable;

/** Tells Flink that a type is written by a {@link PackedFormat}, so that nothing ever falls back to Kryo. */
final class PackedTypeInformation<T> extends TypeInformation<T> {
    private static final long serialVersionUID = 1L;

    private final Class<T> type;
    private final PackedSerializer<T> serializer;

    PackedTypeInformation(PackedFormat<T> format) {
        this.type = format.type();
        this.serializer = new PackedSerializer<>(format);
    }

    @Override
    public boolean isBasicType() {
        return false;
    }

    @Override
    public boolean isTupleType() {
        return false;
    }

    @Override
    public int getArity() {
        return 1;
    }

    @Override
    public int getTotalFields() {
        return 1;
    }

    @Override
    public Class<T> getTypeClass() {
        return type;
    }

    @Override
    public boolean isKeyType() {
        return false;
    }

    @Override
    public TypeSerializer<T> createSerializer(SerializerConfig config) {
        return serializer;
    }

    @Override
    public String toString() {
        return "Packed<" + type.getSimpleName() + '>';
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PackedTypeInformation<?> packed && packed.serializer.equals(serializer);
    }

    @Override
    public int hashCode() {
        return serializer.hashCode();
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof PackedTypeInformation;
    }
}

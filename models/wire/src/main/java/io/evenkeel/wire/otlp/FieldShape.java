package io.evenkeel.wire.otlp;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One field of an OTLP message, with what the door asks of it at hand. Immutable once its message is read. */
final class FieldShape {
    /** Ids are hex in OTLP JSON, where protobuf's own JSON has base64 (opentelemetry-proto, docs/specification.md). */
    private static final Set<String> HEX_IDS = Set.of("trace_id", "span_id", "parent_span_id");

    final int number;
    final String name;
    final FieldDescriptor.Type type;
    final boolean repeated;
    /** Repeated scalar that writers pack; readers take both forms. */
    final boolean packable;
    /** Wire type of a single value. */
    final int wireType;

    final boolean hexId;
    final @Nullable MessageShape message;
    final @Nullable EnumDescriptor enumeration;

    FieldShape(FieldDescriptor field) {
        number = field.getNumber();
        name = field.getFullName();
        type = field.getType();
        repeated = field.isRepeated();
        packable = field.isPackable();
        wireType = field.getLiteType().getWireType();
        hexId = HEX_IDS.contains(field.getName());
        message = type == FieldDescriptor.Type.MESSAGE ? MessageShape.of(field.getMessageType()) : null;
        enumeration = type == FieldDescriptor.Type.ENUM ? field.getEnumType() : null;
    }

    /** Tag of a single value, or of the packed list. */
    int tag() {
        return number << 3 | (packable ? WireFormat.WIRETYPE_LENGTH_DELIMITED : wireType);
    }

    /** True when this field leads down to data points, spans or log records. */
    boolean leadsToItems() {
        return message != null && (message.isItem() || message.holdsItems);
    }
}

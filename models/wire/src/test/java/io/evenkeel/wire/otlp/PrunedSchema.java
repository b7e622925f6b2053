package io.evenkeel.wire.otlp;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * OTLP without the fields that a walk does not read: to this schema they are unknown, and protobuf's own parser passes
 * over them by their length as the walk does. So hostile bytes have one right answer even where the damage lies inside
 * an exemplar or a description.
 */
final class PrunedSchema {
    private static final int NOWHERE = 500_000;

    private final Map<String, List<String>> dropped;
    private final List<String> asBytes;
    private final Map<String, FileDescriptor> built = new HashMap<>();

    /**
     * @param dropped field names to drop, by message name
     * @param asBytes {@code Message.field} whose content is not to be read: it becomes bytes
     */
    PrunedSchema(Map<String, List<String>> dropped, List<String> asBytes) {
        this.dropped = dropped;
        this.asBytes = asBytes;
    }

    Descriptor of(Descriptor full) {
        return prune(full.getFile()).findMessageTypeByName(full.getName());
    }

    /** Parses by the pruned schema and leaves out all that is unknown to it. */
    static Message parse(Descriptor pruned, byte[] bytes) throws InvalidProtocolBufferException {
        return withoutUnknown(DynamicMessage.parseFrom(pruned, bytes));
    }

    private static Message withoutUnknown(Message message) {
        Message.Builder builder = message.toBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance());
        for (var entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                continue;
            }
            if (field.isRepeated()) {
                for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                    builder.setRepeatedField(field, i, withoutUnknown((Message) message.getRepeatedField(field, i)));
                }
            } else {
                builder.setField(field, withoutUnknown((Message) entry.getValue()));
            }
        }
        return builder.build();
    }

    private FileDescriptor prune(FileDescriptor file) {
        FileDescriptor known = built.get(file.getName());
        if (known != null) {
            return known;
        }
        FileDescriptorProto.Builder proto = file.toProto().toBuilder();
        for (DescriptorProto.Builder message : proto.getMessageTypeBuilderList()) {
            prune(message);
        }
        FileDescriptor[] imports =
                file.getDependencies().stream().map(this::prune).toArray(FileDescriptor[]::new);
        try {
            FileDescriptor pruned = FileDescriptor.buildFrom(proto.build(), imports);
            built.put(file.getName(), pruned);
            return pruned;
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void prune(DescriptorProto.Builder message) {
        List<String> gone = dropped.getOrDefault(message.getName(), List.of());
        for (FieldDescriptorProto.Builder field : message.getFieldBuilderList()) {
            if (gone.contains(field.getName())) {
                // Moved where nothing is ever sent, not removed: that would upset the oneofs around it.
                field.setNumber(NOWHERE + field.getNumber());
            } else if (asBytes.contains(message.getName() + '.' + field.getName())) {
                field.setType(FieldDescriptorProto.Type.TYPE_BYTES).clearTypeName();
            }
        }
        message.getNestedTypeBuilderList().forEach(this::prune);
    }
}

package io.evenkeel.wire.otlp;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One OTLP message type as the door sees it: fields by number (protobuf) and by lowerCamelCase name (JSON). Read once
 * from the descriptors of opentelemetry-proto, so that a new release of the schema needs no code here.
 */
final class MessageShape {
    /** Message types by full name. AnyValue contains itself, hence the registration before the fields are read. */
    private static final Map<String, MessageShape> KNOWN = new ConcurrentHashMap<>();

    /** What a message is to the slicer. */
    enum Item {
        NONE,
        NUMBER_POINT,
        HISTOGRAM_POINT,
        OTHER_POINT,
        SPAN,
        LOG_RECORD
    }

    private static final Map<String, Item> ITEMS = Map.of(
            NumberDataPoint.getDescriptor().getFullName(), Item.NUMBER_POINT,
            HistogramDataPoint.getDescriptor().getFullName(), Item.HISTOGRAM_POINT,
            ExponentialHistogramDataPoint.getDescriptor().getFullName(), Item.OTHER_POINT,
            SummaryDataPoint.getDescriptor().getFullName(), Item.OTHER_POINT,
            Span.getDescriptor().getFullName(), Item.SPAN,
            LogRecord.getDescriptor().getFullName(), Item.LOG_RECORD);

    final String name;
    final Item item;
    /** Field number of aggregation_temporality, 0 when this message has none. */
    final int temporalityField;

    private FieldShape[] byNumber = {};
    private final Map<String, FieldShape> byJsonName = new HashMap<>();
    boolean holdsItems;

    private MessageShape(Descriptor descriptor) {
        name = descriptor.getName();
        item = ITEMS.getOrDefault(descriptor.getFullName(), Item.NONE);
        FieldDescriptor temporality = descriptor.findFieldByName("aggregation_temporality");
        temporalityField = temporality == null ? 0 : temporality.getNumber();
    }

    static MessageShape of(Descriptor descriptor) {
        synchronized (KNOWN) {
            MessageShape known = KNOWN.get(descriptor.getFullName());
            if (known != null) {
                return known;
            }
            MessageShape shape = new MessageShape(descriptor);
            KNOWN.put(descriptor.getFullName(), shape);
            shape.readFields(descriptor);
            return shape;
        }
    }

    private void readFields(Descriptor descriptor) {
        int highest = descriptor.getFields().stream()
                .mapToInt(FieldDescriptor::getNumber)
                .max()
                .orElse(0);
        byNumber = new FieldShape[highest + 1];
        for (FieldDescriptor descriptorField : descriptor.getFields()) {
            FieldShape field = new FieldShape(descriptorField);
            byNumber[field.number] = field;
            byJsonName.put(descriptorField.getJsonName(), field);
            holdsItems |= field.leadsToItems();
        }
    }

    boolean isItem() {
        return item != Item.NONE;
    }

    /** The field, or null when this release of the schema does not know it: newer senders may. */
    @Nullable
    FieldShape field(int number) {
        return number < byNumber.length ? byNumber[number] : null;
    }

    @Nullable
    FieldShape field(String jsonName) {
        return byJsonName.get(jsonName);
    }
}

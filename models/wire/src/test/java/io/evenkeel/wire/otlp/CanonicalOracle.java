package io.evenkeel.wire.otlp;

import com.dynatrace.hash4j.hashing.Hashing;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The durable identity of series and resources once more, over generated classes and by the words of its Javadoc. */
final class CanonicalOracle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static long series(String metric, String unit, byte type, List<KeyValue> attributes) {
        CanonicalOracle form = new CanonicalOracle();
        form.text(metric.getBytes(StandardCharsets.UTF_8));
        form.text(unit.getBytes(StandardCharsets.UTF_8));
        form.out.write(type);
        form.attributes(attributes);
        return Hashing.xxh3_64().hashBytesToLong(form.out.toByteArray());
    }

    static long resource(List<KeyValue> attributes) {
        CanonicalOracle form = new CanonicalOracle();
        form.attributes(attributes);
        return Hashing.xxh3_64().hashBytesToLong(form.out.toByteArray());
    }

    private void attributes(List<KeyValue> attributes) {
        Map<byte[], AnyValue> sorted = new TreeMap<>(Arrays::compareUnsigned);
        attributes.forEach(entry -> sorted.put(entry.getKey().getBytes(StandardCharsets.UTF_8), entry.getValue()));
        number(sorted.size());
        sorted.forEach((key, value) -> {
            text(key);
            value(value);
        });
    }

    private void value(AnyValue value) {
        switch (value.getValueCase()) {
            case STRING_VALUE -> {
                out.write('s');
                text(value.getStringValue().getBytes(StandardCharsets.UTF_8));
            }
            case BOOL_VALUE -> {
                out.write('b');
                out.write(value.getBoolValue() ? 1 : 0);
            }
            case INT_VALUE -> {
                out.write('i');
                big(value.getIntValue());
            }
            case DOUBLE_VALUE -> {
                out.write('d');
                big(Double.doubleToLongBits(value.getDoubleValue()));
            }
            case BYTES_VALUE -> {
                out.write('y');
                text(value.getBytesValue().toByteArray());
            }
            case ARRAY_VALUE -> {
                out.write('a');
                number(value.getArrayValue().getValuesCount());
                value.getArrayValue().getValuesList().forEach(this::value);
            }
            case KVLIST_VALUE -> {
                out.write('k');
                attributes(value.getKvlistValue().getValuesList());
            }
            case STRING_VALUE_STRINDEX, VALUE_NOT_SET -> out.write('e');
        }
    }

    private void text(byte[] utf8) {
        number(utf8.length);
        out.writeBytes(utf8);
    }

    private void number(int value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private void big(long value) {
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }
}

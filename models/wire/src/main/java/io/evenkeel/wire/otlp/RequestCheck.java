package io.evenkeel.wire.otlp;

import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks a whole request once, so that nothing undecodable is ever acknowledged: wire types as the schema has them,
 * lengths within their message, strings in UTF-8, nesting bounded; and counts its items and their faults on the way.
 * What passes here, the generated classes parse too (see {@code OtlpSlicerTest}). Stricter than they are in one point,
 * as the Collector is: a known field with a wrong wire type is malformed, not unknown. Masks secrets in attributes as it
 * passes them. One thread.
 */
final class RequestCheck {
    /** Nested messages; protobuf's own readers stop at 100 as well (CodedInputStream, default recursion limit). */
    static final int MAX_DEPTH = 100;

    private static final MessageShape ATTRIBUTE = MessageShape.of(KeyValue.getDescriptor());

    private final WireBytes reader;
    private final ItemJudge judge;
    private final SecretMask mask;
    /** Within an attribute, whose nested ones are masked with it. */
    private boolean inAttribute;

    private final Map<ItemFault, Long> faults = new EnumMap<>(ItemFault.class);
    private long items;
    private long faulty;

    private RequestCheck(byte[] request, SecretMask mask) {
        this.mask = mask;
        reader = new WireBytes(request, 0, request.length);
        judge = new ItemJudge(request);
    }

    /** @param request whose secrets are overwritten in place */
    static RequestCheck of(OtlpSignal signal, byte[] request, SecretMask mask) throws MalformedRequestException {
        RequestCheck check = new RequestCheck(request, mask);
        check.message(signal.request(), 0, false);
        return check;
    }

    /** Data points, spans or log records in the request, faulty ones included. */
    long items() {
        return items;
    }

    /** Items to leave out. */
    long faulty() {
        return faulty;
    }

    Map<ItemFault, Long> faults() {
        return faults;
    }

    /** Reads the message that ends at {@code reader.end}. */
    private void message(MessageShape shape, int depth, boolean noTemporality) throws MalformedRequestException {
        if (depth > MAX_DEPTH) {
            throw reader.malformed("messages are nested deeper than " + MAX_DEPTH);
        }
        int from = reader.position;
        boolean noneBelow = noTemporality || judge.lacksTemporality(shape, from, reader.end);
        while (reader.hasMore()) {
            int tag = reader.readTag();
            FieldShape field = shape.field(tag >>> 3);
            if (field == null) {
                reader.skipValue(tag & 7);
            } else if (field.message != null) {
                expect(field, tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                nested(field.message, depth + 1, noneBelow);
            } else {
                scalar(field, tag);
            }
        }
        if (shape.isItem()) {
            count(judge.fault(shape.item, from, reader.end, noTemporality));
        }
    }

    private void nested(MessageShape shape, int depth, boolean noTemporality) throws MalformedRequestException {
        int outerEnd = reader.end;
        int length = reader.readLength();
        reader.end = reader.position + length;
        if (shape == ATTRIBUTE && !inAttribute) {
            attribute(depth);
        } else {
            message(shape, depth, noTemporality);
        }
        reader.end = outerEnd;
    }

    private void attribute(int depth) throws MalformedRequestException {
        int from = reader.position;
        inAttribute = true;
        message(ATTRIBUTE, depth, false);
        inAttribute = false;
        mask.attribute(reader.bytes, from, reader.end);
    }

    private void scalar(FieldShape field, int tag) throws MalformedRequestException {
        if (field.packable && (tag & 7) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            packed(field);
            return;
        }
        expect(field, tag, field.wireType);
        switch (field.type) {
            case STRING -> reader.skipText(field.name);
            default -> reader.skipValue(field.wireType);
        }
    }

    private void packed(FieldShape field) throws MalformedRequestException {
        int outerEnd = reader.end;
        int length = reader.readLength();
        reader.end = reader.position + length;
        while (reader.hasMore()) {
            reader.skipValue(field.wireType);
        }
        reader.end = outerEnd;
    }

    private void expect(FieldShape field, int tag, int wireType) throws MalformedRequestException {
        if ((tag & 7) != wireType) {
            throw reader.malformed(field.name + " has wire type " + (tag & 7) + " instead of " + wireType);
        }
    }

    private void count(@Nullable ItemFault fault) {
        items++;
        if (fault != null) {
            faulty++;
            faults.merge(fault, 1L, Long::sum);
        }
    }
}

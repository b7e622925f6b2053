package io.evenkeel.wire.otlp;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Turns an OTLP/JSON request into the protobuf bytes of the same request, without building objects: lowerCamelCase
 * names, ids in hex, 64-bit numbers as strings or numbers, unknown fields skipped at every level
 * (opentelemetry-proto, docs/specification.md, "JSON Protobuf Encoding"). The specification wants enums as integers; we
 * take a known name too, as the Collector does, and refuse an unknown one. Safe for any thread.
 */
public final class OtlpJson {
    private static final JsonFactory JSON = new JsonFactory();

    private OtlpJson() {}

    /** @throws MalformedRequestException when it is not JSON, or JSON that is no such request */
    public static byte[] toProtobuf(OtlpSignal signal, byte[] json) throws MalformedRequestException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            WireSink sink = new WireSink(json.length / 2);
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw malformed(parser, "a request is an object");
            }
            message(parser, signal.request(), sink, 0);
            if (parser.nextToken() != null) {
                throw malformed(parser, "something follows the request");
            }
            return sink.toByteArray();
        } catch (JacksonException e) {
            throw malformed(e.getLocation() == null ? 0 : e.getLocation().getByteOffset(), e.getOriginalMessage());
        }
    }

    private static void message(JsonParser parser, MessageShape shape, WireSink sink, int depth)
            throws MalformedRequestException {
        if (depth > RequestCheck.MAX_DEPTH) {
            throw malformed(parser, "messages are nested deeper than " + RequestCheck.MAX_DEPTH);
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            FieldShape field = shape.field(parser.currentName());
            JsonToken token = parser.nextToken();
            if (field == null) {
                parser.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                field(parser, field, sink, depth);
            }
        }
    }

    private static void field(JsonParser parser, FieldShape field, WireSink sink, int depth)
            throws MalformedRequestException {
        if (!field.repeated) {
            sink.varint(field.tag());
            value(parser, field, sink, depth);
            return;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrongType(parser, field, "an array");
        }
        if (field.packable) {
            sink.varint(field.tag());
            int start = sink.beginMessage();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                value(parser, field, sink, depth);
            }
            sink.endMessage(start);
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            sink.varint(field.tag());
            value(parser, field, sink, depth);
        }
    }

    private static void value(JsonParser parser, FieldShape field, WireSink sink, int depth)
            throws MalformedRequestException {
        switch (field.type) {
            case MESSAGE -> nested(parser, field, sink, depth);
            case STRING -> sink.text(text(parser, field));
            case BYTES -> sink.lengthPrefixed(bytes(parser, field));
            case BOOL -> sink.varint(bool(parser, field) ? 1 : 0);
            case ENUM -> sink.varint(enumNumber(parser, field));
            case DOUBLE -> sink.fixed64(Double.doubleToRawLongBits(JsonNumbers.decimal(parser, field)));
            case FLOAT -> sink.fixed32(Float.floatToRawIntBits((float) JsonNumbers.decimal(parser, field)));
            case INT32 -> sink.varint(JsonNumbers.int32(parser, field));
            case SINT32 -> {
                int number = JsonNumbers.int32(parser, field);
                sink.varint(Integer.toUnsignedLong(number << 1 ^ number >> 31));
            }
            case UINT32 -> sink.varint(JsonNumbers.uint32(parser, field));
            case FIXED32 -> sink.fixed32((int) JsonNumbers.uint32(parser, field));
            case SFIXED32 -> sink.fixed32(JsonNumbers.int32(parser, field));
            case INT64 -> sink.varint(JsonNumbers.int64(parser, field));
            case SINT64 -> {
                long number = JsonNumbers.int64(parser, field);
                sink.varint(number << 1 ^ number >> 63);
            }
            case UINT64 -> sink.varint(JsonNumbers.uint64(parser, field));
            case FIXED64 -> sink.fixed64(JsonNumbers.uint64(parser, field));
            case SFIXED64 -> sink.fixed64(JsonNumbers.int64(parser, field));
            case GROUP -> throw wrongType(parser, field, "no group");
        }
    }

    private static void nested(JsonParser parser, FieldShape field, WireSink sink, int depth)
            throws MalformedRequestException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrongType(parser, field, "an object");
        }
        int start = sink.beginMessage();
        message(parser, Objects.requireNonNull(field.message), sink, depth + 1);
        sink.endMessage(start);
    }

    private static String text(JsonParser parser, FieldShape field) throws MalformedRequestException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrongType(parser, field, "a string");
        }
        return parser.getString();
    }

    private static byte[] bytes(JsonParser parser, FieldShape field) throws MalformedRequestException {
        String text = text(parser, field);
        try {
            if (field.hexId) {
                return HexFormat.of().parseHex(text);
            }
            boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
            return (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
        } catch (IllegalArgumentException e) {
            throw wrongType(parser, field, field.hexId ? "hex digits, two a byte" : "base64");
        }
    }

    private static boolean bool(JsonParser parser, FieldShape field) throws MalformedRequestException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw wrongType(parser, field, "true or false");
        };
    }

    private static long enumNumber(JsonParser parser, FieldShape field) throws MalformedRequestException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            return JsonNumbers.int32(parser, field);
        }
        EnumDescriptor enumeration = Objects.requireNonNull(field.enumeration);
        EnumValueDescriptor value = enumeration.findValueByName(parser.getString());
        if (value == null) {
            throw wrongType(parser, field, "a number or a known name");
        }
        return value.getNumber();
    }

    static MalformedRequestException wrongType(JsonParser parser, FieldShape field, String wanted) {
        return malformed(parser, field.name + " wants " + wanted);
    }

    private static MalformedRequestException malformed(JsonParser parser, String what) {
        return malformed(parser.currentTokenLocation().getByteOffset(), what);
    }

    private static MalformedRequestException malformed(long at, String what) {
        return new MalformedRequestException("invalid OTLP JSON at byte " + at + ": " + what);
    }
}

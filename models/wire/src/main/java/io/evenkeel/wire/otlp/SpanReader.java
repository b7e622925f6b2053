package io.evenkeel.wire.otlp;

import io.evenkeel.wire.otlp.Undecodable.Reason;
import java.nio.charset.StandardCharsets;

/** Reads one Span and says what it tells about requests. Holds the span last read. */
final class SpanReader {
    static final int SERVER = 2;
    static final int CLIENT = 3;
    static final int PRODUCER = 4;
    static final int CONSUMER = 5;

    static final String UNNAMED = "_unnamed";

    private static final int TRACE_ID = 1 << 3 | Cursor.LENGTH;
    private static final int SPAN_ID = 2 << 3 | Cursor.LENGTH;
    private static final int TRACE_STATE = 3 << 3 | Cursor.LENGTH;
    private static final int PARENT_ID = 4 << 3 | Cursor.LENGTH;
    private static final int NAME = 5 << 3 | Cursor.LENGTH;
    private static final int KIND = 6 << 3;
    private static final int START = 7 << 3 | Cursor.FIXED64;
    private static final int END = 8 << 3 | Cursor.FIXED64;
    private static final int ATTRIBUTE = 9 << 3 | Cursor.LENGTH;
    private static final int STATUS = 15 << 3 | Cursor.LENGTH;
    private static final int STATUS_CODE = 3 << 3;
    private static final int STATUS_ERROR = 2;

    private final Cursor cursor;
    /** Attributes that stand before the kind; exporters write the kind first. */
    private final AttributeRuns early = new AttributeRuns();

    private final SecretMask mask;
    final SpanAttributes attributes;

    long traceHigh;
    long traceLow;
    long spanId;
    /** 0 for a root span. */
    long parentId;

    int kind;
    long startNanos;
    long endNanos;
    double adjustedCount;
    private int nameFrom;
    private int nameTo;
    private int statusCode;
    private boolean statusSeen;

    SpanReader(Cursor cursor, SecretMask mask) {
        this.cursor = cursor;
        this.mask = mask;
        attributes = new SpanAttributes(mask);
    }

    /** Reads a span. Attributes are looked into only where the kind is that of a request. */
    void read(int end) {
        clear();
        while (cursor.position < end) {
            int at = cursor.position;
            int tag = cursor.tag(end);
            switch (tag) {
                case ATTRIBUTE -> readAttribute(at, end);
                case TRACE_ID -> readTraceId(end);
                case SPAN_ID -> spanId = readId(end);
                case PARENT_ID -> parentId = readId(end);
                case TRACE_STATE -> {
                    int length = cursor.text(end);
                    adjustedCount = TraceState.adjustedCount(cursor.bytes, cursor.position, cursor.position + length);
                    cursor.position += length;
                }
                case NAME -> {
                    int length = cursor.text(end);
                    nameFrom = cursor.position;
                    nameTo = nameFrom + length;
                    cursor.position = nameTo;
                }
                case KIND -> kind = (int) cursor.varint(end);
                case START -> startNanos = cursor.fixed64(end);
                case END -> endNanos = cursor.fixed64(end);
                case STATUS -> readStatus(end);
                default -> cursor.skip(tag, end);
            }
        }
        if (early.runs() > 0 && isRequest()) {
            readEarlyAttributes();
            cursor.position = end;
        }
    }

    /** True for spans that serve or call. */
    boolean isRequest() {
        return kind >= SERVER && kind <= CONSUMER;
    }

    boolean hasValidIds() {
        return (traceHigh != 0 || traceLow != 0) && spanId != 0;
    }

    /** Clocks of a host may step back inside a span: never negative. */
    long durationNanos() {
        if (Long.compareUnsigned(endNanos, startNanos) <= 0) {
            return 0;
        }
        long nanos = endNanos - startNanos;
        return nanos < 0 ? Long.MAX_VALUE : nanos;
    }

    boolean failed() {
        return statusCode == STATUS_ERROR || attributes.number(SpanAttributes.STATUS) >= 500;
    }

    /**
     * {@code error.type}, else the type of the exception recorded last, else the HTTP status, else {@code error}; empty
     * for a span that did not fail.
     */
    String errorType(int from, int to) {
        if (!failed()) {
            return "";
        }
        if (attributes.has(SpanAttributes.ERROR_TYPE)) {
            return cut(attributes.text(SpanAttributes.ERROR_TYPE));
        }
        String exception = SpanEvents.exceptionType(cursor.bytes, from, to);
        if (!exception.isEmpty()) {
            return cut(mask.value(SpanEvents.EXCEPTION_TYPE_KEY, exception));
        }
        return attributes.number(SpanAttributes.STATUS) >= 400 ? cut(attributes.text(SpanAttributes.STATUS)) : "error";
    }

    String protocol() {
        if (attributes.has(SpanAttributes.DB_SYSTEM)) {
            return "db";
        }
        if (kind == CONSUMER || kind == PRODUCER || attributes.has(SpanAttributes.MESSAGING_SYSTEM)) {
            return "messaging";
        }
        return attributes.has(SpanAttributes.METHOD) || attributes.has(SpanAttributes.ROUTE) ? "http" : "rpc";
    }

    long operationFingerprint() {
        if (isRoute()) {
            return Mix.of(attributes.hash(SpanAttributes.METHOD), attributes.hash(SpanAttributes.ROUTE));
        }
        return Mix.hash(cursor.bytes, nameFrom, nameTo - nameFrom);
    }

    /**
     * {@code POST /checkout} from method and route where the span has both, else its name. Never empty: the empty
     * operation is the whole service.
     */
    String operation() {
        if (isRoute()) {
            return cut(attributes.text(SpanAttributes.METHOD) + ' ' + attributes.text(SpanAttributes.ROUTE));
        }
        return name();
    }

    /** Spans of one fingerprint have one {@link #peer()}. */
    long peerFingerprint() {
        long place = Mix.of(attributes.hash(SpanAttributes.ADDRESS), attributes.hash(SpanAttributes.PORT));
        if (attributes.has(SpanAttributes.DB_SYSTEM)) {
            long database = attributes.hash(SpanAttributes.DB_NAMESPACE);
            return Mix.of(Mix.of(place, database), attributes.hash(SpanAttributes.DB_SYSTEM));
        }
        if (attributes.has(SpanAttributes.DESTINATION)) {
            long queue = Mix.of(
                    attributes.hash(SpanAttributes.MESSAGING_SYSTEM), attributes.hash(SpanAttributes.DESTINATION));
            return Mix.of(place, queue);
        }
        return place;
    }

    /**
     * Who was called: {@code host:port}; {@code system:host:port/namespace} for a database; {@code system:destination}
     * for messaging that names no host. Empty when the span does not say.
     */
    String peer() {
        String address = attributes.text(SpanAttributes.ADDRESS);
        String port = attributes.text(SpanAttributes.PORT);
        String place = port.isEmpty() ? address : address + ':' + port;
        if (attributes.has(SpanAttributes.DB_SYSTEM)) {
            String system = attributes.text(SpanAttributes.DB_SYSTEM);
            String database = attributes.text(SpanAttributes.DB_NAMESPACE);
            return system + (place.isEmpty() ? "" : ':' + place) + (database.isEmpty() ? "" : '/' + database);
        }
        if (place.isEmpty() && attributes.has(SpanAttributes.DESTINATION)) {
            return attributes.text(SpanAttributes.MESSAGING_SYSTEM) + ':' + attributes.text(SpanAttributes.DESTINATION);
        }
        return place;
    }

    /** The span's name, never empty. What a call is called: its operation belongs to the callee. */
    String name() {
        return nameFrom == nameTo
                ? UNNAMED
                : cut(new String(cursor.bytes, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8));
    }

    static long millis(long nanos) {
        return nanos >= 0 ? nanos / 1_000_000 : Long.divideUnsigned(nanos, 1_000_000);
    }

    private boolean isRoute() {
        return kind == SERVER && attributes.has(SpanAttributes.METHOD) && attributes.has(SpanAttributes.ROUTE);
    }

    private void readAttribute(int at, int end) {
        int length = cursor.length(end);
        int attributeEnd = cursor.position + length;
        if (kind == 0 || early.runs() > 0) {
            early.add(at, attributeEnd);
        } else if (isRequest()) {
            attributes.read(cursor, attributeEnd);
        }
        cursor.position = attributeEnd;
    }

    private void readEarlyAttributes() {
        for (int run = 0; run < early.runs(); run++) {
            int end = early.to(run);
            cursor.position = early.from(run);
            while (cursor.position < end) {
                cursor.tag(end);
                int length = cursor.length(end);
                attributes.read(cursor, cursor.position + length);
            }
        }
    }

    private void clear() {
        early.clear();
        attributes.clear(cursor.bytes);
        traceHigh = 0;
        traceLow = 0;
        spanId = 0;
        parentId = 0;
        kind = 0;
        startNanos = 0;
        endNanos = 0;
        adjustedCount = 1;
        nameFrom = 0;
        nameTo = 0;
        statusCode = 0;
        statusSeen = false;
    }

    private void readTraceId(int end) {
        int length = cursor.length(end);
        boolean whole = length == 2 * Long.BYTES;
        traceHigh = whole ? bigEndian(cursor.position) : 0;
        traceLow = whole ? bigEndian(cursor.position + Long.BYTES) : 0;
        cursor.position += length;
    }

    private long readId(int end) {
        int length = cursor.length(end);
        long id = length == Long.BYTES ? bigEndian(cursor.position) : 0;
        cursor.position += length;
        return id;
    }

    private long bigEndian(int at) {
        return Long.reverseBytes(Cursor.longAt(cursor.bytes, at));
    }

    private void readStatus(int outerEnd) {
        if (statusSeen) {
            throw cursor.malformed(Reason.REPEATED_FIELD);
        }
        statusSeen = true;
        int length = cursor.length(outerEnd);
        int end = cursor.position + length;
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == STATUS_CODE) {
                statusCode = (int) cursor.varint(end);
            } else {
                cursor.skip(tag, end);
            }
        }
    }

    private static String cut(String text) {
        return PlainText.of(text, NameTable.MAX_LENGTH);
    }
}

package io.evenkeel.wire.otlp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Looks into the events of the few spans that become exemplars. */
final class SpanEvents {
    private static final int EVENT = 11 << 3 | Cursor.LENGTH;
    private static final int EVENT_ATTRIBUTE = 3 << 3 | Cursor.LENGTH;
    private static final int STRING = 1 << 3 | Cursor.LENGTH;
    static final String EXCEPTION_TYPE_KEY = "exception.type";
    private static final byte[] EXCEPTION_TYPE = EXCEPTION_TYPE_KEY.getBytes(StandardCharsets.UTF_8);

    private SpanEvents() {}

    /**
     * {@code exception.type} of the exception recorded last in the span that stands at these bytes: the one that went
     * furthest up. Empty without one, and for events that are not well-formed: they are no reason to lose the span.
     */
    static String exceptionType(byte[] bytes, int from, int to) {
        Cursor cursor = new Cursor();
        cursor.open(bytes, from);
        String type = "";
        try {
            while (cursor.position < to) {
                int tag = cursor.tag(to);
                if (tag != EVENT) {
                    cursor.skip(tag, to);
                    continue;
                }
                int length = cursor.length(to);
                String found = inEvent(cursor, cursor.position + length);
                type = found.isEmpty() ? type : found;
            }
        } catch (MalformedOtlp malformed) {
            return "";
        }
        return type;
    }

    private static String inEvent(Cursor cursor, int end) {
        KeyValues attributes = new KeyValues();
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == EVENT_ATTRIBUTE) {
                int length = cursor.length(end);
                attributes.read(cursor, cursor.position + length);
            } else {
                cursor.skip(tag, end);
            }
        }
        String type = "";
        for (int entry = 0; entry < attributes.size(); entry++) {
            int keyFrom = attributes.keyFrom(entry);
            int keyTo = attributes.keyTo(entry);
            if (Arrays.equals(EXCEPTION_TYPE, 0, EXCEPTION_TYPE.length, cursor.bytes, keyFrom, keyTo)) {
                cursor.position = attributes.valueFrom(entry);
                type = text(cursor, attributes.valueTo(entry));
            }
        }
        cursor.position = end;
        return type;
    }

    private static String text(Cursor cursor, int end) {
        String text = "";
        while (cursor.position < end) {
            int tag = cursor.tag(end);
            if (tag == STRING) {
                int length = cursor.text(end);
                text = new String(cursor.bytes, cursor.position, length, StandardCharsets.UTF_8);
                cursor.position += length;
            } else {
                cursor.skip(tag, end);
            }
        }
        return text;
    }
}

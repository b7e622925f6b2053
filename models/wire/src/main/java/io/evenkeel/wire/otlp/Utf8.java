package io.evenkeel.wire.otlp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Whether bytes are UTF-8: eight at a time while they are ASCII, as nearly all telemetry is. */
final class Utf8 {
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Utf8() {}

    static boolean isValid(byte[] bytes, int from, int to) {
        int at = from;
        while (to - at >= Long.BYTES) {
            if ((Cursor.longAt(bytes, at) & NOT_ASCII) != 0) {
                return decodes(bytes, at, to);
            }
            at += Long.BYTES;
        }
        while (at < to) {
            if (bytes[at] < 0) {
                return decodes(bytes, at, to);
            }
            at++;
        }
        return true;
    }

    private static boolean decodes(byte[] bytes, int from, int to) {
        try {
            // A fresh decoder reports overlong forms and lone surrogates instead of replacing them.
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}

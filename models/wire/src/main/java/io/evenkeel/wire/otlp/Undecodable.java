package io.evenkeel.wire.otlp;

/**
 * Why the bytes of one Kafka record are not OTLP. The whole record is refused: no row of it was given out. The caller
 * sends it to the dead-letter topic with topic, partition and offset, and goes on.
 *
 * @param reason what is wrong with the bytes
 * @param offset byte inside the record at which it was seen, 0 .. length
 * @param length length of the record, bytes
 */
public record Undecodable(Reason reason, int offset, int length) {
    /** What is wrong with undecodable bytes. */
    public enum Reason {
        /** A field claims more bytes than its message has left. */
        TRUNCATED,
        /** A varint runs over ten bytes. */
        MALFORMED_VARINT,
        /** Field number 0, wire type 6 or 7, or the end of a group that was not open. */
        INVALID_TAG,
        /** A string that is read is not UTF-8; proto3 demands it. */
        INVALID_UTF8,
        /** Attribute values or groups nested beyond {@value Cursor#MAX_DEPTH} levels. */
        TOO_DEEP,
        /**
         * A message field that may stand once stands twice. Protobuf would merge the two; no exporter writes it, and a
         * corrupted byte easily does.
         */
        REPEATED_FIELD
    }
}

package io.evenkeel.wire.event;

/**
 * Headers of the records on {@link Topics#DEAD_LETTER}, all text in UTF-8. The value is that of the record that could not
 * be read, byte for byte; {@code evenkeel replay --dead-letters} sends it again.
 */
public final class DeadLetterHeaders {
    /** Topic of the record. */
    public static final String TOPIC = "evenkeel_topic";

    public static final String PARTITION = "evenkeel_partition";
    public static final String OFFSET = "evenkeel_offset";
    /** What was wrong, for example {@code TRUNCATED at byte 17}. */
    public static final String REASON = "evenkeel_reason";
    /** Bytes of the value before it was cut to what Kafka takes; absent when it was not. */
    public static final String CUT_FROM = "evenkeel_cut_from";

    /** On a record without a value: the dead letter at this {@code partition/offset} has been sent again. */
    public static final String REPLAYED = "evenkeel_replayed";
    /** On a record that was sent again: {@code partition/offset} of its dead letter. */
    public static final String REPLAY_OF = "evenkeel_replay_of";

    private DeadLetterHeaders() {}
}

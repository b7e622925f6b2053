package io.evenkeel.wire.otlp;

import org.jspecify.annotations.Nullable;

/**
 * The Kafka key of a slice: what one Resource sends stays in one partition, and so in its order. Without it a sender's
 * requests go to whichever partition is being filled, and a backlog that is read partition by partition gives its newest
 * points before older ones. A slice of many Resources, from a Collector, has the key of its first.
 */
public final class ResourceKey {
    /** Field 1, length delimited: a request's first ResourceX, and a ResourceX's Resource. */
    private static final int FIRST = 0x0a;
    /** Messages to enter from the request: ResourceX, Resource. */
    private static final int RESOURCE = 2;

    private ResourceKey() {}

    /**
     * @param slice an Export*ServiceRequest of any signal, as {@link OtlpSlicer} gives it
     * @return eight bytes, equal for equal bytes of the first Resource; null when the first part of the slice
     *     says nothing of its Resource
     */
    public static byte @Nullable [] of(byte[] slice) {
        try {
            WireBytes reader = new WireBytes(slice, 0, slice.length);
            for (int level = 0; level < RESOURCE; level++) {
                if (!enters(reader)) {
                    return null;
                }
            }
            long hash = Mix.hash(slice, reader.position, reader.end - reader.position);
            byte[] key = new byte[Long.BYTES];
            for (int i = 0; i < key.length; i++) {
                key[i] = (byte) (hash >>> 8 * i);
            }
            return key;
        } catch (MalformedRequestException e) {
            throw new IllegalArgumentException("not a slice of OtlpSlicer", e);
        }
    }

    /** Moves into the first message of field 1 that is not empty. */
    private static boolean enters(WireBytes reader) throws MalformedRequestException {
        while (reader.hasMore()) {
            int tag = reader.readTag();
            if (tag == FIRST) {
                int length = reader.readLength();
                if (length > 0) {
                    reader.end = reader.position + length;
                    return true;
                }
            } else {
                reader.skipValue(tag & 7);
            }
        }
        return false;
    }
}

package io.evenkeel.wire.otlp;

import java.util.List;
import java.util.Map;

/**
 * A checked request, cut into Kafka record values. Law: every item of the request is in exactly one slice or counted in
 * {@code faults}; {@code acceptedItems} plus the sum of {@code faults} is the number of items that came.
 *
 * @param slices each a complete Export*ServiceRequest of at most the asked size; empty when no item was accepted. A
 *     request that fits as it is becomes one slice, the very array that was handed in
 * @param acceptedItems data points, spans or log records within the slices
 * @param faults items left out, by reason; reasons that did not occur are absent
 */
public record SlicedRequest(List<byte[]> slices, long acceptedItems, Map<ItemFault, Long> faults) {
    public SlicedRequest {
        slices = List.copyOf(slices);
        faults = Map.copyOf(faults);
    }

    /** Items left out for any reason. */
    public long rejectedItems() {
        return faults.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Bytes that go to Kafka, before compression. */
    public long sliceBytes() {
        return slices.stream().mapToLong(slice -> slice.length).sum();
    }
}
